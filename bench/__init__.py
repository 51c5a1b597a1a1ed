"""Benches: speed and memory, printed as ratios or beside their reference. `make bench` runs them all."""
