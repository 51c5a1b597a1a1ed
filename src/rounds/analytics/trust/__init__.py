"""Numbers about trust: disclosures, checks, how the house stands."""
