"""Numbers about the flow of work: the playbook tried on real records."""
