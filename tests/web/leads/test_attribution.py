"""The page of attribution: every touch of a way, five readings with one sum, within one's sight, with constant queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.access.scope import scope_of
from rounds.actions.leads import activities, converting, leads
from rounds.analytics.leads.attribution import attributed
from rounds.kit.clock import now
from rounds.models import Lead, Opportunity
from rounds.models.flow.active import active
from rounds.rules.attribution import MODELS
from tests.actions.leads.test_qualifying import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def way(cast):
    """A web lead that was called, met, and became a deal of $120,000."""
    by, at = cast.owner.actor, now()
    said = {"name": "Bo Fox", "organization": "Newfound Clinic", "email": "bo@newfound.example", "source": "Web form", "state": "NY"}
    lead = leads.capture(said, by=by, at=at - timedelta(days=20), owner=cast.owner)
    for days, kind in ((15, "call"), (12, "email_open"), (10, "stakeholder_meeting")):
        activities.log(kind, lead=lead, by=by, at=at, happened_at=at - timedelta(days=days))
    wrong = activities.log("webinar_attendance", lead=lead, by=by, at=at, happened_at=at - timedelta(days=5))
    activities.withdraw(wrong, reason="Somebody else", by=by, at=at)
    lead = Lead.objects.get(pk=lead.pk)
    fill(lead, by)
    leads.set_status(lead, "Qualified", by=by, at=now())
    deal = converting.convert(Lead.objects.get(pk=lead.pk), by=by, at=now())
    Opportunity.objects.filter(pk=deal.pk).update(amount_cents=12_000_000, amount_company_cents=12_000_000)
    return lead, deal


def told(scope, measure):
    at = now()
    return attributed(scope, active().playbook, measure, at - timedelta(days=90), at)


@pytest.mark.req("LEAD-28")
def test_a_deal_is_credited_to_every_touch_and_every_reading_is_the_whole_amount(cast, way):
    found = told(scope_of(cast.owner), "amount")
    lines = {line.channel: line for line in found.lines}
    assert set(lines) == {"web", "phone", "email", "meeting"}, "what was withdrawn is no touch"
    assert lines["web"].credit["first"] == lines["meeting"].credit["last"] == found.total == 12_000_000
    assert lines["phone"].credit["linear"] == 3_000_000
    assert (lines["web"].credit["position"], lines["email"].credit["position"]) == (4_800_000, 1_200_000)
    for model in MODELS:
        assert sum(line.credit[model] for line in found.lines) == 12_000_000
    assert (found.deals, found.priced) == (1, 1)


@pytest.mark.req("LEAD-28")
def test_what_is_won_counts_alone_and_touches_after_the_end_do_not(cast, way):
    lead, deal = way
    assert told(scope_of(cast.owner), "won").total == 0
    closed = now() - timedelta(days=11)
    Opportunity.objects.filter(pk=deal.pk).update(stage="O9", closed_at=closed)
    found = told(scope_of(cast.owner), "won")
    assert found.total == 12_000_000
    assert {line.channel for line in found.lines} == {"web", "phone", "email"}


@pytest.mark.req("LEAD-28")
def test_the_page_shows_what_its_viewer_may_see(cast, way, door):
    page = door(cast.owner).get("/leads/attribution/?of=amount").content.decode()
    assert "$120,000" in page
    assert "Meetings" in page
    others = door(cast.colleague).get("/leads/attribution/?of=amount").content.decode()
    assert "$120,000" not in others
    assert "No deal of this stretch has an amount yet" in others
    assert door(cast.owner).get("/leads/attribution/?of=nonsense&days=1").status_code == 200


@pytest.mark.req("LEAD-28")
def test_the_page_asks_as_often_for_three_leads_as_for_one(cast, way, lead_of, door):
    client = door(cast.owner)
    client.get("/leads/attribution/")
    with CaptureQueriesContext(connection) as few:
        client.get("/leads/attribution/?of=deals")
    for n in range(3):
        activities.log("call", lead=lead_of(cast.owner, name=f"Cy {n}", email=f"c{n}@x.example", source="Phone"), by=cast.owner.actor, at=now())
    with CaptureQueriesContext(connection) as more:
        client.get("/leads/attribution/?of=deals")
    assert len(more) == len(few)
