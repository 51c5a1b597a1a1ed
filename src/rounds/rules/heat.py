"""Heat: what the buyer and our people did lately, beside the score (C-03, PLUS-04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.vocabulary import VOCABULARY
from rounds.rules.facts import Checker, number, refuse
from rounds.rules.routing.sla import moment
from rounds.rules.scoring.compiled import Scorer
from rounds.rules.scoring.score import Score, band_at

NOTHING = (None, "", "Unknown")
Amount = float | Fraction
"""A score; a Fraction where it is a rate and must meet the floor of a band exactly."""


@dataclass(frozen=True, slots=True)
class Heat:
    """`points` of heat in the window; under `boost`, `boost` points and the `effective` score."""

    points: int
    boost: int
    effective: float | None
    counted: list[tuple[str, datetime, int]]

    @property
    def kept(self) -> int:
        """What the heat column of a record keeps: the heat, under `boost` the boost."""
        return self.points + self.boost


def heat(playbook: Playbook, triggers: Iterable[tuple[str, datetime]], at: datetime, base: float | None = None) -> Heat:
    """The heat at a moment from (trigger or activity kind, time) pairs. Pass only acts of a human or the buyer.

    heat: every trigger within the window counts. boost: each kind once per its days, added to `base` up to the
    ceiling. recompute_only: nothing counts.
    """
    book = playbook.heat
    if book.mode == "recompute_only":
        return Heat(0, 0, base, [])
    boosting = book.mode == "boost"
    since = at - timedelta(days=reach(playbook))
    counted: list[tuple[str, datetime, int]] = []
    seen: set[str] = set()
    for kind, when in sorted(triggers, key=lambda pair: pair[1], reverse=True):
        trigger = kind if kind in book.triggers else book.activities.map.get(kind)
        if trigger is None or not since < when <= at or (boosting and trigger in seen):
            continue
        seen.add(trigger)
        counted.append((trigger, when, book.triggers[trigger].points))
    points = sum(worth for _, _, worth in counted)
    if not boosting:
        return Heat(points, 0, base, counted)
    effective = None if base is None else min(book.boost_ceiling.value, base + points)
    return Heat(0, points, effective, counted)


def heard(playbook: Playbook, changed: Mapping[str, tuple[Any, Any]]) -> dict[str, str]:
    """The triggers a change of facts is (LEAD-20), each with what changed in words: {fact: (before, after)} in."""
    found: dict[str, list[str]] = {}
    for fact, (before, after) in changed.items():
        one = playbook.heat.changes.map.get(fact) if playbook.heat.changes else None
        stood = before not in NOTHING
        if one is None or after in NOTHING or before == after or not (stood or one.new):
            continue
        found.setdefault(one.trigger, []).append(_news(fact, before if stood else None, after))
    return {trigger: "; ".join(said) for trigger, said in found.items()}


def _news(fact: str, before: Any, after: Any) -> str:
    """What changed, in words. How much money it is stays with the fact, which not everybody is shown."""
    known = VOCABULARY[fact]
    if known.kind in ("money", "ratio", "number"):
        return f"{known.label} is known now" if before is None else f"{known.label} went {'up' if after > before else 'down'}"
    return f"{known.label}: {_said(after)}" if before is None else f"{known.label}: {_said(before)} → {_said(after)}"


def news(playbook: Playbook, topic: str) -> str | None:
    """The trigger the topic of a piece of news names, if it names one."""
    words = {word.strip(".,;:()").lower() for word in topic.split()}
    return next((trigger for word, trigger in (playbook.heat.news.map if playbook.heat.news else {}).items() if word.lower() in words), None)


def _said(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def reach(playbook: Playbook) -> int:
    """How many days back an act still counts."""
    book = playbook.heat
    return (book.boost_once_per_days if book.mode == "boost" else book.window_days).value


def graded_score(playbook: Playbook, base: Amount, found: Heat) -> Amount:
    """The score the band is read from: the base, unless boost is on and grades are on the effective score."""
    book = playbook.heat
    if book.mode == "boost" and book.grade_on == "effective":
        return min(book.boost_ceiling.value, base + found.boost)
    return base


def graded(playbook: Playbook, model: Scorer, verdict: Score, found: Heat) -> Score:
    """`verdict` with its band read from the graded score, and a line for each boost; itself where nothing boosts.

    The total stays the base. A provisional band is read from the rate of what is known, boosted, and stays capped.
    """
    if not found.boost:
        return verdict
    banded = band_at(model, verdict, lambda base: graded_score(playbook, base, found))
    return replace(banded, lines=[*verdict.lines, *({**line, "what": "boost"} for line in lines_of(playbook, found))])


def lines_of(playbook: Playbook, found: Heat) -> list[dict[str, Any]]:
    """What counted, in the form of verdict lines: `what` the trigger, `level` its moment."""
    return [
        {"what": kind, "level": when.isoformat(), "points": worth, "why": playbook.heat.triggers[kind].title,
         "source": playbook.heat.triggers[kind].origin}
        for kind, when, worth in found.counted
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    known = {*playbook.heat.triggers, *playbook.picklists.events.values}
    when = moment("events.at")

    def acts(value: Any) -> list[tuple[str, datetime]]:
        if not isinstance(value, list | tuple):
            raise refuse(
                "events", 'a list such as [{"kind": "stakeholder_meeting", "at": "2026-03-06T10:00:00"}]', value
            )
        found = []
        for act in value:
            if not isinstance(act, Mapping) or set(act) != {"kind", "at"}:
                raise refuse("events", "acts with a kind and an at", act)
            if act["kind"] not in known:
                raise refuse("events.kind", "one of " + ", ".join(sorted(known)), act["kind"])
            found.append((act["kind"], when(act["at"])))
        return found

    return Checker(playbook, {"events": acts, "score": number("score", 0, 1000), "at": moment("at")})


def explain(playbook: Playbook, given: Mapping[str, Any], at: datetime | None = None) -> dict[str, Any]:
    """`events` [{kind, at}], `score` (the base); the moment is `at` of the call or of the given facts."""
    facts = _checker(playbook)(given)
    now = facts.get("at", at)
    acts = facts.get("events", [])
    if now is None or not acts:
        missing = [name for name, value in (("events", acts), ("at", now)) if not value]
        return {
            "heat": 0,
            "boost": 0,
            "effective": facts.get("score"),
            "mode": playbook.heat.mode,
            "missing": missing,
            "lines": [],
        }
    aware = {when.tzinfo is not None for _, when in acts} | {now.tzinfo is not None}
    if len(aware) > 1:
        raise refuse("events.at", "written like at: both with a time zone or both without", str(now))
    found = heat(playbook, acts, now, facts.get("score"))
    return {
        "heat": found.points,
        "boost": found.boost,
        "effective": found.effective,
        "mode": playbook.heat.mode,
        "missing": [],
        "lines": lines_of(playbook, found),
    }
