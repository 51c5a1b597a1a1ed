"""People in the data are answered: found wherever they stand, shown what is kept, erased so that nothing is left."""

from __future__ import annotations

import os
import subprocess
from datetime import date

import pytest
from django.db import connection

from rounds.actions.desk import views
from rounds.actions.leads import activities, forms, leads
from rounds.actions.market import accounts, contacts, intelligence
from rounds.actions.trust import erasing, held, holds, phi, subjects
from rounds.actions.trust.suppressions import AskedToBeErased
from rounds.kit.clock import now
from rounds.kit.postgres.binaries import installed
from rounds.models import (
    AuditEntry,
    CommitteeSeat,
    Contact,
    Event,
    Lead,
    Purge,
    Quarantine,
    SubjectRequest,
    Suppression,
)
from rounds.models.flow.days import house_today

MAIL, NUMBER, NAME = "ottilie.zweig@mercy.example", "(212) 555-0187", "Ottilie Zweig"
pytestmark = pytest.mark.req("COMPL-13")


def everywhere(cast):
    """A person in every place a person can be: contact, seat, two leads, words of others, filters, earlier values."""
    by, at = cast.admin.actor, now()
    account = accounts.add(by=by, at=at, name="Mercy Meridian", level="system", state="CO", beds=612)
    contact = contacts.add(account, name=NAME, title="CIO", email="old." + MAIL, phone=NUMBER, by=by, at=at)
    contacts.change(contact, email=MAIL, preference="Calls after five", by=by, at=at)
    contacts.seat(contact, account, role="cio", motivation="Wants to leave a mark", by=by, at=at)
    lead = leads.capture({"name": NAME, "email": MAIL.upper(), "phone": "212.555.0187", "message": f"Write to {MAIL}",
                          "organization": "Mercy Meridian", "external_id": f"crm:{MAIL}"}, by=by, at=at)  # fmt: skip
    leads.change(lead, title="Chief Information Officer", by=by, at=at)
    leads.set_status(lead, "Disqualified", reason=f"{NAME} said no by {MAIL}", by=by, at=at)
    activities.log("call", lead=lead, subject=f"Call with {NAME}", body=f"Her cell: 212 555 0187, mail {MAIL}", by=by, at=at)
    activities.log("call", account=account, body=f"CC {MAIL} next time", by=by, at=at)
    intelligence.note(account, area="stakeholder", topic="CIO", text=f"Reach her at {MAIL} or 212-555-0187", source="call",
                      as_of=house_today(), confidence=0.5, by=by, at=at)  # fmt: skip
    views.save_view(cast.admin, noun="contact", name="Hers", query=f"f=email.is.{MAIL.replace('@', '%40')}", at=at)
    with phi.door("page", review=True):
        leads.change(lead, message=f"MRN 00482913 of a friend; {MAIL}", by=by, at=at)
    return account, contact, lead


@pytest.fixture
def person(cast):
    return everywhere(cast)


@pytest.mark.parametrize("who", [MAIL, MAIL.upper(), "old." + MAIL, NUMBER, "212-555-0187", NAME])
def test_a_person_is_found_by_address_number_or_name(cast, person, who):
    found = subjects.look_up(who, by=cast.compliance.actor, at=now())
    assert [row.id for row in found.contacts] == [person[1].id]
    assert found.counts["committee seats"] == (1 if found.contacts else 0)
    if not who.startswith("old."):
        assert [row.id for row in found.leads] == [person[2].id]
        assert found.counts["activities"] == 1
    noted = AuditEntry.objects.filter(verb="subject.find").latest("at")
    assert who.lower() not in str(noted.detail).lower()


@pytest.mark.parametrize(("state", "days"), [("ca", 45), ("co", 45), ("ia", 90), ("wy", 30), ("", 30)])
def test_a_request_is_due_by_the_law_of_the_state(cast, person, state, days):
    request = subjects.begin("access", MAIL, state=state, asked_on=date(2026, 3, 1), by=cast.compliance.actor, at=now())
    assert (request.due_on - date(2026, 3, 1)).days == days


def test_the_law_may_allow_further_days_once(cast, person):
    request = subjects.begin("access", MAIL, state="ca", asked_on=date(2026, 3, 1), by=cast.compliance.actor, at=now())
    later = subjects.longer(request, why="Many records", by=cast.compliance.actor, at=now())
    assert (later.due_on - date(2026, 3, 1)).days == 90
    with pytest.raises(subjects.RequestRefused):
        subjects.longer(later, why="Again", by=cast.compliance.actor, at=now())


def test_nobody_is_erased_who_is_not_there(cast):
    with pytest.raises(subjects.Nobody):
        subjects.begin("erasure", "nobody@mercy.example", by=cast.compliance.actor, at=now())


