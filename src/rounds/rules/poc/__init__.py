"""Proofs of concept: dates, readings, verdicts, money. Facts go in, verdicts come out."""
