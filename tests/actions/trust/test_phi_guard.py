"""What looks like patient data does not get in: a person is told, what comes from outside waits for a reviewer."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from rounds.access import fields
from rounds.actions.leads import activities, forms, leads
from rounds.actions.market import accounts, contacts, intelligence, tiers
from rounds.actions.market.answers import answer
from rounds.actions.trust import held, phi
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.models import ApiToken, AuditEntry, CommitteeSeat, Event, Lead, Quarantine
from rounds.models.flow.days import house_today

SECRET = "00482913"
TEXT = f"MRN {SECRET} was in the screenshot"
pytestmark = pytest.mark.req("COMM-14")


def everything_written() -> str:
    """Every row of this database as text, the sealed columns as they stand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'rounds_%'")
        tables = [name for (name,) in cursor.fetchall() if has_read(cursor, name)]
        found = []
        for name in tables:
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def has_read(cursor, table: str) -> bool:
    cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
    return cursor.fetchone()[0]


@pytest.fixture
def account(cast):
    return accounts.add(by=cast.admin.actor, at=now(), owner=cast.owner, name="Mercy Meridian", level="system", state="NY",
                        beds=612)  # fmt: skip


def doors(cast, lead, account, by):
    """Every action a person writes words with, given `TEXT` in each of its places."""
    say = {"by": by, "at": now()}
    return {
        "activity subject": lambda: activities.log("call", lead=lead, subject=TEXT, **say),
        "activity note": lambda: activities.log("call", account=account, body=TEXT, **say),
        "intelligence": lambda: intelligence.note(account, area="business", topic="x", text=TEXT, source="call",
                                                  as_of=house_today(), confidence=0.5, **say),
        "lead message": lambda: leads.capture({"name": "A", "message": TEXT}, **say),
        "lead organization": lambda: leads.capture({"name": "A", "organization": TEXT}, **say),
        "lead fact": lambda: leads.capture({"name": "A", "facts": {"ehr_vendor": TEXT}}, **say),
        "lead change": lambda: leads.change(lead, message=TEXT, **say),
        "status reason": lambda: leads.set_status(lead, "Disqualified", reason=TEXT, **say),
        "hand-over reason": lambda: leads.assign(lead, cast.colleague, reason=TEXT, **say),
        "answer reason": lambda: answer(account, "market_leadership", "leader", reason=TEXT, **say),
        "motivation": lambda: contacts.seat(contacts.add(account, name="Ida Lund", **say), account, role="cio", motivation=TEXT, **say),
        "contact title": lambda: contacts.add(account, name="Ida Lund", title=TEXT, **say),
        "account address": lambda: accounts.change(account, address=TEXT, **say),
        "gate evidence": lambda: tiers.evidence(account, next(iter(gates())), met=True, shows=TEXT, **say),
        "form heading": lambda: forms.open_form("f", heading=TEXT, source="Web form", asks_for="content", **say),
    }  # fmt: skip


def gates() -> dict[str, str]:
    from rounds.models.flow.active import active

    return {code: says for tier in active().playbook.tiers.tiers for code, says in tier.qualitative.items()}


@pytest.mark.parametrize("place", [
    "activity subject", "activity note", "intelligence", "lead message", "lead organization", "lead fact", "lead change",
    "status reason", "hand-over reason", "answer reason", "motivation", "contact title", "account address", "gate evidence",
    "form heading",
])  # fmt: skip
def test_a_person_is_refused_wherever_they_type_it_and_nothing_is_written(cast, lead_of, account, place):
    lead = lead_of(cast.owner)
    with pytest.raises(phi.PhiRefused, match="medical record number") as refused:
        doors(cast, lead, account, cast.owner.actor)[place]()
    assert refused.value.status == 422
    assert SECRET not in str(refused.value)
    assert SECRET not in everything_written()
    assert not Quarantine.objects.exists()


