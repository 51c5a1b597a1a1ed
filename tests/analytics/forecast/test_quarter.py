"""A quarter by rep, team, territory and segment adds up to the same; what moved is read from what was kept; a lock holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rounds.access.scope import scope_of
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.numbers import calls, learning, locking, quotas, snapshots
from rounds.actions.numbers.quarters import quarter_said
from rounds.analytics.forecast.groups import BY, Asked
from rounds.analytics.forecast.moved import last_monday, moved
from rounds.analytics.forecast.quarter import Held, quarter
from rounds.analytics.forecast.then import range_then
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Opportunity, SnapshotDay
from rounds.models.base import signature
from rounds.models.deals.standing import outcomes
from rounds.models.flow.active import active
from rounds.models.numbers.history import today
from tests.proofs import a_deal

DAY = timedelta(days=1)


@pytest.fixture
def span(db):
    return quarter_said("", now())


def a_sale(owner, name: str, cents: int, close: date, category: str = "", **said) -> Opportunity:
    deal, _ = a_deal(owner, at=now(), name=name)
    Opportunity.objects.filter(pk=deal.pk).update(amount_cents=cents, amount_company_cents=cents, close_on=close,
                                                  forecast_category=category or deal.forecast_category, **said)  # fmt: skip
    deal.refresh_from_db()
    return deal


def seen(user, asked: Asked) -> Held:
    book = active().playbook
    with sight(EVERYTHING):
        closed = outcomes(book)
    with sight(scope_of(user)) as scope:
        return quarter(scope, asked, book, now(), closed)


def since(user, held: Held, day: date):
    with sight(scope_of(user)) as scope:
        return moved(scope, held, day, active().playbook)


def kept(day: date) -> SnapshotDay:
    with sight(EVERYTHING):
        return snapshots.keep(day, by=SYSTEM_ACTOR, at=now())


@pytest.mark.req("FORECAST-01")
def test_calls_and_overrides_add_up_to_the_same_however_they_are_broken_down(cast, span):
    for owner, place, cents, category in ((cast.owner, "NY", 300, "commit"), (cast.owner, "OH", 100, "best_case"), (cast.owner, "TX", 50, "pipeline"),
                                          (cast.senior_ae, "OH", 250, "commit"), (cast.colleague, "CA", 70, "commit")):  # fmt: skip
        deal = a_sale(owner, f"Deal in {place}", cents * 1000_01, span.last, category, territory=place)
        deal.account.segment = "enterprise" if place in ("NY", "CA") else "growth"
        deal.account.save(update_fields=["segment"])
    calls.call(cast.owner, span, 500_000_01, by=cast.owner.actor, at=now())
    calls.override(cast.owner, span, 333_333_33, reason="One board", by=cast.manager.actor, at=now())
    quotas.set_quota(cast.owner, span, 900_000_00, by=cast.manager.actor, at=now())
    found = {by: seen(cast.executive, Asked(span, by=by)) for by in BY}
    assert {one.total.called for one in found.values()} == {500_000_01 + 250_002_50 + 70_000_70}
    assert {one.total.held for one in found.values()} == {333_333_33 + 250_002_50 + 70_000_70}
    for by, one in found.items():
        assert sum(group.called for group in one.groups) == one.total.called, by
        assert sum(group.held for group in one.groups) == one.total.held, by
    places = {group.key: group.call for group in found["territory"].groups}
    assert places["NY"] == pytest.approx(375_000_01, abs=1)
    assert places["OH"] == pytest.approx(125_000_00 + 250_002_50, abs=1)
    assert places["TX"] == 0, "of what is neither won, committed nor best case a call says nothing"
    alone = seen(cast.owner, Asked(span, by="segment"))
    assert alone.total.called == 500_000_01, "she sees her own"


@pytest.mark.req("FORECAST-03")
def test_what_moved_is_read_from_what_was_kept_and_not_from_how_deals_stand_now(cast, span):
    day = today(active().playbook, now())
    gone, grown, mine = (a_sale(cast.owner, name, 100_000_00, span.last) for name in ("Handed", "Grown", "Still"))
    kept(day - DAY)
    Opportunity.objects.filter(pk=grown.pk).update(amount_company_cents=150_000_00)
    Opportunity.objects.filter(pk=gone.pk).update(owner=cast.senior_ae)
    a_sale(cast.owner, "Fresh", 70_000_00, span.last)
    done = a_sale(cast.owner, "Won long ago", 40_000_00, span.first)
    Opportunity.objects.filter(pk=done.pk).update(stage="O9", closed_at=now() - timedelta(days=20))
    # What is edited behind the back of the field history changes no evening that was kept.
    Opportunity.objects.filter(pk=mine.pk).update(at=now() + timedelta(days=9))
    whole = since(cast.executive, seen(cast.executive, Asked(span, since=day)), day)
    assert (whole.kept, whole.restated, whole.basis) == (day - DAY, False, "")
    assert [(step, many, cents) for step, many, cents in whole.fall.steps] == [("new", 1, 70_000_00), ("up", 1, 50_000_00)]
    hers = since(cast.executive, seen(cast.executive, Asked(span, owner=cast.owner.pk, since=day)), day)
    assert [(step, cents) for step, _, cents in hers.fall.steps] == [("new", 70_000_00), ("up", 50_000_00), ("handed", -100_000_00)]
    his = since(cast.executive, seen(cast.executive, Asked(span, owner=cast.senior_ae.pk, since=day)), day)
    assert [(step, cents) for step, _, cents in his.fall.steps] == [("received", 100_000_00)]
    assert all(one.fall.reconciles for one in (whole, hers, his))
    assert hers.fall.before + his.fall.before == whole.fall.before
    assert hers.fall.after + his.fall.after == whole.fall.after


@pytest.mark.req("FORECAST-03")
def test_where_no_evening_was_kept_it_says_what_it_rests_on(cast, span):
    day = today(active().playbook, now())
    a_sale(cast.owner, "Meridian", 100_000_00, span.last)
    none = since(cast.owner, seen(cast.owner, Asked(span, since=day)), day)
    assert none.kept is None
    assert "field history" in none.basis
    with sight(EVERYTHING):
        SnapshotDay.objects.create(day=day - 3 * DAY, deals=0, changed=0, restated=True, **signature(SYSTEM_ACTOR, now()))
    older = since(cast.owner, seen(cast.owner, Asked(span, since=day)), day)
    assert "The evening before was not kept" in older.basis
    assert "(restated)" in older.basis


@pytest.mark.req("FORECAST-03", "FORECAST-06")
def test_a_locked_quarter_does_not_move_when_its_deals_are_edited(cast):
    last = quarter_said("2026-Q1", now())
    deal = a_sale(cast.owner, "Meridian", 200_000_00, last.last)
    moment = now().replace(month=2, day=10, year=2026)
    Opportunity.objects.filter(pk=deal.pk).update(stage="O9", closed_at=moment)
    calls.call(cast.owner, last, 150_000_00, by=cast.owner.actor, at=now())
    with sight(EVERYTHING):
        locking.lock(last, by=SYSTEM_ACTOR, at=now())
    Opportunity.objects.filter(pk=deal.pk).update(amount_company_cents=999_000_00)
    for by in ("owner", "team"):
        held = seen(cast.executive, Asked(last, by=by))
        assert (held.won_cents, held.total.won, held.since_lock) == (200_000_00, 200_000_00, 799_000_00), by
        assert [group.won for group in held.groups if group.won] == [200_000_00]


@pytest.mark.req("FORECAST-02", "REPORT-02")
def test_the_range_of_an_evening_is_drawn_of_the_deals_as_they_stood(cast, span):
    book = active().playbook
    day = today(book, now())
    deal = a_sale(cast.owner, "Meridian", 100_000_00, span.last, stage="O8")
    kept(day - DAY)
    with sight(EVERYTHING):
        learning.learn_now(by=SYSTEM_ACTOR, at=now() - DAY)
    Opportunity.objects.filter(pk=deal.pk).update(amount_company_cents=900_000_00)
    with sight(scope_of(cast.owner)) as scope:
        was = range_then(scope, span, day - DAY, book)
        assert range_then(scope, span, day - 2 * DAY, book) is None, "not kept"
    held = seen(cast.owner, Asked(span))
    assert 0 < was.range.p90 < held.ahead.range.p90
    assert last_monday(date(2026, 12, 3)) == date(2026, 11, 30)