def test_who_asked_lies_sealed_and_is_forgotten_when_the_request_closes(cast, person):
    request = subjects.begin("access", MAIL, by=cast.compliance.actor, at=now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM rounds_subjectrequest r")
        assert MAIL not in cursor.fetchone()[0]
    assert subjects.close(request, outcome="Sent by mail", by=cast.compliance.actor, at=now()).who == ""


def test_an_erasure_empties_the_person_and_keeps_the_places(cast, person):
    account, contact, lead = person
    request = subjects.begin("erasure", MAIL, state="co", by=cast.compliance.actor, at=now())
    before = erasing.preview(request)
    assert before.goes["activities"] == 1
    certificate = erasing.erase(request, by=cast.compliance.actor, at=now())
    contact, lead = Contact.objects.get(pk=contact.id), Lead.objects.get(pk=lead.id)
    assert (contact.name, contact.email, contact.phone, contact.title, contact.account_id) == ("Erased person", "", "", "", account.id)
    assert (lead.name, lead.email, lead.phone, lead.message, lead.external_id, lead.opted_out) == ("Erased person", "", "", "", None, True)
    assert CommitteeSeat.objects.get(contact=contact).role == "cio"
    assert CommitteeSeat.objects.get(contact=contact).motivation == ""
    assert Quarantine.objects.get().text == ""
    assert Event.objects.filter(lead_id=lead.id, kind="lead.captured").get().payload["name"] == "Erased person"
    assert Purge.objects.get().id == certificate.id
    assert SubjectRequest.objects.get().done_at is not None
    with pytest.raises(subjects.RequestClosed):
        erasing.erase(request, by=cast.compliance.actor, at=now())


def test_who_is_erased_does_not_come_back_without_a_word(cast, person):
    account, contact, _ = person
    erasing.erase(subjects.begin("erasure", MAIL, by=cast.compliance.actor, at=now()), by=cast.compliance.actor, at=now())
    assert Suppression.objects.count() == 3
    for given in ({"email": MAIL.upper()}, {"phone": "+212 555-0187"}, {"email": "old." + MAIL}):
        with pytest.raises(AskedToBeErased):
            leads.capture({"name": "O. Zweig", **given}, by=cast.owner.actor, at=now())
    with pytest.raises(AskedToBeErased):
        contacts.add(account, name="O. Zweig", email=MAIL, by=cast.owner.actor, at=now())
    with pytest.raises(AskedToBeErased):
        contacts.change(contact, email=MAIL, by=cast.owner.actor, at=now())


def test_who_comes_back_by_themselves_waits_and_is_let_in(cast, person):
    erasing.erase(subjects.begin("erasure", MAIL, by=cast.compliance.actor, at=now()), by=cast.compliance.actor, at=now())
    form = forms.open_form("site", heading="", source="Web form", asks_for="demo_request", by=cast.admin.actor, at=now())
    for _ in range(2):
        assert forms.receive(form, {"name": NAME, "email": MAIL}, nonce="n", at=now()) is None
    waiting = Quarantine.objects.get(decided_at=None, door="form")
    held.decide(waiting, "let_through", why="She wrote to us herself", by=cast.compliance.actor, at=now())
    assert Lead.objects.get(email=MAIL).name == NAME
    assert leads.capture({"name": NAME, "email": MAIL}, by=cast.owner.actor, at=now())


def test_what_is_on_legal_hold_is_not_erased_by_action_or_sql(cast, person):
    account, contact, lead = person
    holds.place("account", account.id, reason="Meridian v. Rounds", by=cast.compliance.actor, at=now())
    request = subjects.begin("erasure", MAIL, by=cast.compliance.actor, at=now())
    assert erasing.preview(request).held
    with pytest.raises(holds.OnHold):
        erasing.erase(request, by=cast.compliance.actor, at=now())
    with pytest.raises(Exception, match="legal hold"), connection.cursor() as cursor:
        cursor.execute("SELECT rounds_erase_person(%s, %s::uuid[], %s::uuid[], '{}', '{}')", [request.id, [contact.id], [lead.id]])


def test_the_database_erases_only_whom_an_open_request_names(cast, person):
    request = subjects.begin("access", MAIL, by=cast.compliance.actor, at=now())
    with pytest.raises(Exception, match="no open request"), connection.cursor() as cursor:
        cursor.execute("SELECT rounds_erase_person(%s, %s::uuid[], '{}', '{}', '{}')", [request.id, [person[1].id]])


def test_after_an_erasure_a_full_dump_of_the_database_knows_nothing_of_the_person(committed, server, tmp_path):
    from rounds.access.sight import sight
    from rounds.jobs.demo.cast import build_cast
    from rounds.kit.scope import Scope

    with sight(Scope(everything=True)):
        cast = build_cast(now())
        everywhere(cast)
    assert MAIL in dump(server, committed)
    with sight(Scope(everything=True)):
        request = subjects.begin("erasure", MAIL, state="ca", by=cast.compliance.actor, at=now())
        erasing.erase(request, by=cast.compliance.actor, at=now())
    text = dump(server, committed)
    digits = "".join(sign for sign in text if sign.isdigit())
    assert MAIL not in text
    assert MAIL.replace("@", "%40") not in text
    assert "ottilie" not in text.replace("old.", "")
    assert "2125550187" not in digits
    from rounds.actions.trust import audit

    with sight(Scope(everything=True)):
        assert audit.verify("write").holds


def dump(server, name: str) -> str:
    """The whole database as pg_dump writes it, in small letters."""
    programs = installed()
    command = [str(programs[max(programs)] / "pg_dump"), "--inserts", "--dbname", server.dsn("rounds_owner", name)]
    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PGOPTIONS": "-c row_security=off"})
    return done.stdout.decode().lower()
