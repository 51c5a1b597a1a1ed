"""What automations do with meetings: a Hot lead is offered times, what is to come is prepared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from rounds.actions.flow.verbs import VERBS
from rounds.actions.flow.verbs import meetings as verbs
from rounds.actions.reach import booking, hosts, meetings
from rounds.kit.actor import Actor
from rounds.models import BookingPage, Task

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BY = Actor("automation", None, "A lead is hot")


def context(lead=None, deal=None):
    record = deal or lead
    return SimpleNamespace(lead=lead, deal=deal, account=record.account if record else None, automation=SimpleNamespace(automation="lead_hot", title="A lead is hot"))


@pytest.mark.req("AUTO-13")
def test_a_hot_lead_is_offered_times_by_its_owner(cast, lead_of):
    lead = lead_of(cast.owner, email="rosa@newfound.example", organization="Newfound Hospital")
    found = verbs.schedule(context(lead), verbs.Offered(), by=BY, at=AT)
    assert found.state == "done"
    task = Task.objects.get(key=f"meeting:offer:{lead.id}")
    assert (task.owner, task.kind) == (cast.owner, "meeting")
    assert "- Tuesday, 3 March" in task.note or "- Monday, 2 March" in task.note
    assert "/book/" in task.note
    assert BookingPage.objects.get().user == cast.owner
    assert verbs.schedule(context(lead), verbs.Offered(), by=BY, at=AT).state == "done"
    assert Task.objects.filter(key=f"meeting:offer:{lead.id}").count() == 1
    meetings.book("intro", booking.of(lead), host=cast.owner, starts_at=hosts.times(cast.owner, "intro", at=AT)[0].starts, by=cast.owner.actor, at=AT)
    assert verbs.schedule(context(lead), verbs.Offered(), by=BY, at=AT).sentence == "a meeting is planned already"


@pytest.mark.req("AUTO-13")
def test_what_cannot_be_offered_says_why(cast, lead_of):
    lead = lead_of(cast.owner)
    assert "no meeting of the kind" in verbs.schedule(context(lead), verbs.Offered(kind="party"), by=BY, at=AT).sentence
    assert verbs.schedule(context(), verbs.Offered(), by=BY, at=AT).state == "refused"
    assert "meeting.schedule" in VERBS


@pytest.mark.req("AUTO-13")
def test_each_meeting_of_the_coming_day_is_prepared_once(cast, lead_of):
    lead = lead_of(cast.owner, email="rosa@newfound.example")
    for days in (1, 3):
        meetings.book("intro", booking.of(lead), host=cast.owner, starts_at=AT + timedelta(days=days) - timedelta(hours=1), by=cast.owner.actor, at=AT)
    for _ in range(2):
        assert verbs.prepare(context(), verbs.Nothing(), by=BY, at=AT).sentence == "1 meeting is prepared"
    assert Task.objects.filter(key__endswith=":prepare").count() == 1
