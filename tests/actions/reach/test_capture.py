"""Mails of a connected mailbox: what is kept and what leaves nothing, threads in any order, whom and what they are about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from rounds.access.scope import scope_of
from rounds.access.sight import look_as
from rounds.actions.market import accounts, contacts
from rounds.actions.reach import capture, mailboxes
from rounds.jobs import import_here
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Account, Contact, Event, Lead, LeadActivity, Mailbox, Message, Thread, User
from tests.actions.reach.capturing import bring
from tests.mails import mail

OLIVIA, ROSA = "Olivia Grant <olivia@northwind-rounds.example>", "Rosa Diaz <rosa@newfound.example>"
pytestmark = pytest.mark.req("PLUS-31")


def test_a_mail_of_a_contact_is_kept_with_the_deal_and_seen_as_an_answer(box, hospital):
    (row,) = bring(box, mail(ROSA, OLIVIA, "Imaging", "Shall we talk on Friday?\n\nOn Mon, 2 Mar 2026, Olivia wrote:\n> Dear Rosa\n", id="a@x.example"))
    assert (row.direction, row.kind, row.contact_id, row.opportunity_id, row.account_id) == ("in", "answer", hospital.rosa.id, hospital.deal.id, hospital.account.id)
    assert row.text == "Shall we talk on Friday?", "what it quotes is another mail's"
    assert Event.objects.get(kind="mail.answered").opportunity_id == hospital.deal.id
    act = LeadActivity.objects.get(external_id="mail:<a@x.example>")
    assert (act.kind, act.direction, act.account_id, act.subject) == ("personal_email", "in", hospital.account.id, "")
    box.refresh_from_db()
    assert (box.seen, box.kept) == (1, 1)


def test_an_address_that_was_typed_in_capitals_is_found(worker, box, hospital):
    by = {"by": worker.owner.actor, "at": now()}
    typed = contacts.add(hospital.account, name="Bo West", email=" Bo.West@NewFound.Example ", **by)
    changed = contacts.change(contacts.add(hospital.account, name="Eve Lund", **by), email="EVE@newfound.example", **by)
    found = bring(box, mail("Bo <bo.west@newfound.example>", OLIVIA, id="a@x.example"), mail(OLIVIA, "Eve <Eve@NEWFOUND.example>", id="b@x.example"))
    assert {row.contact_id for row in found} == {typed.pk, changed.pk}
    assert typed.email == "bo.west@newfound.example"


@pytest.mark.req("COMM-09")
@pytest.mark.parametrize(("head", "noun"), [("First name,Last name,Email,Account name,State", "contact"), ("Name,Email,Organization,State", "lead")])
def test_an_address_that_was_imported_in_capitals_is_found(worker, box, hospital, tmp_path, head, noun):
    file = tmp_path / f"{noun}s.csv"
    file.write_text(f"{head}\n{'Bo,West' if noun == 'contact' else 'Bo West'},BO.WEST@NewFound.Example,Newfound Hospital,NY\n")
    assert import_here.run(file, noun=noun, scope=scope_of(worker.revops), by=worker.revops.actor).taken == 1
    (row,) = bring(box, mail("Bo <bo.west@newfound.example>", OLIVIA, id="a@x.example"))
    model = {"contact": Contact, "lead": Lead}[noun]
    assert getattr(row, f"{noun}_id") == model.objects.get(name="Bo West").pk
    assert model.objects.get(name="Bo West").email == "bo.west@newfound.example"


@pytest.mark.req("COMM-09")
@pytest.mark.parametrize(("model", "said", "name"), [
    (Contact, {"email": "Bo@newfound.example"}, "contact_email_small"), (Lead, {"email": "BO@newfound.example"}, "lead_email_small"),
    (User, {"email": "Olivia@vendor.example"}, "user_email_small"), (Account, {"domain": "NewFound.example"}, "account_domain_small")])  # fmt: skip
def test_no_writer_leaves_an_address_in_capitals(worker, hospital, lead_of, model, said, name):
    """Whatever way it comes: what mail is found by cannot be stored otherwise."""
    row = lead_of(worker.owner) if model is Lead else model.objects.order_by("pk").first()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**said)
    model.objects.filter(pk=row.pk).update(**{field: word.lower() for field, word in said.items()})


@pytest.mark.parametrize("address", ["ann\u1c89@newfound.example", "ann@new\ua7cbfound.example"])
def test_letters_of_which_only_the_database_knows_a_small_form_are_kept(worker, hospital, lead_of, address):
    by = {"by": worker.owner.actor, "at": now()}
    assert contacts.add(hospital.account, name="Ann Lee", email=address, **by).email == lead_of(worker.owner, email=address).email == address


def test_our_own_mail_is_a_touch_of_ours_and_counts_for_the_caps(box, hospital):
    (row,) = bring(box, mail(OLIVIA, ROSA, id="a@x.example"))
    assert (row.direction, row.kind, row.state, row.user_id, row.buying_unit_id) == ("out", "sent", "sent", box.user_id, hospital.account.id)
    assert row.contact_index
    assert row.sent_at
    assert LeadActivity.objects.get().direction == "out"


@pytest.mark.parametrize(("sender", "to", "headers"), [
    ("Sam <sam.private@gmail.com>", OLIVIA, {}),
    (OLIVIA, "Sam <sam.private@gmail.com>", {}),
    (ROSA, OLIVIA, {"Sensitivity": "Personal"}),
    ("Caleb Stone <caleb@northwind-rounds.example>", OLIVIA, {}),
    ("Bank <statement@bank.example>", OLIVIA, {}),
    ("Rosa Diaz <rosa.diaz.home@gmail.com>", OLIVIA, {}),
    ("no-reply@newfound.example", OLIVIA, {}),
    ("Somebody <new@newfound.example>", OLIVIA, {}),
])  # fmt: skip
def test_what_is_not_our_business_leaves_nothing_but_a_number(box, hospital, sender, to, headers):
    assert bring(box, mail(sender, to, id="p@x.example", headers=headers)) == []
    box.refresh_from_db()
    assert (box.seen, box.kept, Message.objects.count(), Thread.objects.count()) == (1, 0, 0, 0)


def test_whoever_keeps_mail_of_organisations_keeps_that_of_their_unknown_people(box, hospital):
    box = mailboxes.change(box, keep="business", never=[], by=box.user.actor, at=now())
    (row,) = bring(box, mail("Somebody New <new@newfound.example>", OLIVIA, id="n@x.example"))
    assert (row.account_id, row.contact_id, row.opportunity_id) == (hospital.account.id, None, hospital.deal.id)
    assert bring(box, mail("Sam <sam@gmail.com>", OLIVIA, id="g@x.example"), mail("x@bank.example", OLIVIA, id="b@x.example")) == []


@pytest.mark.parametrize("never", ["rosa@newfound.example", "newfound.example"])
def test_who_is_never_to_be_kept_is_not(box, hospital, never):
    box = mailboxes.change(box, keep="known", never=[never], by=box.user.actor, at=now())
    assert bring(box, mail(ROSA, OLIVIA, id="a@x.example")) == []


def test_a_private_address_beside_a_business_one_is_left_out(box, hospital):
    (row,) = bring(box, mail(OLIVIA, f"{ROSA}, sam@gmail.com", id="a@x.example"))
    assert row.to == ["Rosa Diaz <rosa@newfound.example>"]


def test_the_same_mail_in_two_mailboxes_and_folders_is_kept_once(worker, box, hospital):
    raw = mail(ROSA, f"{OLIVIA}, marian@northwind-rounds.example", id="a@x.example")
    assert len(bring(box, raw, raw)) == 2
    look_as(Scope(everything=True, viewer=worker.manager.id))
    other = mailboxes.connect(worker.manager, kind="imap", address="marian@northwind-rounds.example", settings={"host": "mail.example"}, secret="x",
                              by=worker.manager.actor, at=now())  # fmt: skip
    bring(other, raw)
    assert Message.objects.count() == LeadActivity.objects.count() == 1


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1), (3, 0, 2, 1)])
@pytest.mark.parametrize("together", [True, False])
def test_a_thread_is_one_in_whichever_order_its_mails_arrive(box, hospital, order, together):
    begun = now() - timedelta(days=2)
    raws = [
        mail(OLIVIA, ROSA, id="1@x.example", at=begun),
        mail(ROSA, OLIVIA, "Re: Our talk", id="2@x.example", answers="1@x.example", at=begun + timedelta(hours=1)),
        mail(OLIVIA, ROSA, "Re: Our talk", id="3@x.example", answers="2@x.example", references="1@x.example 2@x.example", at=begun + timedelta(hours=2)),
        mail(ROSA, OLIVIA, "Re: Our talk", id="4@x.example", answers="3@x.example", references="1@x.example 2@x.example 3@x.example", at=begun + timedelta(hours=3)),
    ]
    picked = [raws[i] for i in order]
    for batch in [picked] if together else [[one] for one in picked]:
        bring(box, *batch)
    thread = Thread.objects.get()
    assert (thread.mails, thread.opportunity_id) == (4, hospital.deal.id)
    assert thread.last_at == max(Message.objects.values_list("sent_at", flat=True))


def test_somebody_elsewhere_does_not_come_into_a_thread_by_naming_its_mails(worker, box, hospital):
    other = accounts.add(name="Elsewhere Health", state="NY", website="https://elsewhere.example", by=worker.owner.actor, at=now())
    contacts.add(other, name="Eve Lund", email="eve@elsewhere.example", by=worker.owner.actor, at=now())
    bring(box, mail(OLIVIA, ROSA, id="1@x.example"))
    (row,) = bring(box, mail("Eve Lund <eve@elsewhere.example>", OLIVIA, id="2@x.example", answers="1@x.example"))
    assert (row.account_id, row.opportunity_id, Thread.objects.count()) == (other.id, None, 2)


@pytest.mark.parametrize("address", ["rosa+osprey@newfound.example", "SRS0=Hx4=2Y=newfound.example=rosa@relay.example", "prvs=1234567890=rosa@newfound.example",
                                     "bounces+rosa=newfound.example@gateway.example", "rosa=newfound.example@gateway.example"])  # fmt: skip
def test_gateways_and_aliases_do_not_hide_who_wrote(box, hospital, address):
    (row,) = bring(box, mail(f"Rosa Diaz <{address}>", OLIVIA, id="a@x.example"))
    assert (row.contact_id, row.opportunity_id) == (hospital.rosa.id, hospital.deal.id)


def test_a_list_of_ours_that_puts_itself_in_front_is_seen_through(box, hospital):
    (row,) = bring(box, mail("'Rosa Diaz' via Sales <sales@northwind-rounds.example>", "sales@northwind-rounds.example", id="a@x.example",
                             headers={"X-Original-From": "Rosa Diaz <rosa@newfound.example>"}))  # fmt: skip
    assert (row.direction, row.contact_id) == ("in", hospital.rosa.id)


def test_what_looks_like_patient_data_is_not_kept_and_that_is_said(box, hospital):
    (row,) = bring(box, mail(ROSA, OLIVIA, "A case", "Patient John Smith, DOB 04/12/1961, MRN 00482913 needs the scan.\n", id="a@x.example",
                             files={"smith MRN 00482913.pdf": b"x"}))  # fmt: skip
    assert row.text == ""
    assert "not kept" in row.why
    assert "patient" not in row.subject.lower()
    assert [one["name"] for one in row.files] == ["attachment"]


def test_old_mail_is_history_and_starts_nothing(box, hospital):
    (row,) = bring(box, mail(ROSA, OLIVIA, id="a@x.example", at=now() - timedelta(days=200)))
    assert row.opportunity_id == hospital.deal.id
    assert not LeadActivity.objects.exists()
    assert not Event.objects.filter(kind="mail.answered").exists()


def test_a_batch_that_another_worker_kept_already_is_thrown_away(box, hospital):
    stale = Mailbox.objects.get(pk=box.pk)
    raw = mail(ROSA, OLIVIA, id="a@x.example")
    bring(box, raw)
    with pytest.raises(capture.ReadElsewhere):
        bring(stale, mail(ROSA, OLIVIA, id="b@x.example"))
    assert Message.objects.count() == 1


def test_a_mail_full_of_lies_breaks_nothing(box, hospital):
    broken = b"From: =?utf-8?q?Rosa=0d=0aBcc:_x?= <rosa@newfound.example>\nTo: \xff\xfe <olivia@northwind-rounds.example>\nSubject: =?x-nowhere?B?###?=\n" \
             b"Date: yesterday\nReferences: <a <b> c> <" + b"x" * 5000 + b">\nContent-Type: multipart/mixed; boundary=\n\n\x00\xff"  # fmt: skip
    (row,) = bring(box, broken)
    assert row.contact_id == hospital.rosa.id
    assert row.message_id.endswith("@no-id.invalid>")
    assert "\n" not in row.sender
    assert (len(bring(box, broken)), Message.objects.count()) == (1, 1), "and it is known again without an id"


@pytest.fixture
def copies(worker):
    """The address of the house that people copy their mail to, kept by an admin."""
    look_as(Scope(everything=True, viewer=worker.admin.id))
    return mailboxes.connect(worker.admin, kind="bcc", address="copy@northwind-rounds.example", settings={"host": "imap.northwind-rounds.example"}, secret="x",
                             by=worker.admin.actor, at=now())  # fmt: skip


def test_what_our_people_copy_or_pass_on_to_the_house_is_kept_as_theirs(copies, hospital, worker):
    sent, passed = bring(
        copies, mail(OLIVIA, f"{ROSA}", id="1@x.example"),
        mail(OLIVIA, "copy@northwind-rounds.example", "Fwd: Pilot", "---------- Forwarded message ---------\nFrom: Rosa Diaz <rosa@newfound.example>\nSubject: Pilot\n\nYes, in May.\n",
             id="2@x.example"),
    )  # fmt: skip
    assert (sent.direction, sent.user_id, sent.opportunity_id) == ("out", worker.owner.id, hospital.deal.id)
    assert (passed.direction, passed.contact_id, passed.opportunity_id) == ("in", hospital.rosa.id, hospital.deal.id)
    assert "Yes, in May." in passed.text


def test_nobody_else_writes_to_the_house(copies, hospital):
    forged = {"Authentication-Results": "mx.northwind-rounds.example; spf=fail; dkim=none; dmarc=fail"}
    assert bring(copies, mail(ROSA, OLIVIA, id="1@x.example"), mail(OLIVIA, ROSA, id="2@x.example", headers=forged),
                 mail(OLIVIA, "Caleb Stone <caleb@northwind-rounds.example>", id="3@x.example")) == []  # fmt: skip
