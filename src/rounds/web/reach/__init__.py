"""Reach: sequences, mail, and the page on which somebody says that they want no more of it."""
