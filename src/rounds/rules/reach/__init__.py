"""Reach: which day, which hour, whether at all, in which words, and who really answered."""