def test_who_sends_it_to_review_goes_on_without_the_text(cast, lead_of):
    lead = lead_of(cast.owner)
    with phi.door("page", review=True):
        activity = activities.log("call", lead=lead, subject="Follow-up", body=TEXT, by=cast.owner.actor, at=now())
    assert (activity.subject, activity.body) == ("Follow-up", "")
    waiting = Quarantine.objects.get()
    assert (waiting.kind, waiting.subject_id, waiting.field) == ("leadactivity", activity.id, "body")
    assert (waiting.found, waiting.by_name, waiting.text) == (["mrn"], cast.owner.name, TEXT)
    assert SECRET not in everything_written()


def test_a_visitor_of_a_form_is_taken_in_without_what_looks_like_patient_data(cast):
    form = forms.open_form("site", heading="", source="Web form", asks_for="demo_request", by=cast.admin.actor, at=now())
    said = {"name": "Ida Lund", "email": "ida@mercy.example", "message": TEXT}
    lead = forms.receive(form, said, nonce="n1", at=now())
    forms.receive(form, said, nonce="n1", at=now())
    assert (lead.name, lead.email, lead.message) == ("Ida Lund", "ida@mercy.example", "")
    waiting = Quarantine.objects.get()
    assert (waiting.kind, waiting.field, waiting.door) == ("lead", "message", "form")
    noted = AuditEntry.objects.get(verb="phi.hold")
    assert noted.detail == {"field": "message", "kinds": ["mrn"], "door": "form"}
    assert SECRET not in everything_written()


def test_a_service_is_taken_in_and_a_person_with_a_token_is_refused(cast):
    for user, refused in ((cast.integration, False), (cast.owner, True)):
        token = ApiToken.objects.create(user=user, name="t", digest=user.id.bytes, scopes=["leads:write"], by_kind="user", at=now())
        by = Actor("integration", token.id, "t")
        if refused:
            with pytest.raises(phi.PhiRefused):
                leads.capture({"name": "A", "message": TEXT}, by=by, at=now())
        else:
            assert leads.capture({"name": "A", "message": TEXT}, by=by, at=now()).message == ""


def test_a_needed_text_says_that_it_is_held(cast, lead_of):
    lead = lead_of(cast.owner)
    with phi.door("page", review=True):
        leads.set_status(lead, "Disqualified", reason=TEXT, by=cast.owner.actor, at=now())
    assert lead.status_changes.order_by("-at").first().reason == "Held for review"


@pytest.fixture
def waiting(cast, lead_of):
    lead = lead_of(cast.owner)
    with phi.door("page", review=True):
        leads.change(lead, message=f"They said: {TEXT}.", by=cast.owner.actor, at=now())
    return Quarantine.objects.get()


def test_let_through_does_the_deed_after_all_on_behalf_of_its_writer(cast, waiting):
    held.decide(waiting, "let_through", why="A ticket number of theirs", by=cast.compliance.actor, at=now())
    assert Lead.objects.get(pk=waiting.subject_id).message == f"They said: {TEXT}."
    told = Event.objects.get(kind="text.released")
    assert (told.payload["on_behalf_of"], told.by_name, told.payload["text"]) == (cast.owner.name, cast.compliance.name, "")


def test_blacked_out_keeps_the_sentence_and_loses_the_number(cast, waiting):
    held.decide(waiting, "blacked_out", why="The rest is fine", by=cast.compliance.actor, at=now())
    assert Lead.objects.get(pk=waiting.subject_id).message == "They said: █████ was in the screenshot."
    assert SECRET not in everything_written()


@pytest.mark.parametrize("decision", ["let_through", "blacked_out", "discarded"])
def test_a_decided_text_leaves_the_queue_and_is_not_decided_twice(cast, waiting, decision):
    done = held.decide(waiting, decision, why="Looked at it", by=cast.compliance.actor, at=now())
    assert (done.text, done.payload, done.decision) == ("", "", decision)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, payload FROM rounds_quarantine")
        assert cursor.fetchall() == [("", "")]
    with pytest.raises(held.DecidedAlready):
        held.decide(waiting, "discarded", why="Again", by=cast.compliance.actor, at=now())
    entry = AuditEntry.objects.get(verb="phi.decide")
    assert SECRET not in json.dumps(entry.detail)


