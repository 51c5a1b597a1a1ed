"""Forecast mathematics: from what became of our deals to how much a quarter may bring, and how sure that is. Pure."""
