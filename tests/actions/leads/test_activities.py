"""Activities: counted once, however often they arrive; taken back whole; growing old."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections

from rounds.access.sight import sight
from rounds.actions.leads import activities, leads
from rounds.actions.market import accounts
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Account, Lead, LeadActivity


def account_of(**said) -> Account:
    return accounts.add(name="Meridian Health", level="system", state="NY", by=SYSTEM_ACTOR, at=now(), **said)


def at_once(works) -> list:
    """What each of `works` answers or raises, all begun together, each in a transaction and thread of its own."""
    gate, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        try:
            with sight(Scope(everything=True)):
                gate.wait()
                answers[place] = work()
        except Exception as error:  # the test looks at it
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.req("PLUS-04")
def test_one_delivery_that_arrives_twice_at_once_is_one_activity(committed):
    with sight(Scope(everything=True)):
        lead = leads.capture({"name": "P. Lead"}, by=SYSTEM_ACTOR, at=now())

    def arrive():
        return activities.log("call", lead=lead, external_id="crm:7", by=SYSTEM_ACTOR, at=now())

    one, two = at_once([arrive, arrive])
    assert one.id == two.id
    with sight(Scope(everything=True)):
        assert LeadActivity.objects.count() == 1


@pytest.mark.req("LEAD-21", "PLUS-04")
def test_activities_logged_at_once_are_all_in_the_verdict_and_a_change_of_name_stays(committed):
    with sight(Scope(everything=True)):
        unit = account_of()
        lead = leads.capture({"name": "P. Lead"}, account=unit, by=SYSTEM_ACTOR, at=now())

    def act(kind):
        stale = lead
        return lambda: activities.log(kind, lead=stale, by=SYSTEM_ACTOR, at=now())

    def rename():
        return leads.change(lead, name="Rosa Meridian", by=SYSTEM_ACTOR, at=now())

    for answer in at_once([act("stakeholder_meeting"), act("content_download"), act("stakeholder_meeting"), rename]):
        assert not isinstance(answer, Exception), answer
    with sight(Scope(everything=True)):
        found, heat = Lead.objects.get(pk=lead.pk), Account.objects.get(pk=unit.pk).heat
        one = leads.capture({"name": "Another"}, by=SYSTEM_ACTOR, at=now())
        for kind in ("stakeholder_meeting", "content_download", "stakeholder_meeting"):
            activities.log(kind, lead=one, by=SYSTEM_ACTOR, at=now())
        one.refresh_from_db()
    assert found.name == "Rosa Meridian"
    assert found.heat == heat == one.heat > 0


def test_an_activity_taken_back_takes_its_touch_and_its_heat_along(cast):
    unit = account_of()
    lead = leads.capture({"name": "P. Lead"}, account=unit, by=SYSTEM_ACTOR, at=now())
    early, late = now() - timedelta(days=3), now() - timedelta(days=1)
    activities.log("call", lead=lead, happened_at=early, by=SYSTEM_ACTOR, at=now())
    wrong = activities.log("stakeholder_meeting", lead=lead, happened_at=late, by=SYSTEM_ACTOR, at=now())
    warm = Account.objects.get(pk=unit.pk).heat
    activities.withdraw(wrong, reason="another hospital", by=SYSTEM_ACTOR, at=now())
    lead, unit = Lead.objects.get(pk=lead.pk), Account.objects.get(pk=unit.pk)
    assert (lead.last_touch_at, unit.last_touch_at) == (early, early)
    assert unit.heat == lead.heat < warm