def test_a_decision_needs_a_reason_that_holds_no_patient_data(cast, waiting):
    with pytest.raises(held.HeldRefused):
        held.decide(waiting, "discarded", why=" ", by=cast.compliance.actor, at=now())
    with pytest.raises(phi.PhiRefused):
        held.decide(waiting, "discarded", why=TEXT, by=cast.compliance.actor, at=now())


def test_reading_a_held_text_is_noted(cast, waiting):
    assert TEXT in held.read(waiting, by=cast.compliance.actor, at=now())
    assert AuditEntry.objects.filter(verb="phi.read", chain="read", subject_id=waiting.id).count() == 1


def test_a_text_that_cannot_be_put_anywhere_is_said_by_the_timeline(cast, lead_of):
    lead = lead_of(cast.owner)
    with phi.door("page", review=True):
        leads.set_status(lead, "Disqualified", reason=TEXT, by=cast.owner.actor, at=now())
    held.decide(Quarantine.objects.get(), "blacked_out", why="Fine", by=cast.compliance.actor, at=now())
    told = Event.objects.get(kind="text.released")
    assert (told.lead_id, told.payload["text"]) == (lead.id, "█████ was in the screenshot")


def seat_held(cast, *, meanwhile: str = ""):
    """A seat whose motive waits for a reviewer; `meanwhile` somebody wrote another."""
    unit = accounts.add(name="Bay", level="hospital", state="NY", by=cast.admin.actor, at=now())
    person = contacts.add(unit, name="Ann Lee", title="CIO", by=cast.admin.actor, at=now())
    with phi.door("page", review=True):
        contacts.seat(person, unit, role="CIO", motivation=f"Wants peace: {TEXT}", by=cast.owner.actor, at=now())
    if meanwhile:
        contacts.seat(person, unit, role="CIO", motivation=meanwhile, by=cast.admin.actor, at=now())
    return Quarantine.objects.get()


@pytest.mark.parametrize("meanwhile", ["", "Wants her own mortgage paid"])
@pytest.mark.parametrize("gone", [False, True])
def test_a_motive_that_was_let_through_stands_sealed_and_in_no_event(cast, meanwhile, gone):
    row = seat_held(cast, meanwhile=meanwhile)
    if gone:
        CommitteeSeat.objects.all().delete()
    held.decide(row, "let_through", why="A number of theirs", by=cast.compliance.actor, at=now())
    told = Event.objects.get(kind="text.released")
    assert (told.payload["what"], told.payload["field"], told.payload["text"]) == ("committeeseat", "motivation", "")
    assert "Wants peace" not in everything_written()
    if not gone:
        motive = CommitteeSeat.objects.get().motivation
        assert motive.splitlines() == [*([meanwhile] if meanwhile else []), f"Wants peace: {TEXT}"]


@pytest.mark.req("COMM-14")
def test_a_motive_that_waits_leaves_what_stood_until_a_reviewer_decides(cast):
    unit = accounts.add(name="Bay", level="hospital", state="NY", by=cast.admin.actor, at=now())
    person = contacts.add(unit, name="Ann Lee", title="CIO", by=cast.admin.actor, at=now())
    say = {"role": "CIO", "by": cast.owner.actor, "at": now()}
    contacts.seat(person, unit, motivation="Wants a quiet rollout", influence=4, **say)
    with phi.door("page", review=True):
        contacts.seat(person, unit, motivation=f"Wants peace: {TEXT}", influence=5, **say)
    seat = CommitteeSeat.objects.get()
    assert (seat.motivation, seat.influence) == ("Wants a quiet rollout", 5)
    held.decide(Quarantine.objects.get(), "discarded", why="A number of theirs", by=cast.compliance.actor, at=now())
    seat.refresh_from_db()
    assert seat.motivation == "Wants a quiet rollout"


def test_what_a_released_text_says_of_a_hidden_field_is_not_shown(cast):
    said = {"what": "answer", "field": "reason", "on_behalf_of": "", "blacked_out": False, "text": "They have 9 million"}
    assert fields.payload("text.released", said, ["account.it_budget"])["text"] == fields.NOT_SHOWN
    assert fields.payload("text.released", said, [])["text"] == "They have 9 million"
    assert fields.payload("text.released", said | {"what": "lead"}, ["contact.phone"])["text"] == "They have 9 million"
