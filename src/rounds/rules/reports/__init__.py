"""When reports are due."""
