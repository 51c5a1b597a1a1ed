"""Hand-offs are accepted by the other department within a time, sent back with words, done with an outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rounds.actions.enablement import handoffs
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import HandOff, Notification
from rounds.playbook import default

pytestmark = pytest.mark.req("AUTO-17")
MONDAY = datetime(2026, 11, 30, 15, tzinfo=UTC)


@pytest.fixture
def given(cast):
    return handoffs.give("onboarding", "Harbour went live on paper", note="Forty nurses to train", by=cast.owner.actor, at=now())


def test_every_department_of_the_seed_gives_and_takes():
    book = default().handoffs
    assert set(book.departments) == {"sales", "marketing", "product", "customer_success", "finance"}
    assert {kind.to for kind in book.kinds.values()} == set(book.departments)


def test_the_other_department_accepts_it_and_it_is_theirs(cast, given):
    with pytest.raises(handoffs.NotYours, match="Customer Success"):
        handoffs.accept(given, cast.owner, by=cast.owner.actor, at=now())
    row = handoffs.accept(given, cast.success, by=cast.success.actor, at=now())
    assert (row.owner, row.state) == (cast.success, "accepted")
    assert row.due_at > now() + timedelta(days=4)
    with pytest.raises(handoffs.HandOffRefused, match="what came of it"):
        handoffs.finish(row, outcome=" ", by=cast.success.actor, at=now())
    assert handoffs.finish(row, outcome="Kick-off on Monday", by=cast.success.actor, at=now()).state == "done"


def test_one_that_is_sent_back_says_what_is_missing(cast, given):
    with pytest.raises(handoffs.HandOffRefused):
        handoffs.finish(given, outcome="x", by=cast.success.actor, at=now())
    with pytest.raises(handoffs.HandOffRefused):
        handoffs.send_back(given, why="", by=cast.success.actor, at=now())
    row = handoffs.send_back(given, why="Who decides there?", by=cast.success.actor, at=now())
    assert row.state == "returned"
    with pytest.raises(handoffs.HandOffClosed):
        handoffs.accept(row, cast.success, by=cast.success.actor, at=now())


def test_the_clock_runs_in_business_hours_and_is_told_once_when_it_is_over(cast, as_seen_by):
    row = handoffs.give("campaign_leads", "Fair leads", by=cast.marketing.actor, at=MONDAY)
    assert row.accept_by == MONDAY + timedelta(hours=4)
    late = MONDAY + timedelta(hours=5)
    assert [handoffs.tell_late(by=SYSTEM_ACTOR, at=at) for at in (MONDAY, late, late)] == [0, 1, 0]
    with as_seen_by(cast.owner):
        assert Notification.objects.filter(kind="clock.late", url=f"/handoffs/{row.pk}/").exists()


def test_the_same_deed_of_an_automation_gives_it_once(cast):
    for _ in range(2):
        handoffs.give("revenue", "Billing begins", key="run:1", by=SYSTEM_ACTOR, at=now())
    assert HandOff.objects.count() == 1
