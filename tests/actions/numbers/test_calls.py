"""What reps call and managers hold stands apart; quotas; a locked quarter stays as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from rounds.actions.deals import opportunities
from rounds.actions.numbers import calls, locking, quotas
from rounds.actions.numbers.quarters import NoSuchQuarter, QuarterLocked, quarter_said
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Event, ForecastCall, ForecastLock, ForecastResult, Quota
from tests.proofs import a_deal

AT = datetime(2026, 11, 30, 15, tzinfo=UTC)
LATER = datetime(2027, 1, 10, 15, tzinfo=UTC)


@pytest.fixture
def q4():
    return quarter_said("2026-Q4", AT)


@pytest.mark.req("FORECAST-01")
def test_a_call_and_an_override_stand_side_by_side(cast, q4):
    calls.call(cast.owner, q4, 90_000_00, best_cents=120_000_00, by=cast.owner.actor, at=AT)
    calls.override(cast.owner, q4, 70_000_00, reason="The Meridian board meets in January", by=cast.manager.actor, at=AT + timedelta(hours=1))
    rows = {row.kind: row for row in ForecastCall.objects.all()}
    assert (rows["call"].cents, rows["call"].best_cents, rows["call"].by_name) == (90_000_00, 120_000_00, cast.owner.name)
    assert (rows["override"].cents, rows["override"].reason, rows["override"].by_name) == (70_000_00, "The Meridian board meets in January", cast.manager.name)
    assert list(Event.objects.filter(kind__startswith="forecast.").order_by("at").values_list("kind", flat=True)) == ["forecast.called", "forecast.overridden"]


@pytest.mark.req("FORECAST-01")
def test_an_override_says_why_and_a_best_case_is_not_below_the_call(cast, q4):
    with pytest.raises(calls.CallRefused, match="Say why"):
        calls.override(cast.owner, q4, 1, reason=" ", by=cast.manager.actor, at=AT)
    with pytest.raises(calls.CallRefused, match="not below"):
        calls.call(cast.owner, q4, 100, best_cents=50, by=cast.owner.actor, at=AT)
    with pytest.raises(calls.CallRefused, match="amount"):
        calls.call(cast.owner, q4, -1, by=cast.owner.actor, at=AT)
    assert not ForecastCall.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        ForecastCall.objects.create(kind="override", starts_on=q4.first, ends_on=q4.last, cents=1, at=AT)


@pytest.mark.req("FORECAST-01")
def test_what_was_called_is_never_changed(cast, q4):
    row = calls.call(cast.owner, q4, 100, by=cast.owner.actor, at=AT)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ForecastCall.objects.filter(pk=row.pk).update(cents=1)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        row.delete()


@pytest.mark.req("FORECAST-01", "FORECAST-07")
def test_a_deal_is_judged_and_stays_as_its_owner_has_it(cast, q4):
    deal, _ = a_deal(cast.owner)
    deal = opportunities.forecast(deal, "commit", by=cast.owner.actor, at=AT)
    row = calls.judge(deal, q4, "best_case", cents=5_000_00, reason="No champion", by=cast.manager.actor, at=AT)
    deal.refresh_from_db()
    assert (deal.forecast_category, row.category, row.cents) == ("commit", "best_case", 5_000_00)
    event = Event.objects.get(kind="forecast.judged")
    assert (event.opportunity_id, event.payload["own"], event.payload["category"]) == (deal.pk, "commit", "best_case")
    with pytest.raises(calls.CallRefused, match="one of: commit"):
        calls.judge(deal, q4, "sure", reason="x", by=cast.manager.actor, at=AT)
    assert calls.judge(deal, q4, "", reason="Champion found", by=cast.manager.actor, at=AT).taken_back


@pytest.mark.req("FORECAST-01")
def test_a_colleague_elsewhere_sees_no_call(cast, q4, as_seen_by):
    calls.call(cast.owner, q4, 100, by=cast.owner.actor, at=AT)
    quotas.set_quota(cast.owner, q4, 500, by=cast.manager.actor, at=AT)
    for person, many in ((cast.owner, 1), (cast.manager, 1), (cast.colleague, 0)):
        with as_seen_by(person):
            assert (ForecastCall.objects.count(), Quota.objects.count()) == (many, many), person.name


@pytest.mark.req("FORECAST-09")
def test_a_quota_that_is_said_anew_ends_the_one_before(cast, q4):
    quotas.set_quota(cast.owner, q4, 400_000_00, by=cast.manager.actor, at=AT)
    quotas.set_quota(cast.owner, q4, 450_000_00, by=cast.manager.actor, at=AT + timedelta(days=1))
    quotas.set_quota(cast.owner, q4, 450_000_00, by=cast.manager.actor, at=AT + timedelta(days=2))
    assert list(Quota.objects.order_by("at").values_list("cents", "ended_at")) == [(400_000_00, AT + timedelta(days=1)), (450_000_00, None)]
    assert quotas.in_force(q4) == {cast.owner.pk: 450_000_00}
    quotas.set_quota(cast.owner, q4, None, by=cast.manager.actor, at=AT + timedelta(days=3))
    assert quotas.in_force(q4) == {}


@pytest.mark.req("FORECAST-09")
def test_quotas_are_pasted_all_or_none(cast):
    people = [cast.owner, cast.manager]
    text = f"E-mail\tQuarter\tAmount\n{cast.owner.email}\t2026-Q4\t$450,000.50\n{cast.manager.email.upper()}\t2027-q1\t1.2m\n\n"
    assert quotas.paste(text, people, by=cast.manager.actor, at=AT) == 2
    assert sorted(Quota.objects.values_list("cents", flat=True)) == [450_000_50, 1_200_000_00]
    wrong = f"{cast.owner.email},2026-Q5,100\nnobody@x.example,2026-Q4,100\n{cast.owner.email},2026-Q4,lots\n{cast.owner.email},2026-Q3,1\n{cast.owner.email},2026-Q3,2"
    with pytest.raises(quotas.LinesRefused) as refused:
        quotas.paste(wrong, people, by=cast.manager.actor, at=AT)
    for said in ("Line 1: “2026-Q5” is no quarter", "Line 2: nobody of yours has the address nobody@x.example", "Line 3: “lots” is no amount", "Line 5:", "Nothing was kept"):
        assert said in str(refused.value)
    assert Quota.objects.count() == 2


@pytest.mark.parametrize(("said", "cents"), [("450000", 450_000_00), ("$1,200.5", 1_200_50), ("3k", 3_000_00), ("1.25m", 1_250_000_00), ("0", 0),
                                             ("", None), ("-5", None), ("NaN", None), ("k", None), ("1e300", None)])  # fmt: skip
@pytest.mark.req("FORECAST-09")
def test_dollars_as_people_write_them(said, cents):
    assert quotas.dollars(said) == cents


def test_a_quarter_is_written_as_one(cast):
    assert quarter_said("", AT).code == "2026-Q4"
    for wrong in ("Q4", "2026-Q0", "0001-Q1", "next", "2026-Q4 "[:6]):
        with pytest.raises(NoSuchQuarter):
            quarter_said(wrong, AT)


@pytest.mark.req("FORECAST-06", "FORECAST-09")
def test_a_locked_quarter_keeps_what_was_said_when_and_takes_nothing_more(cast, q4):
    who = {"by": cast.owner.actor}
    calls.call(cast.owner, q4, 80, at=datetime(2026, 10, 5, 12, tzinfo=UTC), **who)
    calls.call(cast.owner, q4, 90, at=datetime(2026, 11, 2, 12, tzinfo=UTC), **who)
    calls.call(cast.owner, q4, 100, at=datetime(2026, 12, 20, 12, tzinfo=UTC), **who)
    calls.call(cast.owner, q4, 999, at=datetime(2027, 1, 2, 12, tzinfo=UTC), **who)
    calls.override(cast.owner, q4, 70, reason="Thin", by=cast.manager.actor, at=AT)
    quotas.set_quota(cast.owner, q4, 200, by=cast.manager.actor, at=AT)
    with pytest.raises(locking.NotOver, match="31 December 2026"):
        locking.lock(q4, by=cast.admin.actor, at=AT)
    first = locking.lock(q4, by=cast.admin.actor, at=LATER)
    assert locking.lock(q4, by=cast.admin.actor, at=LATER) == first
    row = ForecastResult.objects.get()
    assert (row.start_cents, row.middle_cents, row.end_cents, row.override_cents, row.quota_cents, row.won_cents) == (80, 90, 100, 70, 200, 0)
    with pytest.raises(QuarterLocked, match="Q4 2026 is locked"):
        calls.call(cast.owner, q4, 1, at=LATER, **who)
    with pytest.raises(QuarterLocked):
        quotas.set_quota(cast.owner, q4, 1, by=cast.manager.actor, at=LATER)
    with pytest.raises(ProgrammingError, match="that quarter is locked"), transaction.atomic():
        ForecastCall.objects.create(kind="call", owner=cast.owner, starts_on=q4.first, ends_on=q4.last, cents=1, at=LATER)
    with pytest.raises(ProgrammingError, match="that quarter is locked"), transaction.atomic():
        Quota.objects.filter(starts_on=q4.first).update(cents=1)


@pytest.mark.req("FORECAST-06")
def test_a_quarter_is_locked_by_itself_some_days_after_its_end(cast, q4):
    calls.call(cast.owner, q4, 80, by=cast.owner.actor, at=AT)
    assert locking.lock_due(by=SYSTEM_ACTOR, at=datetime(2027, 1, 5, 15, tzinfo=UTC)) == 0
    assert locking.lock_due(by=SYSTEM_ACTOR, at=datetime(2027, 1, 6, 15, tzinfo=UTC)) == 1
    assert locking.lock_due(by=SYSTEM_ACTOR, at=LATER) == 0
    assert ForecastLock.objects.get().code == "2026-Q4"
