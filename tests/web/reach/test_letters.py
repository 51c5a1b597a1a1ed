"""A letter from the page of a lead, a contact, a deal: begun with a text, read with what would be decided, sent, seen in its thread."""

from __future__ import annotations

import html

import pytest

from rounds.actions.market import contacts
from rounds.actions.reach import letters
from rounds.kit.clock import now
from rounds.models import Delivery, Message

pytestmark = pytest.mark.req("COMM-06", "UI-01")


def text(page):
    return html.unescape(page.content.decode())


def said(page, **more):
    """What the form would send as it stands."""
    values = page.context["said"]
    return {name: values[name] for name in ("subject", "text", "from", "once")} | {"deed": "send"} | more


def test_a_letter_is_begun_with_a_text_and_sent_as_it_was_read(cast, door, person):
    who = person()
    client, there = door(cast.owner), f"/leads/{who.lead.id}/letters/new/"
    assert there in text(client.get(f"/leads/{who.lead.id}/"))
    empty = client.get(there)
    assert "An empty letter" in text(empty)
    page = client.get(f"{there}?template=outreach_introduction/b")
    assert page.context["said"]["from"] == "outreach_introduction/b"
    assert "Newfound Hospital" in page.context["said"]["text"]
    assert page.context["looked"].decision.outcome in ("send", "later")
    done = client.post(there, said(page))
    row = Message.objects.get()
    assert done["Location"] == f"/threads/{row.thread_id}/"
    assert (row.template, row.variant, row.text) == ("outreach_introduction", "b", page.context["said"]["text"])
    thread = client.get(done["Location"])
    assert row.subject in text(thread)
    assert [mail["by"] for mail in thread.context["mails"]] == [cast.owner.name]
    assert client.post(there, said(page))["Location"] == done["Location"], "the same form twice is one letter"
    assert Message.objects.count() == 1
    assert row.subject in text(client.get(f"/leads/{who.lead.id}/"))


def test_words_of_ones_own_count_for_no_text_and_a_gap_refuses_with_its_name(cast, door, person):
    who = person(organization="")
    client, there = door(cast.owner), f"/leads/{who.lead.id}/letters/new/"
    page = client.get(f"{there}?template=outreach_introduction")
    refused = client.post(there, said(page))
    assert refused.status_code == 422
    assert "account.name is not known" in text(refused)
    assert page.context["said"]["text"][:20] in text(refused), "nothing that was typed is lost"
    assert not Message.objects.exists()
    done = client.post(there, said(page, subject="A question", text="Hello {{contact.first_name}}, one question."))
    assert done.status_code == 302
    assert Message.objects.get().template == ""


@pytest.mark.req("COMM-09")
def test_what_would_be_decided_is_read_while_one_writes_and_nothing_is_written(cast, door, person):
    who = person()
    letters.write(who, "First", "Hello.", sender=cast.owner, by=cast.owner.actor, at=now())
    client, there = door(cast.owner), f"/leads/{who.lead.id}/letters/new/"
    looked = client.post(there, {"subject": "Second", "text": "Hello {{contact.first_name}} of {{nowhere.at_all}}"}, headers={"HX-Request": "true"})
    assert "no place that is filled in" in text(looked)
    looked = client.post(there, {"subject": "Second", "text": "Hello {{contact.first_name}}"}, headers={"HX-Request": "true"})
    assert looked.status_code == 200
    assert "<html" not in text(looked)
    assert "May go" in text(looked)
    assert client.post(there, {"subject": "Second", "text": "Hello", "deed": "send"}, headers={"HX-Request": "true"}).status_code == 200
    assert Message.objects.count() == 1, "what is fetched while somebody types sends nothing, whichever button was pressed last"
    assert "Give a day and a time" in text(client.post(there, {"subject": "x", "text": "y", "goes_at": "soon"}, headers={"HX-Request": "true"}))
    assert "too far away" in text(client.post(there, {"subject": "x", "text": "y", "goes_at": "9999-12-31T23:00"}, headers={"HX-Request": "true"}))


def test_a_letter_that_waits_says_why_and_is_let_go(cast, door, person):
    who = person()
    client = door(cast.owner)
    there = f"/leads/{who.lead.id}/letters/new/"
    client.post(there, {"subject": "Later", "text": "Hello.", "goes_at": "2099-01-05T10:00", "deed": "send"})
    row = Message.objects.get()
    thread = client.get(f"/threads/{row.thread_id}/")
    assert "May go from" in text(thread)
    assert door(cast.colleague).post(f"/letters/{row.id}/dropping/").status_code == 404
    client.post(f"/letters/{row.id}/dropping/")
    row.refresh_from_db()
    assert row.state == "dropped"
    assert "let it go" in text(client.get(f"/threads/{row.thread_id}/"))
    assert client.post(f"/letters/{row.id}/dropping/").status_code == 409
    assert not Delivery.objects.filter(about="mail.letter").exists()


@pytest.mark.req("SEC-01")
def test_nobody_writes_to_whom_they_do_not_see_or_may_not_change(cast, door, person):
    who = person()
    there = f"/leads/{who.lead.id}/letters/new/"
    assert door(cast.colleague).get(there).status_code == 404
    assert door(cast.executive).post(there, {"subject": "x", "text": "y", "deed": "send"}).status_code == 403
    assert not Message.objects.exists()


def test_somebody_of_a_deal_is_written_to_about_it(cast, door, deal_of, postal):
    deal = deal_of(name="Harbour: early warning")
    client, there = door(cast.owner), f"/opportunities/{deal.id}/letters/new/"
    assert "Nobody to write to" in text(client.get(there))
    contact = contacts.add(deal.account, name="Bo Fox, MD", title="CIO", email="bo@harbour.example", by=cast.owner.actor, at=now())
    assert there in text(client.get(f"/opportunities/{deal.id}/"))
    page = client.get(f"{there}?contact={contact.id}")
    client.post(there, said(page, contact=str(contact.id), subject="About it", text="Hello {{contact.first_name}}."))
    row = Message.objects.get()
    assert (row.opportunity, row.contact, row.text) == (deal, contact, "Hello Bo.")
    assert f"/threads/{row.thread_id}/" in text(client.get(f"/opportunities/{deal.id}/"))
    assert f"/contacts/{contact.id}/letters/new/" in text(client.get(f"/contacts/{contact.id}/"))
