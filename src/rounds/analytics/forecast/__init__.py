"""Forecasts: what a quarter brings, what moved, how sure each deal is, how right we were. Read only."""
