"""A scoring model made ready: each criterion one tree, each figure in place. Built once for a playbook hash."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.shapes.scoring import Counted, Criterion, ScoringModel
from rounds.playbook.tables import table
from rounds.rules.facts import Checker, choice
from rounds.rules.scoring.tree import Extreme, First, node_of

BASE = 10_000
"""Shares are compared as whole ten-thousandths, so that every engine agrees to the last digit."""


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion, ready to be read."""

    code: str
    level_fact: str
    criterion: Criterion
    category: int
    tree: Any
    points: dict[str, int]
    titles: dict[str, str]
    order: dict[str, int]
    unknown_levels: frozenset[str]
    unknown_points: int
    unknown_why: str
    weight: int
    best: int | None
    worst: int
    in_fit: bool
    counted: Counted | None
    trust: tuple[str, float] | None
    source: str


@dataclass(frozen=True)
class Scorer:
    """A model ready to score. `name` is the rule, `hash` the playbook's."""

    name: str
    hash: str
    model: ScoringModel
    lines: tuple[Line, ...]
    categories: tuple[str, ...]
    intent: tuple[int, ...]
    weight: int
    fit_weight: int
    bands: tuple[tuple[float | int | None, str], ...]
    cap: int
    trust_at: int
    grades: tuple[tuple[int | None, int, str], ...]
    asked: tuple[int, ...]
    check: Checker
    extra: dict[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=128)
def scorer(playbook: Playbook, rule: str) -> Scorer:
    """The scorer of `scoring/lead_fit` (or plain `lead_fit`). Raises KeyError for a rule that is no scoring model."""
    model = playbook.scoring[rule.removeprefix("scoring/")]
    words = {name: tuple(getattr(getattr(playbook.picklists, name), "values", ())) for name in ("funding", "events")}
    lines = tuple(
        _line(playbook, model, position, criterion, words)
        for position, category in enumerate(model.categories)
        for criterion in category.criteria
    )
    bands = tuple((step.at_least, step.band) for step in model.bands.steps) if model.bands else ()
    order = [band for _, band in bands]
    own = {
        name: choice(name, tuple(line.points)) for line in lines if line.points for name in (line.code, line.level_fact)
    }
    codes = [category.category for category in model.categories]
    return Scorer(
        name=model.rule,
        hash=playbook.hash,
        model=model,
        lines=lines,
        categories=tuple(codes),
        intent=tuple(codes.index(name) for name in (model.intent.categories if model.intent else ())),
        weight=sum(line.weight for line in lines),
        fit_weight=sum(line.weight for line in lines if line.in_fit),
        bands=bands,
        cap=order.index(model.unknown.provisional_cap) if model.unknown.provisional_cap else 0,
        trust_at=round(model.unknown.trust_at * BASE),
        grades=tuple(
            (None if g.at_least is None else round(g.at_least * BASE), g.known_at_least, g.grade)
            for g in model.fit.grades
        )
        if model.fit
        else (),
        asked=tuple(
            sorted(
                (i for i, line in enumerate(lines) if line.best is not None),
                key=lambda i: (lines[i].unknown_points - (lines[i].best or 0), i),
            )
        ),
        check=Checker(playbook, own),
        extra={"kinds": words["events"]},
    )


def _line(
    playbook: Playbook, model: ScoringModel, category: int, criterion: Criterion, words: dict[str, tuple[str, ...]]
) -> Line:
    points = {level.level: level.points for level in criterion.levels}
    silent = next((level for level in criterion.levels if level.unknown or level.absence), None)
    unknown_points = silent.points if silent else 0
    if model.unknown.policy == "lowest" and criterion.levels:
        unknown_points = min(points.values())
    ranked = sorted(points, key=lambda level: points[level])
    counted = criterion.counted
    best: int | None = criterion.best
    if counted:
        each = counted.points.values()
        best = {"each_event": None, "once_per_kind": sum(each), "highest_only": max(each, default=0)}[counted.mode]
    trusts = [reading.trust for readings in criterion.readings.values() for reading in readings if reading.trust]
    return Line(
        code=criterion.criterion,
        level_fact=criterion.level_fact or criterion.criterion,
        criterion=criterion,
        category=category,
        tree=_tree(playbook, criterion, points, words),
        points=points,
        titles={level.level: level.title for level in criterion.levels},
        order={level: rank for rank, level in enumerate(ranked)},
        unknown_levels=frozenset(level.level for level in criterion.levels if level.unknown),
        unknown_points=unknown_points,
        unknown_why=_silence(silent, unknown_points),
        weight=criterion.max or 0,
        best=best,
        worst=criterion.worst,
        in_fit=model.fit is not None and model.categories[category].category in model.fit.categories,
        counted=counted,
        trust=(trusts[0].fact, trusts[0].at_least) if trusts else None,
        source=criterion.origin,
    )


def _silence(level: Any, points: int) -> str:
    if level is None:
        return f"not known: counts {points}"
    if level.absence:
        return f'nothing heard: "{level.title}" describes that and counts {points}'
    return f'not known: "{level.title}" counts {points}'


def _tree(playbook: Playbook, criterion: Criterion, points: dict[str, int], words: dict[str, tuple[str, ...]]) -> Any:
    tables = {
        r.table: table(playbook, r.table) for readings in criterion.readings.values() for r in readings if r.table
    }
    nodes: dict[str, Any] = {}
    for name, readings in criterion.readings.items():
        children = tuple(node_of(reading, tables, words) for reading in readings)
        nodes[name] = children[0] if len(children) == 1 else First(children)
    if not nodes:
        return None
    taken = criterion.choices.get(criterion.take or "")
    if taken is None:
        return next(iter(nodes.values()))
    children = tuple(nodes[name] for name in taken.names)
    if len(children) == 1:
        return children[0]
    rank = {level: position for position, level in enumerate(sorted(points, key=lambda level: points[level]))}
    return First(children) if taken.first else Extreme(children, rank, worst=taken.worst is not None)
