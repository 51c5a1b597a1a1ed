"""The evening of the last day of a year in New York, which is January in UTC: a day is over when it is over for the company."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from rounds.access.scope import scope_of
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.deals import approvals, closing, opportunities, quotes
from rounds.actions.desk import tasks
from rounds.actions.market import intelligence
from rounds.actions.numbers import kpis, quotas
from rounds.actions.numbers.quarters import quarter_said
from rounds.actions.trust import agreements, ends_told
from rounds.analytics.desk.todo import todo
from rounds.analytics.forecast.groups import Asked
from rounds.analytics.forecast.quarter import quarter
from rounds.jobs import pricing
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import frozen_at
from rounds.models import Notification, Opportunity, Quote
from rounds.models.deals.standing import outcomes
from rounds.models.flow.active import active
from tests.actions.deals.price_room import a_quote

EVENING = datetime(2027, 1, 1, 1, 30, tzinfo=UTC)
"""Half past eight of 31 December where the house stands."""
AFTER = datetime(2027, 1, 1, 5, 30, tzinfo=UTC)
"""Half past midnight there."""
LAST = date(2026, 12, 31)
NOON = datetime(2026, 12, 31, 17, tzinfo=UTC)


@pytest.fixture
def evening():
    with frozen_at(EVENING):
        yield


@pytest.mark.req("PIPE-22", "FORECAST-01")
def test_what_is_won_in_the_evening_is_of_this_quarter(cast, door, deal_of, evening):
    deal, lost = deal_of(days=30), deal_of(days=30, name="Harbour: triage")
    Opportunity.objects.filter(pk=deal.pk).update(stage="O9", closed_at=EVENING, amount_cents=40_000_000, amount_company_cents=40_000_000)
    lost = closing.lose(lost, reason="budget", by=cast.owner.actor, at=EVENING)
    assert set(lost.signals.filter(kind="opportunity.lost").values_list("on", flat=True)) <= {LAST}
    assert lost.recycle_on.day in (30, 31), "so many months after the 31st, not after the 1st"
    span, book = quarter_said("", EVENING), active().playbook
    assert (span.first, span.last) == (date(2026, 10, 1), LAST), "the quarter that is shown where none is asked for"
    with sight(EVERYTHING):
        closed = outcomes(book)
    with sight(scope_of(cast.manager)) as scope:
        assert quarter(scope, Asked(span), book, EVENING, closed).won_cents == 40_000_000
    won = {column.code: column.count for column in door(cast.manager).get("/opportunities/board/?f=state.is.won").context["held"].ends}
    assert won["O9"] == 1
    with frozen_at(AFTER):
        won = {column.code: column.count for column in door(cast.manager).get("/opportunities/board/?f=state.is.won").context["held"].ends}
        assert won["O9"] == 0, "another quarter, in which nothing was won yet"


@pytest.mark.req("PIPE-19", "PLUS-24")
def test_a_deal_of_today_is_neither_late_nor_a_day_older(cast, door, caller, deal_of, evening):
    deal = deal_of(days=0)
    Opportunity.objects.filter(pk=deal.pk).update(stage_since=NOON, process_since=NOON, close_on=LAST, next_step="Call", next_step_due=LAST)

    def found(asked):
        return bool(door(cast.owner).get(f"/opportunities/?f={asked}").context["rows"])

    def card():
        columns = door(cast.owner).get("/opportunities/board/?f=state.is.open").context["held"].columns
        return next(one for column in columns for one in column.cards)

    assert (found("days.is.0"), found("closes.is.past"), found("closes.is.month"), found("undone.is.past_close")) == (True, False, True, False)
    assert (card().age.stage, card().late) == (0, False)
    assert caller(cast.owner)("GET", f"/opportunities/{deal.id}")[1]["days_in_stage"] == 0
    assert "0 days in stage" in html.unescape(door(cast.owner).get(f"/opportunities/{deal.id}/").content.decode())
    with frozen_at(AFTER):
        assert (found("days.is.1"), found("closes.is.past"), card().age.stage, card().late) == (True, True, 1, True)


@pytest.mark.req("PRICE-06")
def test_a_quote_holds_through_its_last_evening(cast, deal_of, evening):
    quote = a_quote(cast, deal_of(), percent=5, expires_on=LAST)
    approvals.ask(quote, by=cast.owner.actor, at=EVENING)
    assert not quotes.expire(quote, by=SYSTEM_ACTOR, at=EVENING)
    pricing.watch()
    assert Quote.objects.get(pk=quote.pk).state == "approved"
    with pytest.raises(approvals.NotApproved, match="stood until"):
        quotes.accept(quote, by=cast.owner.actor, at=AFTER)
    assert quotes.accept(quote, by=cast.owner.actor, at=EVENING).state == "accepted"


@pytest.mark.req("LEGAL-07")
def test_a_baa_holds_through_its_last_evening(cast, account, as_seen_by, evening):
    by = cast.admin.actor
    party = agreements.add("", "customer", account=account, by=by, at=EVENING)
    with pytest.raises(agreements.AgreementRefused, match="in the future"):
        agreements.sign(agreements.draft(party, "2027-1", by=by, at=EVENING), EVENING.date(), by=by, at=EVENING)
    agreements.sign(agreements.draft(party, "2026-1", by=by, at=EVENING, expires_on=LAST), LAST, by=by, at=EVENING)
    assert agreements.effective(party, agreements.day(EVENING)) is not None
    assert ends_told.tell_baas(by=SYSTEM_ACTOR, at=EVENING) == 1
    with as_seen_by(cast.admin):
        assert "ends today" in Notification.objects.filter(user=cast.admin).latest("at").title
    assert agreements.effective(party, agreements.day(AFTER)) is None


@pytest.mark.req("AUTO-16")
def test_a_task_for_tonight_is_for_today(cast, deal_of, evening):
    tasks.add("Send the paper", kind="call", owner=cast.owner, due_at=EVENING + timedelta(hours=2), by=cast.owner.actor, at=NOON)
    tasks.add("Call them", kind="call", owner=cast.owner, due_at=AFTER + timedelta(hours=9), by=cast.owner.actor, at=NOON)
    with sight(scope_of(cast.owner)) as scope:
        found = todo(scope, cast.owner, EVENING)
    assert (found.total, found.late, found.today) == (2, 0, 1)


@pytest.mark.req("FORECAST-01")
def test_this_evening_is_of_the_old_quarter_in_quotas_and_figures_by_hand(cast, door, evening):
    span = quarter_said("", EVENING)
    quotas.set_quota(cast.owner, span, 900_000_00, by=cast.manager.actor, at=EVENING)
    assert "2026-Q4" in door(cast.manager).get("/forecast/quotas/").content.decode()
    kpi = next(one.kpi for one in active().playbook.scorecard.kpis if one.change is not None)
    said = {"period": "2026-Q4", "starts_on": span.first, "ends_on": span.last, "by": cast.admin.actor}
    with pytest.raises(kpis.KpiRefused, match="a period that is over"):
        kpis.freeze(kpi, Decimal(1), at=EVENING, **said)
    assert kpis.freeze(kpi, Decimal(1), at=AFTER, **said)


@pytest.mark.req("PLUS-05")
def test_nothing_is_known_of_tomorrow(cast, account, evening):
    said = {"area": "business", "topic": "Budget approved", "text": "They said so", "source": "Call", "confidence": 0.6, "by": cast.owner.actor}
    with pytest.raises(intelligence.IntelligenceRefused):
        intelligence.note(account, as_of=EVENING.date(), at=EVENING, **said)


@pytest.mark.req("PIPE-22")
def test_a_deal_is_opened_and_a_rate_taken_on_the_companys_day(cast, account, evening):
    deal = opportunities.open_deal(account, "Harbour: imaging", owner=cast.owner, by=cast.owner.actor, at=EVENING)
    assert deal.signals.get().on == LAST
