"""Leads chosen in their list are enrolled together: the dry run first, then all at once, undone as a whole."""

from __future__ import annotations

import html

import pytest

from rounds.actions.market import contacts
from rounds.kit.clock import now
from rounds.models import Enrolment, Lead


def text(page):
    return html.unescape(page.content.decode())


@pytest.mark.req("COMM-01", "UI-02", "COMM-09")
def test_leads_are_enrolled_from_their_list_after_a_dry_run_and_taken_back(cast, door, person):
    leads = [person(email=f"p{n}@newfound.example" if n else "", name=f"Rosa Number{n}").lead for n in range(4)]
    client, ids = door(cast.owner), [str(lead.id) for lead in leads]
    page = client.post("/lists/lead/changes/lead.enrol/", {"ids": ids})
    assert page.status_code == 200
    assert "3 of 4 would be enrolled in Initial outreach" in text(page)
    assert "has no e-mail address; add one first" in text(page)
    other = client.post("/lists/lead/changes/lead.enrol/", {"ids": ids, "sequence": "nurture_basic", "sender": "me"})
    assert "would be enrolled in Basic nurture" in text(other)
    assert not Enrolment.objects.exists()
    done = client.post("/lists/lead/changes/lead.enrol/doing/", {"ids": ids, "sequence": "initial_outreach", "sender": "owner", "reason": "The spring list"}, follow=True)
    assert "3 changed" in text(done)
    assert "1 refused" in text(done)
    assert {row.why for row in Enrolment.objects.all()} == {"The spring list"}
    client.post(f"{done.redirect_chain[-1][0]}undoing/")
    assert set(Enrolment.objects.values_list("state", "ended_for")) == {("ended", "by_hand")}


@pytest.mark.req("COMM-05")
def test_nobody_is_enrolled_in_a_draft_by_the_list_either(cast, door, person):
    lead = person().lead
    page = door(cast.owner).post("/lists/lead/changes/lead.enrol/doing/", {"ids": [str(lead.id)], "sequence": "welcome"})
    assert page.status_code == 422
    assert "is a draft" in text(page)


@pytest.mark.req("COMM-01", "UI-01")
def test_one_person_is_enrolled_from_their_page_after_the_dry_run(cast, door, person):
    lead, client = person().lead, door(cast.owner)
    there = f"/leads/{lead.id}/enrolments/new/"
    assert there in text(client.get(f"/leads/{lead.id}/"))
    page = client.get(f"{there}?sequence=nurture_basic")
    assert "1 of 1 would be enrolled in Basic nurture" in text(page)
    done = client.post(there, {"sequence": "nurture_basic", "why": "They asked for it"})
    row = Enrolment.objects.get()
    assert done["Location"] == f"/enrolments/{row.id}/"
    assert (row.sequence, row.why, row.sender) == ("nurture_basic", "They asked for it", cast.owner)
    assert door(cast.colleague).get(there).status_code == 404


@pytest.mark.req("COMM-01")
def test_a_contact_is_enrolled_for_a_deal(cast, door, deal_of, postal):
    deal = deal_of(name="Harbour: early warning")
    there = f"/opportunities/{deal.id}/enrolments/new/"
    nobody = door(cast.owner).get(there)
    assert "Nobody to write to" in text(nobody)
    contact = contacts.add(deal.account, name="Bo Fox", title="CIO", email="bo@harbour.example", by=cast.owner.actor, at=now())
    page = door(cast.owner).get(f"{there}?sequence=post_demo")
    assert "Bo Fox" in text(page)
    door(cast.owner).post(there, {"contact": str(contact.id), "sequence": "post_demo"})
    row = Enrolment.objects.get()
    assert (row.opportunity, row.contact) == (deal, contact)
    assert f"/enrolments/{row.id}/" in text(door(cast.owner).get(f"/opportunities/{deal.id}/"))
    assert Lead.objects.filter(pk=row.lead_id).count() == 0
