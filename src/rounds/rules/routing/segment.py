"""Which segment an account belongs to, by beds or by deal potential (ROUTE-05, 06, C-08, PLUS-09)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.facts import Checker


@dataclass(frozen=True, slots=True)
class Segment:
    """`segment` None: no team works it (too small), or nothing is known."""

    segment: str | None
    team: str | None
    queue: str | None
    why: str
    source: str


def segment(
    playbook: Playbook, beds: float | None = None, deal_usd: float | None = None, programme: str | None = None
) -> Segment:
    """Beds first and deal when beds are unknown, or as `segment.basis` says. Beds of 0 are unknown."""
    book = playbook.segments
    own = book.programmes.get(programme or "")
    if own is not None and programme is not None:
        return Segment(programme, None, own.queue, f"{own.title} hospitals have a segment of their own", own.origin)
    by_beds = _rung(playbook, "beds", beds) if beds is not None and beds > 0 else None
    by_deal = _rung(playbook, "deal", deal_usd) if deal_usd is not None else None
    return _made(playbook, *_chosen(playbook.segments.basis, by_beds, by_deal))


Rung = tuple[int, str, float]
"""Position from the largest segment (the number of segments: below all), the basis, the value."""


def _chosen(basis: str, by_beds: Rung | None, by_deal: Rung | None) -> tuple[Rung | None]:
    pair = [rung for rung in ((by_deal, by_beds) if basis == "deal" else (by_beds, by_deal)) if rung is not None]
    if not pair:
        return (None,)
    if basis == "max":
        return (min(pair, key=lambda rung: rung[0]),)
    if basis == "min":
        return (max(pair, key=lambda rung: rung[0]),)
    return (pair[0],)


def _rung(playbook: Playbook, basis: str, value: float) -> Rung:
    for position, entry in enumerate(playbook.segments.segments):
        floor = getattr(entry, basis).at_least
        if floor is None or value >= floor:
            return position, basis, value
    return len(playbook.segments.segments), basis, value


def _made(playbook: Playbook, rung: Rung | None) -> Segment:
    segments = playbook.segments.segments
    if rung is None:
        return Segment(None, None, None, "neither beds nor deal potential is known", segments[0].beds.origin)
    position, basis, value = rung
    said = f"{value:,} beds" if basis == "beds" else f"deal potential ${value:,}"
    if position == len(segments):
        return Segment(None, None, None, f"{said} is below every segment", getattr(segments[-1], basis).origin)
    entry = segments[position]
    floor = getattr(entry, basis).at_least
    why = f"{said}: {'everything below' if floor is None else f'at least {floor:,}'}"
    return Segment(entry.segment, entry.team, None, why, getattr(entry, basis).origin)


def columns(playbook: Playbook, t: Any) -> Any:
    """`t` with `segment` (text), from its columns `beds`, `deal_potential_usd` and `programme`, where it has them."""
    import ibis

    book = playbook.segments
    rungs = {}
    for basis, name in (("beds", "beds"), ("deal", "deal_potential_usd")):
        if name in t.columns:
            rungs[basis] = _rungs(playbook, basis, t[name].nullif(0) if basis == "beds" else t[name])
    order = ("deal", "beds") if book.basis == "deal" else ("beds", "deal")
    pair = [rungs[basis] for basis in order if basis in rungs]
    join = {"max": ibis.least, "min": ibis.greatest}.get(book.basis, ibis.coalesce)
    branches = []
    if "programme" in t.columns:
        branches += [(t.programme == code, ibis.literal(code)) for code in book.programmes]
    if pair:
        position = pair[0] if len(pair) == 1 else join(*pair)
        branches += [(position == i, ibis.literal(entry.segment)) for i, entry in enumerate(book.segments)]
    return t.mutate(segment=ibis.cases(*branches) if branches else ibis.null("string"))


def _rungs(playbook: Playbook, basis: str, column: Any) -> Any:
    import ibis

    branches = []
    for position, entry in enumerate(playbook.segments.segments):
        floor = getattr(entry, basis).at_least
        branches.append((column.notnull() if floor is None else column >= floor, ibis.literal(position, "int32")))
    branches.append((column.notnull(), ibis.literal(len(playbook.segments.segments), "int32")))
    return ibis.cases(*branches)


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    return Checker(playbook)


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    facts = _checker(playbook)(given)
    found = segment(playbook, facts.get("beds"), facts.get("deal_potential_usd"), facts.get("programme"))
    line = {"what": "segment", "level": found.segment, "points": None, "why": found.why, "source": found.source}
    missing = [name for name in ("beds", "deal_potential_usd") if name not in facts]
    return {"segment": found.segment, "team": found.team, "queue": found.queue, "missing": missing, "lines": [line]}
