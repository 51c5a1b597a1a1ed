"""Rules about leads."""
