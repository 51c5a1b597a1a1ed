"""Patient data typed into a page: told so, sent to review, decided on by the one who may."""

from __future__ import annotations

import re

import pytest

from rounds.actions.leads import leads
from rounds.actions.trust import phi
from rounds.kit.clock import now
from rounds.models import AuditEntry, Lead, LeadActivity, Quarantine

SECRET = "00482913"
TEXT = f"MRN {SECRET} was in the screenshot"
pytestmark = pytest.mark.req("COMM-14")


def test_a_page_says_what_is_wrong_without_saying_it_again_and_goes_on_if_asked(cast, lead_of, door, see_all):
    lead, client = lead_of(cast.owner), door(cast.owner)
    sent = {"kind": "call", "subject": "Follow-up", "body": TEXT}
    answer = client.post(f"/leads/{lead.id}/activities/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "a medical record number" in page
    assert SECRET not in page
    form = re.search(r'name="refused_form" value="([^"]+)"', page)
    assert "Send to review instead" in page
    again = client.post(f"/leads/{lead.id}/activities/", {"refused_form": form[1]})
    assert again.status_code == 302
    see_all()
    assert list(LeadActivity.objects.values_list("subject", "body")) == [("Follow-up", "")]
    assert Quarantine.objects.get().text == TEXT
    shown = client.get(f"/leads/{lead.id}/").content.decode()
    assert "waits for a reviewer" in shown


def test_the_sealed_form_is_good_for_its_sender_and_its_address_alone(cast, lead_of, door, see_all):
    lead = lead_of(cast.owner)
    url = f"/leads/{lead.id}/activities/"
    page = door(cast.owner).post(url, {"kind": "call", "body": TEXT}).content.decode()
    form = re.search(r'name="refused_form" value="([^"]+)"', page)[1]
    assert door(cast.manager).post(url, {"refused_form": form}).status_code == 422
    assert door(cast.owner).post(f"/leads/{lead.id}/statuses/", {"refused_form": form}).status_code in (404, 405, 422)
    see_all()
    assert not LeadActivity.objects.exists()


def test_a_fragment_offers_review_too(cast, lead_of, door):
    answer = door(cast.owner, htmx=True).post(f"/leads/{lead_of(cast.owner).id}/activities/", {"kind": "call", "body": TEXT})
    assert answer.status_code == 422
    assert b"Send to review instead" in answer.content


def test_a_form_that_comes_back_keeps_what_was_typed_and_offers_review(cast, door, see_all):
    client, said = door(cast.owner), {"name": "Ida Lund", "message": TEXT}
    page = client.post("/leads/new/", said)
    assert page.status_code == 422
    assert b"to_review" in page.content
    assert client.post("/leads/new/", {**said, "to_review": "1"}).status_code == 302
    see_all()
    assert Lead.objects.get(name="Ida Lund").message == ""


def test_the_public_form_thanks_everybody_alike(cast, door, see_all):
    from rounds.actions.leads import forms

    form = forms.open_form("site", heading="", source="Web form", asks_for="demo_request", by=cast.admin.actor, at=now())
    client = door(None)
    from rounds.web.leads import public

    token = public.signing.dumps([form.key, "nonce", now().timestamp() - 60], salt=public.SALT)
    said = {"name": "Ida Lund", "email": "ida@mercy.example", "message": TEXT, "token": token}
    assert client.post(f"/f/{form.key}/", said).status_code == 302
    see_all()
    assert (Lead.objects.get().message, Quarantine.objects.get().door) == ("", "public form")


@pytest.fixture
def waiting(cast, lead_of):
    lead = lead_of(cast.owner)
    with phi.door("page", review=True):
        leads.change(lead, message=f"They said: {TEXT}.", by=cast.owner.actor, at=now())
    return Quarantine.objects.get()


def test_the_queue_is_for_reviewers_and_shows_no_text(cast, waiting, door):
    for person in (cast.owner, cast.manager, cast.security, cast.revops):
        assert door(person).get("/trust/held/").status_code == 403
        assert door(person).get(f"/trust/held/{waiting.id}/").status_code == 403
        assert door(person).post(f"/trust/held/{waiting.id}/decision/", {"decision": "discarded", "why": "x"}).status_code == 403
    page = door(cast.compliance).get("/trust/held/").content.decode()
    assert "1 text looks like patient data" in page
    assert cast.owner.name in page
    assert SECRET not in page


def test_opening_an_entry_shows_the_text_and_is_noted(cast, waiting, door, see_all):
    page = door(cast.compliance).get(f"/trust/held/{waiting.id}/").content.decode()
    assert f"MRN {SECRET}</mark>" in page
    see_all()
    assert AuditEntry.objects.get(verb="phi.read").by_id == cast.compliance.id


def test_a_reviewer_decides_with_a_reason(cast, waiting, door, see_all):
    client, url = door(cast.compliance), f"/trust/held/{waiting.id}/decision/"
    assert client.post(url, {"decision": "blacked_out", "why": ""}).status_code == 422
    assert client.post(url, {"decision": "blacked_out", "why": "The rest is fine"}).status_code == 302
    see_all()
    assert Lead.objects.get().message == "They said: █████ was in the screenshot."
    assert SECRET not in client.get(f"/trust/held/{waiting.id}/").content.decode()
    assert "Decided" in client.get("/trust/held/?done=1").content.decode()


def test_the_rail_counts_what_waits_for_those_who_may(cast, waiting, door):
    assert "Held for review" in door(cast.compliance).get("/").content.decode()
    assert "Held for review" not in door(cast.owner).get("/").content.decode()
