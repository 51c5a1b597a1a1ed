"""The playbook over the API."""
