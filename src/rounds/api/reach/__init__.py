"""Reach over the API: sequences with what came of them, who is enrolled, and meetings."""
