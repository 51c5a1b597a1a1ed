"""What the criteria say of a proof of concept: success, partial or failed (POC-04); each asked by `poc/verdict`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from rounds.playbook import Playbook
from rounds.playbook.shapes.poc import PocVerdict
from rounds.rules.facts import WrongFact, choice, flag, number, text, whole
from rounds.rules.poc.readings import Interval, Measured, SampleSize, Standing, Target, interval, sample_size, standing

Result = Literal["success", "partial", "failed"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`attained`: the weighted share of the way, 0 to 1 in hundredths. `missing`: mandatory criteria that are not met."""

    result: Result
    attained: Decimal
    missing: tuple[str, ...]
    inconclusive: tuple[str, ...]
    why: str


def judged(book: PocVerdict, targets: Mapping[str, Target], standings: Mapping[str, Standing]) -> Verdict:
    """The result by what holds of each criterion. Without criteria nothing was proven: failed."""
    total = sum(target.weight for target in targets.values())
    sums = sum((Decimal(targets[name].weight) * Decimal(str(standings[name].attained)) for name in targets), Decimal(0))
    attained = (sums / total).quantize(Decimal("0.0001"), ROUND_HALF_UP) if total else Decimal(0)
    missing = tuple(name for name, target in targets.items() if target.mandatory and standings[name].word != "met")
    open_ = tuple(name for name in targets if standings[name].word in ("inconclusive", "unread"))
    success, partial = (Decimal(str(level.value)) for level in (book.success, book.partial))
    percent = f"{(attained * 100).quantize(Decimal(1), ROUND_HALF_UP)} %"
    if not targets:
        return Verdict("failed", attained, missing, open_, "there are no criteria")
    if not missing and attained >= success:
        return Verdict("success", attained, missing, open_, f"every mandatory criterion is met and {percent} attained")
    why = f"{percent} attained of {success * 100:g} %" if not missing else f"{len(missing)} mandatory not met, {percent} attained"
    return Verdict("partial" if attained >= partial else "failed", attained, missing, open_, why)


_FIELDS = {
    "name": text("name"), "direction": choice("direction", ("at_least", "at_most")), "kind": choice("kind", ("share", "mean", "figure")),
    "target": number("target"), "baseline": number("baseline"), "weight": whole("weight", 0, 1000), "mandatory": flag("mandatory"),
    "planned_n": whole("planned_n", 1, 10**9), "deviation": number("deviation", 0), "value": number("value"), "n": whole("n", 1, 10**9),
    "hits": whole("hits", 0, 10**9), "measured_deviation": number("measured_deviation", 0),
}  # fmt: skip


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`criteria`: [{name, kind, direction, target, baseline, weight, mandatory, planned_n, deviation, and of the last
    reading value, n, hits, measured_deviation}]."""
    book = playbook.poc_verdict
    said = _given(given)
    targets, reads = {}, {}
    for one in said:
        targets[one["name"]] = _target(one)
        measured = Measured(one.get("value", 0.0), one.get("n"), one.get("measured_deviation"), one.get("hits"))
        has = "value" in one or ("hits" in one and "n" in one)
        reads[one["name"]] = interval(book, targets[one["name"]].kind, measured) if has else None
    stands = {name: standing(book, target, reads[name]) for name, target in targets.items()}
    verdict = judged(book, targets, stands)
    return {
        "result": verdict.result, "attained": float(verdict.attained), "why": verdict.why,
        "criteria": {name: _told(stands[name], reads[name], sample_size(book, targets[name])) for name in targets},
        "missing": list(verdict.missing), "inconclusive": list(verdict.inconclusive),
        "lines": [{"what": name, "level": stands[name].word, "points": targets[name].weight, "why": stands[name].why,
                   "source": "the agreement"} for name in targets],
    }  # fmt: skip


def _given(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    extra = set(given) - {"criteria"}
    rows = given.get("criteria", [])
    if extra or not isinstance(rows, Sequence) or isinstance(rows, str):
        raise WrongFact('Give the criteria: {"criteria": [{"name": …, "kind": "share", "direction": "at_least", "target": 0.7, …}]}.')
    return [_one(row) for row in rows]


def _one(row: Any) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise WrongFact("Each criterion is a record with name, kind, direction and target.", field="criteria")
    for name in row:
        if name not in _FIELDS:
            raise WrongFact(f"'{str(name)[:60]}' says nothing of a criterion. Known: {', '.join(_FIELDS)}.", field="criteria")
    for name in ("name", "kind", "direction", "target"):
        if row.get(name) is None:
            raise WrongFact(f"A criterion without {name} cannot be judged; give it.", field=name)
    found = {name: _FIELDS[name](value) for name, value in row.items() if value is not None}
    if found.get("hits", 0) > found.get("n", found.get("hits", 0)):
        raise WrongFact("There are more hits than cases.", field="hits")
    return found


def _target(one: Mapping[str, Any]) -> Target:
    return Target(one["kind"], one["direction"], one["target"], one.get("baseline"), one.get("weight", 1),
                  one.get("mandatory", False), one.get("planned_n"), one.get("deviation"))  # fmt: skip


def _told(stands: Standing, read: Interval | None, sample: SampleSize) -> dict[str, Any]:
    return {
        "verdict": stands.word, "attained": round(stands.attained, 4), "why": stands.why,
        "interval": [round(read.low, 4), round(read.high, 4)] if read and read.low is not None and read.high is not None else None,
        "method": read.method if read else None, "needed": sample.needed, "sample_enough": sample.enough,
    }  # fmt: skip
