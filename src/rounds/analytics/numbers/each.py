"""Each person of a dashboard beside the others: some numbers of everybody, one row a person (ANALYTICS-17, ANALYTICS-44)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.boards import Question
from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.result import Reading
from rounds.analytics.numbers.together import Ask, together
from rounds.playbook.shapes.measures import Dashboard

BY = "owner"


@dataclass(frozen=True)
class Each:
    """`rows`: (person's key, their number of each metric, None where they have none or it could not be read)."""

    metrics: tuple[Metric, ...] = ()
    rows: tuple[tuple[str, tuple[Reading | None, ...]], ...] = ()


def each(board: Dashboard, question: Question, engine: Live, at: datetime, *, unread: Collection[str] = ()) -> Each:
    """The board's numbers of each person, under the filters of the question. One statement; nothing where the board has no such table."""
    wanted = tuple(one for one in map(find, board.each) if BY in one.by and not one.waits and one.noun not in unread)
    if not wanted:
        return Each()
    today = periods.today(engine.book, at)
    asks = [Ask(one, question.cell(question.period, one, today), question.of(one), BY) for one in wanted]
    found = together(asks, engine, at)
    people = dict.fromkeys(key for ask in asks for key in (found[ask] or {}) if key)
    return Each(wanted, tuple((key, tuple((found[ask] or {}).get(key) for ask in asks)) for key in people))
