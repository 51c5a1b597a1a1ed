"""What a forecast holds before it has seen enough deals of its own: the playbook's chances and weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rounds.playbook import Playbook
from rounds.rules.forecast.history import LOST, WON
from rounds.rules.pipeline import planner


@dataclass(frozen=True, slots=True)
class Prior:
    """`stages` in their order; `weeks` how long a deal stays in each on average; `exits` stage → where it goes then, as
    shares that sum to 1 (another stage, WON, LOST)."""

    stages: tuple[str, ...]
    weeks: Mapping[str, float]
    exits: Mapping[str, Mapping[str, float]]


def prior_of(playbook: Playbook) -> Prior:
    """The playbook's: a deal of stage s goes on with chance(s) ÷ chance(next), else it is lost. The stages that share a
    process stage share its weeks."""
    book = playbook.stages
    stages = tuple(book.open)
    weeks, exits = {}, {}
    for place, code in enumerate(stages):
        process = book.process_of(code)
        sharing = sum(1 for other in stages if book.process_of(other) == process)
        span = planner.weeks_of(playbook, code)
        weeks[code] = max(1.0, (span.low + span.high) / 2 / sharing)
        following = stages[place + 1] if place + 1 < len(stages) else WON
        chance = book.by_code[code].chance.percent
        onward = min(1.0, chance / (book.by_code[following].chance.percent if following != WON else 100.0))
        exits[code] = {following: onward, LOST: 1 - onward}
    return Prior(stages, weeks, exits)
