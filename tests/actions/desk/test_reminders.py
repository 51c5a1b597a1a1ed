"""Reminders after an outreach that nobody answered: one open one a lead, more pressing each time, gone with the answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rounds.actions.desk import tasks
from rounds.actions.desk.reminders import due_reminders
from rounds.actions.leads import activities, leads
from rounds.actions.leads.clocks import REMINDER
from rounds.kit.clock import frozen_at
from rounds.models import Task

MONDAY = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.req("AUTO-05", "AUTO-06")


@pytest.fixture
def written(cast, lead_of):
    """A lead to whom the owner wrote on Monday at 10:00."""
    with frozen_at(MONDAY - HOUR):
        lead = lead_of(cast.owner)
    activities.log("personal_email", lead=lead, direction="out", by=cast.owner.actor, at=MONDAY)
    return lead


def reminders(lead):
    return Task.objects.filter(lead=lead, automation=REMINDER).order_by("at")


def test_a_day_two_and_three_later_and_one_open_one_all_the_time(written):
    assert due_reminders(MONDAY + 23 * HOUR) == 0
    seen = []
    for hours in (24, 25, 48, 49, 72, 73, 96):
        due_reminders(MONDAY + hours * HOUR)
        (open_one,) = reminders(written).filter(done_at=None, dropped_at=None)
        seen.append((hours, open_one.step, open_one.priority))
    assert seen == [(24, 1, "normal"), (25, 1, "normal"), (48, 2, "high"), (49, 2, "high"), (72, 3, "urgent"),
                    (73, 3, "urgent"), (96, 3, "urgent")]  # fmt: skip


def test_running_it_again_changes_nothing(written):
    assert [due_reminders(MONDAY + 50 * HOUR) for _ in range(3)] == [1, 0, 0]


def test_a_reminder_that_was_ticked_off_comes_back_only_with_the_next_step(written, cast):
    due_reminders(MONDAY + 24 * HOUR)
    tasks.complete(reminders(written).get(), by=cast.owner.actor, at=MONDAY + 25 * HOUR)
    assert due_reminders(MONDAY + 30 * HOUR) == 0
    assert due_reminders(MONDAY + 48 * HOUR) == 1
    assert [task.step for task in reminders(written)] == [1, 2]


@pytest.mark.parametrize(("kind", "direction"), [("personal_email", "in"), ("call", "in"), ("call", "out"), ("demo_attendance", "in")])
def test_an_answer_ends_it(written, cast, kind, direction):
    due_reminders(MONDAY + 24 * HOUR)
    activities.log(kind, lead=written, direction=direction, by=cast.owner.actor, at=MONDAY + 26 * HOUR)
    assert reminders(written).get().dropped_why == "They answered"
    assert due_reminders(MONDAY + 72 * HOUR) == 0


@pytest.mark.parametrize("kind", ["email_open", "email_click", "website_visit"])
def test_an_opened_mail_is_no_answer(written, cast, kind):
    activities.log(kind, lead=written, by=cast.owner.actor, at=MONDAY + 2 * HOUR)
    assert due_reminders(MONDAY + 24 * HOUR) == 1


def test_a_new_outreach_begins_anew(written, cast):
    due_reminders(MONDAY + 48 * HOUR)
    activities.log("call_attempt", lead=written, direction="out", by=cast.owner.actor, at=MONDAY + 50 * HOUR)
    assert reminders(written).get().done_at == MONDAY + 50 * HOUR
    assert due_reminders(MONDAY + 72 * HOUR) == 0
    assert due_reminders(MONDAY + 74 * HOUR) == 1


def test_a_closed_lead_is_not_reminded_of(written, cast):
    due_reminders(MONDAY + 24 * HOUR)
    leads.set_status(written, "Disqualified", reason="Student", by=cast.owner.actor, at=MONDAY + 25 * HOUR)
    assert not reminders(written).filter(done_at=None, dropped_at=None).exists()
    assert due_reminders(MONDAY + 72 * HOUR) == 0


def test_the_reminder_moves_with_its_lead(written, cast):
    due_reminders(MONDAY + 24 * HOUR)
    leads.assign(written, cast.senior_ae, by=cast.manager.actor, at=MONDAY + 25 * HOUR)
    assert reminders(written).get().owner == cast.senior_ae


def test_an_outreach_of_long_ago_reminds_nobody(written):
    assert due_reminders(MONDAY + timedelta(days=15)) == 0
