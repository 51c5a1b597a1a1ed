"""Which records are the same one twice: blocks bring pairs together, evidence weighs them, floors say how sure."""

from rounds.rules.duplicates.finding import WORDS, Found, Pair, compare, find, find_like

__all__ = ["WORDS", "Found", "Pair", "compare", "find", "find_like"]
