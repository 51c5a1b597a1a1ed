"""What a rule is given: raw facts and answers, checked by name, each model hearing only the levels it knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.facts import Checker, WrongFact
from rounds.rules.scoring import Scorer, scorer

Said = tuple[str, str, str]
"""(model, criterion, level): one answer a person gave."""


@lru_cache(maxsize=32)
def _checker(playbook: Playbook) -> Checker:
    return Checker(playbook)


def checked_facts(playbook: Playbook, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The raw facts in their plain form. Raises WrongFact (422) naming the fact and what it takes."""
    return _checker(playbook)(facts)


def checked_level(playbook: Playbook, model: str, criterion: str, level: str) -> str:
    """`level` if `criterion` of `model` knows it. Raises WrongFact (422) naming what it knows."""
    known = _levels(scorer(playbook, model)).get(criterion)
    if known is None:
        raise WrongFact(f"“{criterion[:60]}” is not a question of this score.", field="criterion")
    if level not in known:
        raise WrongFact(f"{criterion.replace('_', ' ')} takes one of: {', '.join(known)}.", field="level")
    return level


def given_for(playbook: Playbook, model: str, facts: Mapping[str, Any], answers: Iterable[Said]) -> dict[str, Any]:
    """`facts` with the answers a model understands: its own, and another model's where criterion and level are shared.
    An answer of the model itself outranks a shared one."""
    levels = _levels(scorer(playbook, model))
    given = dict(facts)
    for _, criterion, level in sorted(answers, key=lambda said: said[0] == model):
        if level in levels.get(criterion, ()):
            given[criterion] = level
    return given


def _levels(model: Scorer) -> dict[str, tuple[str, ...]]:
    """Criterion → the levels it knows, kept beside the scorer it was read from."""
    if "levels" not in model.extra:
        model.extra["levels"] = {line.code: tuple(line.points) for line in model.lines if line.points}
    return model.extra["levels"]
