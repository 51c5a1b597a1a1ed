"""The characteristics of each band, and whether what people ticked agrees with the score (LEAD-19)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rounds.rules.facts import some
from rounds.rules.scoring.compiled import Scorer


def checklist(model: Scorer, band: str | None, ticked: Iterable[str]) -> dict[str, Any]:
    """The items of the score's band with their ticks, the band the ticks speak for, and whether the two disagree.

    The ticks speak for the band with most ticked items (the better of equals); without ticks for none.
    """
    bands = model.model.bands.steps if model.model.bands else ()
    every = tuple(item for step in bands for item in step.checklist)
    named = some("checklist", every)(ticked) or frozenset()
    counts = {step.band: sum(item in named for item in step.checklist) for step in bands}
    said = max(counts, key=lambda name: counts[name]) if any(counts.values()) else None
    mine = next((step for step in bands if step.band == band), None)
    items = [
        {"item": item, "title": title, "ticked": item in named}
        for item, title in (mine.checklist if mine else {}).items()
    ]
    return {"band": band, "items": items, "ticks_say": said, "disagrees": said is not None and said != band}
