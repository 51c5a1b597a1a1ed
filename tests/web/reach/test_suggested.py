"""On the page of a deal: who writes and is copied on its mail, and is not on its committee yet."""

from __future__ import annotations

import re
from html import unescape

import pytest

from rounds.actions.deals import opportunities
from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from rounds.models import DealContact, Message, Thread
from rounds.models.base import signature


@pytest.fixture
def deal(cast):
    by = {"by": cast.owner.actor, "at": now()}
    account = accounts.add(name="Newfound Hospital", state="NY", website="https://newfound.example", owner=cast.owner, **by)
    rosa = contacts.add(account, name="Rosa Diaz", title="CIO", email="rosa@newfound.example", **by)
    contacts.add(account, name="Noor Haddad", title="CFO", email="noor@newfound.example", **by)
    return opportunities.open_deal(account, "Newfound: imaging", owner=cast.owner, contact=rosa, **by)


@pytest.fixture
def mailed(cast, deal):
    thread = Thread.objects.create(subject="Pilot", last_at=now(), mails=3, opportunity=deal, account=deal.account, **signature(cast.owner.actor, now()))

    def put(number, sender, cc=(), text="Yes."):
        Message.objects.create(thread=thread, direction="in", kind="answer", message_id=f"<{number}@x.example>", sender=sender, to=["Olivia Grant <olivia@northwind-rounds.example>"],
                               cc=list(cc), subject="Pilot", text=text, opportunity=deal, account=deal.account, sent_at=now(), **signature(cast.owner.actor, now()))  # fmt: skip

    put(1, "Rosa Diaz <rosa@newfound.example>", cc=["Noor Haddad <noor@newfound.example>", "Sam <sam@vendor.example>", "Once Only <once@newfound.example>"])
    put(2, "Rosa Diaz <rosa@newfound.example>", cc=["Noor Haddad <noor@newfound.example>", "Sam <sam@vendor.example>"])
    put(3, "Pat Moore <pat@newfound.example>", text="I take care of it.\n\nPat Moore\nDirector of Radiology\nNewfound")
    return thread


@pytest.mark.req("PLUS-31", "UI-01")
def test_new_members_are_suggested_from_copies_and_signatures(cast, deal, mailed, door, see_all):
    client = door(cast.owner)
    page = client.get(f"/opportunities/{deal.pk}/").content.decode()
    part = page[page.index('id="suggested"') :]
    part = part[: part.index("</section>")]
    assert "Noor Haddad" in part
    assert "Director of Radiology" in part
    assert not {"Sam", "Once Only", "Rosa Diaz", "Olivia"} & {word for word in ("Sam", "Once Only", "Rosa Diaz", "Olivia") if word in part}
    added = client.get(unescape(re.search(r'href="(/contacts/new/[^"]+)"', part)[1])).content.decode()
    assert 'value="Pat Moore"' in added
    assert 'value="pat@newfound.example"' in added
    noor = re.search(r'name="contact" value="([^"]+)"', part)[1]
    client.post(f"/opportunities/{deal.pk}/committee/seats/", {"contact": noor})
    see_all()
    assert DealContact.objects.filter(opportunity=deal, contact_id=noor, ended_at=None).exists()
    assert "Noor Haddad</a>" not in client.get(f"/opportunities/{deal.pk}/").content.decode().partition('id="suggested"')[2].partition("</section>")[0]


@pytest.mark.req("PLUS-31")
def test_the_thread_is_read_by_who_sees_the_deal_alone(cast, deal, mailed, door):
    page = door(cast.owner).get(f"/opportunities/{deal.pk}/").content.decode()
    assert f"/threads/{mailed.pk}/" in page
    shown = door(cast.owner).get(f"/threads/{mailed.pk}/").content.decode()
    assert "I take care of it." in shown
    assert door(cast.manager).get(f"/threads/{mailed.pk}/").status_code == 200
    assert door(cast.colleague).get(f"/threads/{mailed.pk}/").status_code == 404
