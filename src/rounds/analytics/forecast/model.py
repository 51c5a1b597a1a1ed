"""What was learned, as a page needs it: the rates, how far off past forecasts were, and the range of a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rounds.models import ForecastModel
from rounds.playbook import Playbook
from rounds.rules.forecast.calibration import Past, calibrate
from rounds.rules.forecast.chances import Chances, chances
from rounds.rules.forecast.history import History, Open
from rounds.rules.forecast.interval import Range, drawn
from rounds.rules.forecast.prior import prior_of
from rounds.rules.forecast.rates import Rates, from_data, learn
from rounds.rules.pipeline.quarters import Quarter


@dataclass(frozen=True)
class Learned:
    """`day` None: nothing was learned yet, the playbook alone speaks. `score`: of the back-test; `open`: deals open that day."""

    rates: Rates
    past: tuple[Past, ...]
    score: dict[str, Any]
    day: date | None

    @property
    def deals(self) -> int:
        return self.rates.deals


def learned(book: Playbook, today: date) -> Learned:
    """The last that was learned by the end of `today`, by the stages of the playbook in force. One query."""
    row = ForecastModel.objects.filter(day__lte=today).order_by("-day", "-at").first()
    prior = prior_of(book)
    if row is not None and tuple(row.rates["stages"]) == prior.stages:
        past = tuple(Past(date.fromisoformat(first), date.fromisoformat(last), *figures) for first, last, *figures in row.past)
        return Learned(from_data(row.rates), past, row.score, row.day)
    starts = book.signing_path.quarters.starts
    return Learned(learn(History((), today), today, prior, book.forecast.learning, starts=starts), (), {}, None)


@dataclass(frozen=True)
class Ahead:
    """What may still come in a quarter: the chances of its deals, and the range with what is won already. `lean`, `windows`:
    of the calibration it was drawn with."""

    chances: Chances
    range: Range
    alone: Range
    lean: float
    windows: float


def ahead(found: Learned, deals: Sequence[Open], quarter: Quarter, today: date, won: int, book: Playbook) -> Ahead | None:
    """From today to the quarter's end; None where it is over. `alone` is the naive range, each deal falling for itself."""
    if quarter.last < today:
        return None
    rule, length = book.forecast.range, (quarter.last - today).days + 1
    held = chances(found.rates, today, quarter.last, since=quarter.first)
    off = calibrate(found.past, length, rule)
    share = min(1.0, len(deals) / found.score["open"]) if found.score.get("open") else 0.0
    wide = drawn(held, deals, rule, shock=off.shock, lean=off.lean, fresh=share).wider(off.width)
    return Ahead(held, wide.plus(won), drawn(held, deals, rule, shock=0.0, fresh=share).plus(won), off.lean, off.windows)
