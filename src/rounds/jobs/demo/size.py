"""How large a demo is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """`independents` hospitals stand alone; the others share `systems`. `known_units` have contacts and notes."""

    systems: int
    independents: int
    known_units: int
    leads: int
    owned_units: int


FULL = Size(systems=92, independents=508, known_units=60, leads=300, owned_units=70)
LITE = Size(systems=24, independents=56, known_units=10, leads=36, owned_units=20)
"""Enough for a browser journey: every page has something to show."""
HISTORY = {"seed": 2026, "months": 24, "deals": 60}
"""The simulated company of `rounds demo --history`: enough for every number to say something."""
