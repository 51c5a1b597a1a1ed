"""The metrics: every number of the house, each defined once, and how it is run (docs/numbers.md)."""
