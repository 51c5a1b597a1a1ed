"""Reading the audit trail: searches, the words of an entry, who saw an account."""
