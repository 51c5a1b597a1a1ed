"""The caller, over the API."""
