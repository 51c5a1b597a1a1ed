"""Trust: the audit trail, compliance, requests of people in the data."""
