"""The numbers of the demo: quotas of those who sell, what they call, what their manager holds, what was learned."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rounds.actions.numbers import calls, learning, locking, quotas
from rounds.actions.numbers.quarters import quarter_said
from rounds.jobs.demo.cast import Cast
from rounds.models import ForecastCall, ForecastModel, Opportunity, SnapshotDay, User
from rounds.models.flow.active import active
from rounds.models.numbers.history import today
from rounds.rules.pipeline import probability
from rounds.rules.pipeline.quarters import Quarter, around

LEAST, STEP = 10_000_000, 2_500_000
"""The smallest quota of a quarter, and what it is rounded to, in cents."""
TAUT = 130
"""Percent a quota is of what the quarter is likely to bring."""
SAID = ((130, 112, 101), (82, 95, 100), (105, 98, 97), (118, 109, 104))
"""What people called at the start, by the middle and at the end of a quarter that is over, in percent of what they won."""


def tell_numbers(cast: Cast, *, at: datetime) -> None:
    """Quotas for this quarter and the three after it, calls and an override of this one, of a simulated past also calls of the
    quarters that are over, which are locked, and what is learned of all deals. There already: what is missing alone."""
    span, book = quarter_said("", at), active().playbook
    starts = book.signing_path.quarters.starts
    sellers = list(User.objects.filter(pk__in=Opportunity.objects.exclude(owner=None).values("owner")).order_by("name"))
    likely = {seller.pk: _likely(seller, span) for seller in sellers}
    for seller in sellers:
        for quarter in around(span, 0, 3, starts):
            quotas.set_quota(seller, quarter, _quota(likely[seller.pk][1]), by=cast.manager.actor, at=at - timedelta(days=40))
    if not ForecastCall.objects.exists():
        for quarter in around(span, 4, 0, starts)[:-1]:
            if SnapshotDay.objects.filter(day__range=(quarter.first, quarter.last)).exists():
                _over(cast, sellers, quarter)
        for place, seller in enumerate(sellers):
            firm = likely[seller.pk][0] or _quota(likely[seller.pk][1]) * 6 // 10
            calls.call(seller, span, firm * (95, 100, 110)[place % 3] // 100, best_cents=firm * 3 // 2, by=seller.actor, at=at - timedelta(days=20))
        own = ForecastCall.objects.filter(owner=cast.owner, starts_on=span.first).first()
        calls.override(cast.owner, span, (own.cents or LEAST) * 7 // 10 if own else LEAST, reason="Two boards do not meet before January",
                       by=cast.manager.actor, at=at - timedelta(days=6))  # fmt: skip
        _held(cast, at)
    if not ForecastModel.objects.filter(day=today(book, at)).exists():
        learning.learn_now(by=cast.admin.actor, at=at)


def _likely(seller: User, span: Quarter) -> tuple[int, int]:
    """(won and committed, likely) of a seller's quarter, in cents."""
    book = active().playbook
    targets, ends = probability.targets(book), (book.stages.ending("won"), book.stages.ending("lost"))
    firm = likely = 0
    for deal in Opportunity.objects.filter(owner=seller).exclude(amount_company_cents=None):
        cents = deal.amount_company_cents or 0
        won = deal.closed_at is not None and deal.stage == ends[0] and span.first <= today(book, deal.closed_at) <= span.last
        open_ = deal.closed_at is None and deal.close_on is not None and span.first <= deal.close_on <= span.last
        firm += cents if won or (open_ and deal.forecast_category == "commit") else 0
        likely += cents if won else probability.weighted(cents, targets.get(deal.stage, 0)) if open_ else 0
    return firm, likely


def _quota(likely: int) -> int:
    wanted = max(LEAST, likely * TAUT // 100)
    return -(-wanted // STEP) * STEP


def _over(cast: Cast, sellers: list[User], quarter: Quarter) -> None:
    """A quarter of the simulated past: what people called of it when, and its lock."""
    book = active().playbook
    zone = ZoneInfo(book.calendar.zones.house)
    for place, seller in enumerate(sellers):
        won = sum(cents or 0 for cents, moment in Opportunity.objects.filter(owner=seller, stage=book.stages.ending("won"), closed_at__isnull=False)
                  .values_list("amount_company_cents", "closed_at") if quarter.first <= today(book, moment) <= quarter.last)  # fmt: skip
        for share, days in zip(SAID[(place + quarter.first.month) % len(SAID)], (8, 40, 80), strict=True):
            if won:
                moment = datetime.combine(quarter.first + timedelta(days=days), time(10), tzinfo=zone)
                calls.call(seller, quarter, -(-won * share // 100 // STEP) * STEP, by=seller.actor, at=moment)
    locking.lock(quarter, by=cast.revops.actor, at=datetime.combine(quarter.last + timedelta(days=6), time(6), tzinfo=zone))


def _held(cast: Cast, at: datetime) -> None:
    """A deal its owner commits to and the manager does not."""
    span = quarter_said("", at)
    deal = Opportunity.objects.filter(closed_at=None, owner=cast.owner, close_on__range=(span.first, span.last)).order_by("-amount_company_cents").first()
    if deal is not None:
        calls.judge(deal, span, "best_case", reason="Nobody who signs was in the last two meetings", by=cast.manager.actor, at=at - timedelta(days=5))
