"""Deals over the API."""
