"""What follows a captured lead is done by the worker, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.leads import leads
from rounds.actions.leads.routing import telling
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.clock import now
from rounds.models import Notification

WEB = Actor("form", None, "Website form")


@pytest.mark.req("ROUTE-10")
def test_the_owner_of_a_lead_that_came_is_told_once_however_often_the_job_runs(cast, as_seen_by):
    lead = leads.capture({"name": "Rosa", "state": "NY", "organization": "Meridian", "facts": {"beds": 612}}, by=WEB, at=now())
    row = lead.assignments.get()
    assert row.owner_id
    assert telling.catch_up(row.pk, by=SYSTEM_ACTOR, at=now())
    assert not telling.catch_up(row.pk, by=SYSTEM_ACTOR, at=now())
    with as_seen_by(row.owner):
        assert Notification.objects.filter(kind="lead.assigned").count() == 1


def test_a_lead_that_went_elsewhere_before_the_job_came_is_left_to_it(cast):
    lead = leads.capture({"name": "Rosa", "state": "NY", "organization": "Meridian", "facts": {"beds": 612}}, by=WEB, at=now())
    row = lead.assignments.get()
    leads.assign(lead, cast.colleague, by=cast.admin.actor, at=now() + timedelta(seconds=1))
    assert not telling.catch_up(row.pk, by=SYSTEM_ACTOR, at=now())
