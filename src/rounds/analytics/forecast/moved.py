"""What moved in a quarter since a day, with named deals; it adds up to the cent (FORECAST-03).

How deals stood then is read from what was kept that evening (models/numbers/snapshots.py), not guessed from how they stand now.
Where nothing was kept by then, the field history of the deals tells it, and the page says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from rounds.access.scope import visible
from rounds.analytics.forecast.deals import Was
from rounds.analytics.forecast.groups import Asked
from rounds.analytics.forecast.quarter import Held
from rounds.kit.scope import Scope
from rounds.models import DealSnapshot, Opportunity, SnapshotDay
from rounds.models.numbers.history import today as day_of
from rounds.playbook import Playbook
from rounds.rules.forecast.waterfall import Standing, Waterfall, waterfall
from rounds.rules.pipeline.amounts import counted
from rounds.rules.pipeline.quarters import Quarter

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Moved:
    """From the beginning of `since` to now. `kept`: the evening it is read from, None where none was kept by then; `restated`:
    that evening was made up for later."""

    fall: Waterfall
    since: date
    kept: date | None
    restated: bool

    @property
    def basis(self) -> str:
        """What it rests on, where that is not simply the evening before."""
        if self.kept is None:
            return "No evening was kept by then: read from the field history of the deals."
        said = "" if self.kept == self.since - DAY else f"The evening before was not kept: read from that of {self.kept:%-d %b %Y}. "
        return said + (f"The evening of {self.kept:%-d %b} was not kept at its time and made up for later from the field history (restated)." if self.restated else "")


def last_monday(today: date) -> date:
    """The Monday of this week; on a Monday the one before."""
    return today - timedelta(days=today.weekday() or 7)


def moved(scope: Scope, held: Held, since: date, book: Playbook) -> Moved:
    """What moved in the quarter `held` since the beginning of a day, as `scope` sees it. Three queries."""
    span, asked = held.asked.quarter, held.asked
    now = {str(deal.pk): _now(deal, held.amounts[deal.pk], book) for deal in held.recent}
    evening = SnapshotDay.objects.filter(day__lt=since).order_by("-day").first()
    if evening is None:
        return Moved(_from_history(held.recent, held.before, now, since, span, book), since, None, False)
    moment = datetime.combine(since, time(), tzinfo=ZoneInfo(book.calendar.zones.house))
    there = visible(Opportunity, scope).filter(Q(closed_at=None) | Q(closed_at__gte=moment))
    if asked.segment:  # of the account, whenever it is asked
        there = there.filter(account__segment=asked.segment)
    names = dict(there.values_list("pk", "name"))
    now = {key: standing for key, standing in now.items() if UUID(key) in names}  # what closed before is in neither
    rows = DealSnapshot.objects.filter(opportunity__in=there.values("pk"), day__lte=evening.day).order_by("opportunity_id", "-day").distinct("opportunity_id")
    stood = {str(row.opportunity_id): row for row in rows}
    then = {key: Standing(row.outcome, row.counted_cents, row.close_on, names[row.opportunity_id]) for key, row in stood.items() if _asked_for(row, asked)}
    others = {key for key in now if key in stood and key not in then} | {key for key in then if key not in now}
    return Moved(waterfall(then, now, span.first, span.last, others=others), since, evening.day, evening.restated)


def _asked_for(row: DealSnapshot, asked: Asked) -> bool:
    """Whether a deal belonged then to what is asked."""
    return all((asked.owner in (None, row.owner_id), asked.team in (None, row.team_id), asked.territory in ("", row.territory)))


def _now(deal: Opportunity, cents: int, book: Playbook) -> Standing:
    return _standing(deal, deal.stage, cents, day_of(book, deal.closed_at) if deal.closed_at else deal.close_on, book)


def _from_history(rows: Sequence[Opportunity], before: Mapping[UUID, list[Was]], now: Mapping[str, Standing], since: date, span: Quarter,
                  book: Playbook) -> Waterfall:  # fmt: skip
    """The same from the changes of the deals. No query."""
    moment = datetime.combine(since, time(), tzinfo=ZoneInfo(book.calendar.zones.house))
    then = {deal.pk: _stood(deal, before.get(deal.pk, ()), moment) for deal in rows if deal.at < moment}
    below: dict[UUID, list[int]] = {}
    lost = book.stages.ending("lost")
    for deal in rows:
        if deal.parent_id and deal.pk in then and then[deal.pk].stage != lost:
            below.setdefault(deal.parent_id, []).append(then[deal.pk].cents or 0)
    was = {str(deal.pk): _standing(deal, then[deal.pk].stage, counted(then[deal.pk].cents, below.get(deal.pk, ())), then[deal.pk].close_on, book)
           for deal in rows if deal.pk in then}  # fmt: skip
    return waterfall(was, now, span.first, span.last)


def _stood(deal: Opportunity, changes: Sequence[Was], moment: datetime) -> Was:
    """How a deal stood at a moment: before the first change after it, or as it stands."""
    later = next((one for one in changes if one.moment >= moment), None)
    return later or Was(moment, deal.stage, deal.amount_company_cents, deal.close_on)


def _standing(deal: Opportunity, stage: str, cents: int, close_on: date | None, book: Playbook) -> Standing:
    outcome = {book.stages.ending("won"): "won", book.stages.ending("lost"): "lost"}.get(stage, "open")
    return Standing(outcome, cents, close_on, deal.name)
