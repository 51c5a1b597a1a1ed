"""What the shipped links do: they hand on to the actions of leads and tasks, with their refusals."""

from __future__ import annotations

import pytest

from rounds.actions.desk import tasks
from rounds.actions.trust import action_links
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import ActionLink, Assignment, Event

pytestmark = pytest.mark.req("PLUS-32", "ROUTE-10")


def link(code, subject, user, cast) -> str:
    return action_links.issue(code, subject=subject, user=user, by=cast.admin.actor, at=now()).split("/")[2]


def given(lead, user):
    """An assignment of the lead to `user`, as routing makes it."""
    Assignment.objects.filter(lead=lead, ended_at=None).delete()
    return Assignment.objects.create(lead=lead, owner=user, cause="captured", at=now(), playbook_hash="x")


def test_accepting_takes_the_lead(cast, lead_of, see_all):
    lead = lead_of(cast.owner)
    row = given(lead, cast.owner)
    _, said = action_links.do(link("lead.accept", lead, cast.owner, cast), viewer=None, at=now())
    see_all()
    row.refresh_from_db()
    assert said == "The lead is yours."
    assert row.accepted_at is not None
    assert Event.objects.filter(kind="lead.accepted", lead_id=lead.id, by_id=cast.owner.id).count() == 1


def test_declining_asks_why_and_a_refusal_leaves_the_link_as_it_was(cast, lead_of, see_all):
    lead = lead_of(cast.owner)
    row = given(lead, cast.owner)
    token = link("lead.decline", lead, cast.owner, cast)
    with pytest.raises(Refusal):
        action_links.do(token, said=" ", viewer=None, at=now())
    assert ActionLink.objects.get().used_at is None
    action_links.do(token, said="My neighbour works there", viewer=None, at=now())
    see_all()
    row.refresh_from_db()
    assert row.decline_reason == "My neighbour works there"


def test_completing_ticks_the_task_off(cast, lead_of, see_all):
    task = tasks.add("Call Rosa Meridian", kind="call", owner=cast.owner, lead=lead_of(cast.owner), by=cast.manager.actor, at=now())
    action_links.do(link("task.complete", task, cast.owner, cast), viewer=cast.owner, at=now())
    see_all()
    task.refresh_from_db()
    assert task.done_at is not None
