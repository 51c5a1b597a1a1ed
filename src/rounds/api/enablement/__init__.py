"""Content and hand-offs over the API."""
