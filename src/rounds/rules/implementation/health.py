"""How a customer is doing, 0 to 100, with what every part adds (IMPL-09); for one customer and for a table of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import add
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.shapes.customers import Component, Rung
from rounds.rules.facts import Checker, number


@dataclass(frozen=True, slots=True)
class Verdict:
    """`score` None: nothing is known. `known`: the weight of what is, of 100. Provisional below the playbook's share."""

    score: int | None
    band: str
    provisional: bool
    known: int
    points: dict[str, int | None]
    lines: list[dict[str, Any]]
    missing: list[str]


def health(playbook: Playbook, facts: Mapping[str, Any]) -> Verdict:
    """The health of a customer of whom `facts` are known."""
    book = playbook.health
    points, lines = {}, []
    for code, part in book.components.items():
        value = facts.get(part.fact)
        rung = None if value is None else next(rung for rung in part.rungs if _on(rung, value))
        points[code] = rung.points if rung else None
        why = f"{part.title}: {'not known' if value is None else _said(part, value, rung)}"
        lines.append({"what": code, "level": None if value is None else f"{value:g}", "points": points[code], "why": why, "source": part.origin})
    known = sum(part.weight for code, part in book.components.items() if points[code] is not None)
    score = _score(playbook, points, known)
    provisional = known < 100 * book.trust_at.share
    missing = [code for code, worth in points.items() if worth is None]
    return Verdict(score, "unknown" if provisional else band(playbook, score), provisional, known, points, lines, missing)


def band(playbook: Playbook, score: int | None) -> str:
    """healthy, watch, at_risk, or unknown; a provisional score is in no band."""
    if score is None:
        return "unknown"
    bands = playbook.health.bands
    return "healthy" if score >= bands.healthy else "watch" if score >= bands.watch else "at_risk"


def alarms(playbook: Playbook, before: int | None, after: int | None) -> bool:
    """Whether the score fell so far that somebody is told."""
    return before is not None and after is not None and before - after > playbook.health.alarm.drop_above


def _on(rung: Rung, value: Any) -> bool:
    if rung.above is not None:
        return bool(value > rung.above)
    return rung.at_least is None or bool(value >= rung.at_least)


def _said(part: Component, value: Any, rung: Rung | None) -> str:
    if rung is None or (rung.above is None and rung.at_least is None):
        return f"{value:g}, on the lowest rung" if part.rungs[-1].points == 0 else f"{value:g}"
    return f"{value:g}, {'more than' if rung.above is not None else 'at least'} {rung.above if rung.above is not None else rung.at_least:g}"


def _score(playbook: Playbook, points: Mapping[str, int | None], known: int) -> int | None:
    """Half up, in whole numbers, so that a table counts the same."""
    got, policy = sum(worth or 0 for worth in points.values()), playbook.health.unknown
    if known == 0:
        return None
    if policy == "known_rate":
        return (2 * 100 * got + known) // (2 * known)
    return got if policy == "zero" else (2 * got + (100 - known) + 1) // 2


def columns(playbook: Playbook, t: Any) -> Any:
    """`t` with `health` (whole, null), `health_band`, `health_known` and `health_provisional`, from the columns of facts it has."""
    import ibis

    book = playbook.health
    got, known = [], []
    for part in book.components.values():
        if part.fact not in t.columns:
            continue
        column = t[part.fact]
        worth = ibis.cases(*((_meets(column, rung), ibis.literal(rung.points, "int32")) for rung in part.rungs[:-1]),
                           else_=ibis.literal(part.rungs[-1].points, "int32"))  # fmt: skip
        got.append(ibis.ifelse(column.notnull(), worth, ibis.literal(0, "int32")))
        known.append(ibis.ifelse(column.notnull(), ibis.literal(part.weight, "int32"), ibis.literal(0, "int32")))
    zero = ibis.literal(0, "int32")
    sums = t.mutate(health_got=reduce(add, got, zero), health_known=reduce(add, known, zero))
    divisor = ibis.greatest(sums.health_known, ibis.literal(1, "int32"))
    rate = {"known_rate": (2 * 100 * sums.health_got + sums.health_known) // (2 * divisor), "zero": sums.health_got,
            "half": (2 * sums.health_got + (100 - sums.health_known) + 1) // 2}[book.unknown]  # fmt: skip
    scored = sums.mutate(health=ibis.ifelse(sums.health_known > 0, rate.cast("int32"), ibis.null("int32")))
    provisional = scored.health_known < 100 * book.trust_at.share
    bands = ibis.cases((scored.health.isnull() | provisional, "unknown"), (scored.health >= book.bands.healthy, "healthy"),
                       (scored.health >= book.bands.watch, "watch"), else_="at_risk")  # fmt: skip
    return scored.mutate(health_band=bands, health_provisional=provisional).drop("health_got")


def _meets(column: Any, rung: Rung) -> Any:
    return column > rung.above if rung.above is not None else column >= rung.at_least


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    bounds = {"adoption_percent": (0, 100), "uptime_percent": (0, 100), "outcomes_percent": (0, 100), "nps": (-100, 100)}
    own = {part.fact: number(part.fact, *bounds.get(part.fact, (0, None))) for part in playbook.health.components.values()}
    return Checker(playbook, own | {"before": number("before", 0, 100)})


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of the components, and `before`, the score of the last check."""
    facts = _checker(playbook)(given)
    found = health(playbook, facts)
    return {"health": found.score, "band": found.band, "provisional": found.provisional, "known": found.known, "points": found.points,
            "alarm": alarms(playbook, facts.get("before"), found.score), "missing": found.missing, "lines": found.lines}  # fmt: skip
