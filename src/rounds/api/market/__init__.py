"""Accounts and contacts over the API."""
