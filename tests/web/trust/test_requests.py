"""A compliance officer answers a person: looks them up, opens the request, takes their file, erases them."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from rounds.models import AuditEntry, Contact, Disclosure, Session, SubjectRequest
from rounds.models.flow.days import house_today

MAIL = "ottilie.zweig@mercy.example"
pytestmark = pytest.mark.req("COMPL-13")


@pytest.fixture
def contact(cast):
    account = accounts.add(by=cast.admin.actor, at=now(), name="Mercy Meridian", level="system", state="CO")
    return contacts.add(account, name="Ottilie Zweig", title="CIO", email=MAIL, phone="(212) 555-0187", by=cast.admin.actor, at=now())


@pytest.fixture
def officer(cast, contact, door, see_all):
    """A client of the compliance officer, who gave a proof a moment ago."""
    client = door(cast.compliance)
    client.get("/trust/requests/")
    see_all()
    Session.objects.update(proved_at=now())
    return client


def opened(client, kind: str) -> str:
    page = client.post("/trust/requests/finding/", {"who": MAIL}).content.decode()
    keys = re.findall(r'name="contacts" value="([^"]+)"', page)
    said = {"who": MAIL, "picked": "1", "contacts": keys, "kind": kind, "state": "co"}
    return client.post("/trust/requests/", said)["Location"]


def test_only_those_who_answer_requests_come_here(cast, contact, door):
    for person in (cast.owner, cast.manager, cast.security, cast.revops):
        client = door(person)
        assert client.get("/trust/requests/").status_code == 403
        assert client.post("/trust/requests/finding/", {"who": MAIL}).status_code == 403
        assert client.post("/trust/requests/", {"who": MAIL, "kind": "erasure"}).status_code == 403
    assert SubjectRequest.objects.count() == 0


def test_a_request_is_opened_with_its_day(officer, see_all):
    page = officer.get(opened(officer, "access")).content.decode()
    assert "Colorado (CPA)" in page
    assert "Take their file" in page
    see_all()
    assert (SubjectRequest.objects.get().due_on - house_today()).days in (44, 45)


def test_the_file_holds_everything_and_its_leaving_is_noted(officer, contact, see_all):
    answer = officer.post(opened(officer, "access") + "file/")
    assert answer["Content-Type"] == "application/zip"
    held = zipfile.ZipFile(io.BytesIO(answer.content))
    said = json.loads(held.read("data.json"))
    row = next(kind for kind in said["kinds"] if kind["title"] == "Contacts")["rows"][0]
    assert (row["email"], row["phone"], row["title"]) == (MAIL, "(212) 555-0187", "CIO")
    assert MAIL in held.read("read-me.html").decode()
    assert "<script" not in held.read("read-me.html").decode()
    see_all()
    noted = AuditEntry.objects.get(verb="subject.access")
    assert MAIL not in str(noted.detail)
    assert Disclosure.objects.get(entry_id=noted.id).accounts == [contact.account_id]


def test_without_a_proof_of_the_last_minutes_nothing_leaves(officer, see_all):
    url = opened(officer, "access")
    see_all()
    Session.objects.update(proved_at=None)
    assert officer.post(url + "file/")["Location"].startswith("/login/again/")


def test_an_erasure_asks_for_the_word_and_then_nothing_is_left(officer, contact, see_all):
    url = opened(officer, "erasure")
    page = officer.get(url).content.decode()
    assert "Stays, and why" in page
    assert officer.post(url + "erasure/", {"sure": "yes"}).status_code == 422
    assert officer.post(url + "erasure/", {"sure": "erase"}).status_code == 302
    see_all()
    assert Contact.objects.get().name == "Erased person"
    assert MAIL not in officer.get(url).content.decode()


def test_a_request_is_closed_with_how_it_was_answered(officer, see_all):
    url = opened(officer, "access")
    assert officer.post(url + "closing/", {"outcome": ""}).status_code == 422
    assert officer.post(url + "longer/", {"why": "Many records"}).status_code == 302
    assert officer.post(url + "closing/", {"outcome": "Sent by post"}).status_code == 302
    assert "Sent by post" in officer.get(url).content.decode()


def test_nobody_found_says_so(officer):
    assert "Nobody in the data" in officer.post("/trust/requests/finding/", {"who": "x@y.example"}).content.decode()
