"""The pages of texts: each as the person one chose would get it, with what keeps it from going."""

from __future__ import annotations

import html
import json

import pytest

from rounds.actions.flow import playbooks
from rounds.actions.market import contacts
from rounds.actions.reach import enrolling, stepping
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Delivery, Message
from rounds.models.flow.active import active
from tests.actions.reach.test_stepping import AT

INTRODUCTION = "/templates/outreach_introduction/"


def text(page):
    return html.unescape(page.content.decode())


@pytest.mark.req("COMM-06", "UI-01")
def test_the_list_says_which_texts_still_need_words_and_what_sends_them(cast, door):
    page = door(cast.owner).get("/templates/")
    rows = {row["code"]: row for row in page.context["rows"]}
    assert set(rows) == set(active().playbook.templates)
    assert rows["campaign_newsletter"]["missing"]
    assert not rows["campaign_resource"]["missing"]
    assert [code for code, _ in rows["outreach_introduction"]["uses"]] == ["initial_outreach"]
    assert "words still to be written" in text(page)


@pytest.mark.req("COMM-06")
def test_a_text_is_shown_as_it_is_then_sent(cast, door, person, settings):
    who = person()
    client = door(cast.owner)
    before = Message.objects.count()
    page = client.get(f"{INTRODUCTION}?lead={who.lead.id}")
    ways = {each.variant: each for each in page.context["others"]}
    assert Message.objects.count() == before, "looking writes nothing"
    enrolling.enrol("initial_outreach", who, sender=cast.owner, by=cast.owner.actor, at=AT)
    for key in stepping.due(AT):
        stepping.take(key, by=SYSTEM_ACTOR, at=AT)
    message = Message.objects.get()
    said = json.loads(Delivery.objects.get(about="mail.sequence").content)["letter"]
    letter = ways[message.variant].letter
    assert {"subject": letter.subject, "text": letter.text, "name": letter.name, "reply_to": letter.reply_to, "postal": letter.postal} == {
        name: said[name] for name in ("subject", "text", "name", "reply_to", "postal")
    }
    for variant in ways:
        shown = client.get(f"{INTRODUCTION}?lead={who.lead.id}&variant={variant}")
        assert shown.context["shown"].variant == variant
        assert "12 Ward Street" in text(shown)


@pytest.mark.req("COMM-06")
def test_each_place_that_is_not_known_is_named_and_blocks(cast, door, person):
    who = person(name="Rosa", organization="", title="")
    page = door(cast.owner).get(f"{INTRODUCTION}?lead={who.lead.id}")
    shown = page.context["shown"]
    assert "account.name" in shown.text.missing
    assert all(any(name in says and "blocks sending" in says for says in shown.blocks) for name in shown.text.missing)
    assert "it cannot go to Rosa" in text(page)
    enrolling.enrol("initial_outreach", who, sender=cast.owner, by=cast.owner.actor, at=AT)
    assert [stepping.take(key, by=SYSTEM_ACTOR, at=AT) for key in stepping.due(AT)] == ["missing"], "and so says the sender"


@pytest.mark.req("COMM-06", "SEC-01")
def test_a_person_one_does_not_see_is_not_there(cast, door, person):
    who = person()
    assert door(cast.colleague).get(f"{INTRODUCTION}?lead={who.lead.id}").status_code == 404
    assert door(cast.colleague).get(f"{INTRODUCTION}html/?lead={who.lead.id}").status_code == 404
    assert door(cast.colleague).get(f"{INTRODUCTION}?whom={who.name}").status_code == 422
    assert door(cast.owner).get("/templates/no_such/").status_code == 404
    assert door(cast.owner).get(f"{INTRODUCTION}html/").status_code == 404


@pytest.mark.req("COMM-06", "UI-04")
def test_somebody_is_found_by_name_and_several_of_one_name_are_told_apart(cast, door, person):
    one = person(name="Rosa Newfound")
    client = door(cast.owner)
    page = client.get(f"{INTRODUCTION}?whom=rosa newfound")
    assert page["Location"] == f"{INTRODUCTION}?lead={one.lead.id}"
    other = person(name="Rosa Newfound", email="second@newfound.example", title="Nurse")
    page = client.get(f"{INTRODUCTION}?whom=Rosa Newfound")
    assert {row.id for _, row in page.context["several"]} == {one.lead.id, other.lead.id}
    assert client.get(f"{INTRODUCTION}?whom=Nobody Ofthatname").status_code == 422
    assert "Rosa Newfound" in text(client.get("/templates/people/?whom=newf"))


@pytest.mark.req("COMM-06", "COMM-09")
def test_the_letter_stands_in_a_frame_that_can_do_nothing(cast, door, person):
    who = person(name="Rosa <b>Bold</b>")
    page = door(cast.owner).get(f"{INTRODUCTION}html/?lead={who.lead.id}")
    assert "sandbox" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "No more of these" in text(page)
    assert b"<b>Bold" not in page.content
    whole = door(cast.owner).get(f"{INTRODUCTION}?lead={who.lead.id}")
    assert "frame-src 'self'" in whole["Content-Security-Policy"]


@pytest.mark.req("COMM-06")
def test_a_text_for_a_deal_knows_what_was_shown(cast, door, deal_of, postal):
    deal = deal_of(name="Harbour: early warning")
    contact = contacts.add(deal.account, name="Bo Fox", title="CIO", email="bo@harbour.example", by=cast.owner.actor, at=now())
    page = door(cast.owner).get(f"/templates/demo_thanks/?contact={contact.id}")
    assert deal in page.context["deals"]
    assert door(cast.owner).get(f"/templates/demo_thanks/?contact={contact.id}&opportunity={deal.id}").context["person"].opportunity == deal


@pytest.mark.req("COMM-06")
def test_who_published_a_text_and_when_it_last_changed_is_told(cast, door):
    files = dict(active().playbook.files)
    files["reach/capture.yaml"] += "\n# Another file.\n"
    playbooks.publish(files, reason="Elsewhere", by=cast.admin.actor, at=now())
    files["templates/outreach_meeting.yaml"] = files["templates/outreach_meeting.yaml"].replace("{{sender.name}}", "{{sender.first_name}}")
    playbooks.publish(files, reason="Less stiff", by=cast.admin.actor, at=now())
    client = door(cast.owner)
    versions = client.get("/templates/outreach_meeting/").context["versions"]
    assert (versions[0].reason, versions[0].by) == ("Less stiff", cast.admin.name)
    assert "Less stiff" not in {one.reason for one in client.get(INTRODUCTION).context["versions"]}
