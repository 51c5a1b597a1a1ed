"""Read-only numbers. Nothing here writes."""
