"""Searching, over the API."""
