"""Deals on their way: stages, gates, ages, the path to signature."""
