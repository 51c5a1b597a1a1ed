"""Customers and their projects over the API."""
