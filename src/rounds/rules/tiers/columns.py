"""The tiers of a whole table."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.shapes.tiers import Gate, Test, Tier
from rounds.rules.tiers.gates import BASE, _ceiling


def columns(playbook: Playbook, t: Any) -> Any:
    """`t` with `tier` (whole number, NULL outside the programme) and `tier_stage`.

    Reads `score`, `score_rate`, `completeness`, `evidence_days`, `gates_<code>` (yes/no) and the vocabulary's columns.
    Holding an account in its tier is a matter of its history and belongs to `tier`, one account at a time.
    """
    import ibis

    score = _score(playbook, t)
    branches = []
    stages = []
    for entry in playbook.tiers.tiers:
        tests = _tests(playbook, entry, t, score)
        if any(test is None for test in tests):
            continue
        met = reduce(and_, tests) if tests else score.notnull()
        branches.append((met, ibis.literal(entry.tier, "int32")))
        stages.append((met, _confirmed(playbook, entry, t)))
    number = ibis.cases(*branches) if branches else ibis.null("int32")
    stage = ibis.cases(*stages) if stages else ibis.null("string")
    return t.mutate(tier=number, tier_stage=stage)


def _score(playbook: Playbook, t: Any) -> Any:
    """The total, or 100 × the known rate where too little is known."""
    import ibis

    total = t.score.cast("float64") if "score" in t.columns else None
    if "score_rate" not in t.columns:
        return ibis.null("float64") if total is None else total
    rate = t.score_rate.cast("float64") * 100
    if total is None:
        return rate
    low = ibis.literal(False)
    if "completeness" in t.columns:
        trust = round(playbook.tiers.stage.trust_at * BASE)
        low = ((t.completeness * BASE).round().cast("int64") < trust).fill_null(False)
    return ibis.cases((t.score_rate.notnull() & (low | total.isnull()), rate), else_=total)


def _tests(playbook: Playbook, entry: Tier, t: Any, score: Any) -> list[Any]:
    """One yes/no column a gate that counts; None where no column could ever open it."""
    mode = playbook.tiers.mode
    tests = [
        _gate(playbook, entry, gate, t, score) for gate in entry.gates if mode != "score_only" or gate.gate == "score"
    ]
    if playbook.tiers.qualitative == "block" and mode != "score_only":
        tests += [_tick(t, code) for code in entry.qualitative]
    return tests


def _tick(t: Any, code: str) -> Any:
    name = f"gates_{code}"
    return t[name].fill_null(False) if name in t.columns else None


def _gate(playbook: Playbook, entry: Tier, gate: Gate, t: Any, score: Any) -> Any:
    parts = [part for test in gate.any if (part := _test(test, t, score)) is not None]
    if not parts:
        return None
    met = reduce(or_, parts)
    ceiling = _ceiling(playbook, entry, gate.gate)
    first = _column(gate.any[0], t, score)
    if ceiling is not None and first is not None:
        met = met & (first < ceiling).fill_null(True)
    return met


def _column(test: Test, t: Any, score: Any) -> Any:
    if test.fact == "score":
        return score
    if test.fact not in t.columns:
        return None
    return t[test.fact].nullif(0) if test.fact == "beds" else t[test.fact]


def _test(test: Test, t: Any, score: Any) -> Any:
    column = _column(test, t, score)
    if column is None:
        return None
    if test.is_ is not None:
        met = column if test.is_ == (True,) else column.isin(list(test.is_))
    else:
        met = column >= test.at_least if test.at_least is not None else column > test.above
    return met.fill_null(False)


def _confirmed(playbook: Playbook, entry: Tier, t: Any) -> Any:
    """'confirmed' where every qualitative gate is ticked on fresh evidence, else 'provisional'."""
    import ibis

    plain = ibis.literal("provisional")
    needed = [_tick(t, code) for code in entry.qualitative]
    if "evidence_days" not in t.columns or any(tick is None for tick in needed):
        return plain
    return _by_age(playbook, t, needed, plain)


def _by_age(playbook: Playbook, t: Any, needed: list[Any], plain: Any) -> Any:
    import ibis

    fresh = (t.evidence_days <= playbook.tiers.stage.evidence_days).fill_null(False)
    return ibis.cases((reduce(and_, needed, fresh) & _on_total(playbook, t), ibis.literal("confirmed")), else_=plain)


def _on_total(playbook: Playbook, t: Any) -> Any:
    """Whether the real total was used."""
    import ibis

    if "score_rate" not in t.columns:
        return ibis.literal(True)
    low = ibis.literal(False)
    if "completeness" in t.columns:
        trust = round(playbook.tiers.stage.trust_at * BASE)
        low = ((t.completeness * BASE).round().cast("int64") < trust).fill_null(False)
    empty = t.score.isnull() if "score" in t.columns else ibis.literal(True)
    return ~(t.score_rate.notnull() & (low | empty))
