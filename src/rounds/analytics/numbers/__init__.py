"""How numbers are run: periods, tables under a Scope, three databases, one result (docs/numbers.md)."""
