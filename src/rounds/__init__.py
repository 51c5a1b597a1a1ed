"""Rounds: the revenue platform for companies that sell to US hospitals."""
