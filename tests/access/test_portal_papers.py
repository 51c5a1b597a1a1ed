"""A customer reads their proof of concept and their proposal in the portal, and signs them there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.deals import approvals, poc_ending, poc_plan, poc_readings, proposals
from rounds.actions.market import contacts
from rounds.actions.people import users
from rounds.kit.clock import now
from rounds.models import Poc, Proposal, SignOff, StageSignal
from rounds.models.flow.days import house_today
from tests.actions.deals import price_room
from tests.proofs import a_baa, a_deal, running

WEEK = timedelta(weeks=1)
pytestmark = pytest.mark.req("SEC-12")


@pytest.fixture
def poc(cast):
    """One that ran for eleven weeks and met everything; somebody of the customer's in the portal, and somebody elsewhere."""
    began, by = now() - 11 * WEEK, cast.owner.actor
    deal, people = a_deal(cast.owner, at=began)
    a_baa(deal.account, by=cast.compliance.actor, at=began, days=400)
    row = running(deal, people, by=by, at=began, on=began.date())
    poc_plan.finish(row.milestones.get(door="data"), by=by, at=began)
    poc_readings.record(row, "alert_to_answer", value=4.0, n=80, deviation=1.5, by=by, at=now())
    poc_readings.record(row, "nurses_using_it", hits=110, n=130, by=by, at=now())
    poc_readings.record(row, "transfers_to_icu", value=-9.0, by=by, at=now())
    row = Poc.objects.select_related("opportunity__account").get(pk=row.pk)
    row.person = users.add("kit@meridian.example", "Kit Meridian", role="portal", portal_account=row.opportunity.account, by=by, at=now())
    other, _ = a_deal(cast.owner, name="Birch Hospital")
    row.stranger = users.add("bo@birch.example", "Bo Birch", role="portal", portal_account=other.account, by=by, at=now())
    return row


@pytest.mark.req("POC-04")
def test_own_readings_and_the_signature_that_moves_the_deal(cast, door, see_all, poc):
    client, url = door(poc.person), f"/portal/pocs/{poc.pk}/"
    page = client.get(url).content.decode()
    assert "Alert to answer" in page
    assert "at most 5 min" in page
    assert "84.6 %" in page
    assert "Your signature" not in page, "the results were not shown yet"
    assert door(poc.stranger).get(url).status_code == 404
    see_all()
    poc_ending.hold_readout(poc, by=cast.owner.actor, at=now())
    assert "its objectives were met" in client.get(url).content.decode()
    said = {"name": "Kit Meridian", "title": "CFO", "word": "yes"}
    assert client.post(url + "signing/", said).status_code == 422, "they are no contact of ours yet"
    see_all()
    assert not SignOff.objects.exists()
    contacts.add(poc.opportunity.account, name="Kit Meridian", title="CFO", email="kit@meridian.example", by=cast.owner.actor, at=now())
    assert client.post(url + "signing/", said).status_code == 302
    see_all()
    row = SignOff.objects.get()
    assert (row.kind, row.name, row.shown["result"], row.opportunity_key) == ("poc", "Kit Meridian", "success", poc.opportunity_id)
    assert poc_ending.signed_off(Poc.objects.get(pk=poc.pk)).contact.email == "kit@meridian.example"
    assert StageSignal.objects.filter(opportunity=poc.opportunity, kind="poc.succeeded").count() == 1
    assert door(poc.stranger).post(url + "signing/", said).status_code == 404


@pytest.mark.req("PRICE-08")
def test_a_shared_proposal_is_read_and_accepted(cast, door, see_all):
    deal = price_room.a_deal(cast)
    quote = approvals.ask(price_room.a_quote(cast, deal, percent=5), by=cast.owner.actor, at=now())
    row = proposals.draft(quote, by=cast.owner.actor, at=now())
    person = users.add("kit@harbour.example", "Kit Harbour", role="portal", portal_account=deal.account, by=cast.owner.actor, at=now())
    client, url = door(person), f"/portal/proposals/{row.pk}/"
    assert client.get(url).status_code == 404, "a draft is nobody's but ours"
    see_all()
    missing = {item["item"]: "Said by hand." for section in row.body["sections"] for item in section["items"] if item["missing"]}
    row = proposals.change(row, missing, by=cast.owner.actor, at=now())
    row, _ = proposals.deliver(row, how="said", by=cast.owner.actor, at=now())
    assert "Imaging triage, 2 hospitals" in client.get(url).content.decode()
    see_all()
    assert Proposal.objects.get(pk=row.pk).state == "sent", "a proxy that opens it says nothing"
    assert client.post(url + "signing/", {"name": "Kit Harbour", "word": "no", "remark": "Pay quarterly, please"}).status_code == 302
    see_all()
    assert Proposal.objects.get(pk=row.pk).state == "changes"
    assert SignOff.objects.get().accepted is False
    assert row.expires_on > house_today()
