"""What the forecast learns of our own deals, kept so that a page need not learn it again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import ForecastModel
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.numbers.history import history, today
from rounds.playbook import Playbook
from rounds.rules.forecast.backtest import Score, Trial, backtest, origins, score
from rounds.rules.forecast.history import History
from rounds.rules.forecast.prior import prior_of
from rounds.rules.forecast.rates import as_data, learn
from rounds.rules.pipeline.quarters import quarter_end

TASK = "numbers.forecast"
"""The night's task, asked for by its name."""
ASKED = "numbers.forecast_asked"
"""The same, asked for by the step of an automation."""
DAY = timedelta(days=1)


def learn_now(*, by: Actor, at: datetime) -> ForecastModel:
    """Learn the rates from all deals, and how far off we were in each of the past weeks. Run with whole sight.

    Effects: ForecastModel, forecast.learned, an audit entry.
    """
    held = active()
    book, day = held.playbook, today(held.playbook, at)
    past, starts = history(book), book.signing_path.quarters.starts
    rates = learn(past, day, prior_of(book), book.forecast.learning, starts=starts)
    trials = tried(past, book, day)
    with deed(by):
        row = ForecastModel.objects.create(
            day=day, deals=past.closed, rates=as_data(rates), past=[_kept(one) for one in trials], score=_scored(trials, len(past.open_on(day))),
            playbook_hash=held.hash, **signature(by, at),
        )  # fmt: skip
        events.record("forecast.learned", {"deals": past.closed, "weeks": len(trials)}, by=by, at=at, subject=row.id)
        audit.note("forecast.learn", by=by, at=at, kind="forecastmodel", subject=row.id, detail={"deals": past.closed, "weeks": len(trials)})
    return row


def tried(past: History, book: Playbook, day: Any) -> list[Trial]:
    """The back-test of our own past: every week from the playbook's number of closed deals on, to the end of its quarter."""
    rule, starts = book.forecast.backtest, book.signing_path.quarters.starts
    closed = sorted(one.left for one in past.spells if one.to in ("won", "lost") and one.left is not None)
    if len(closed) < rule.least:
        return []
    first = max(day - timedelta(weeks=rule.weeks), closed[rule.least - 1] + DAY)
    window = {"quarter": lambda one: quarter_end(one, starts)}
    return list(backtest(past, origins(first, day), window, day - DAY, prior_of(book), book.forecast, starts=starts))


def _kept(trial: Trial) -> list[Any]:
    one = trial.past
    return [one.first.isoformat(), one.last.isoformat(), round(one.expected), round(one.variance), round(one.actual), round(one.off, 4)]


def _scored(trials: list[Trial], still_open: int) -> dict[str, Any]:
    found: Score | None = score(trials) if trials else None
    return {**(asdict(found) if found else {}), "open": still_open}
