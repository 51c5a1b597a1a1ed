"""Where a mail belongs: what it is, whom it is with, which deal, lead or account it is about (PLUS-31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rounds.actions.reach.known import Known, Who, index
from rounds.actions.trust import phi, suppressions
from rounds.kit.actor import Actor
from rounds.models import Mailbox, Message, Suppression, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.playbook.shapes.capturing import Capture
from rounds.rules import phi as phi_rules
from rounds.rules.reach.answering import Answered, answered
from rounds.rules.reach.mail_heads import Head, Party
from rounds.rules.reach.mail_texts import Mail
from rounds.rules.reach.placing import deal_of
from rounds.rules.reach.reports import is_report
from rounds.rules.reach.whose import Ours, Privacy, Read, is_copied_by, is_free, kept, passed_on, read

BOUNCES = ("bounce", "soft_bounce")
REPORTS = (*BOUNCES, "complaint")
"""What mail servers report of a letter of ours."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A mail that is kept. `other`: whom it is with; `parent`: the mail here that it answers, or whose thread it is in."""

    mail: Mail
    said: Read
    kind: Answered
    why: str
    other: Party
    who: Who | None
    parent: Message | None
    account: UUID | None
    unit: UUID | None
    lead: UUID | None
    deal: UUID | None

    @property
    def key(self) -> str:
        return self.mail.head.message_id


def fresh() -> timedelta:
    return timedelta(days=active().playbook.capture.fresh.days)


def may_read(box: Mailbox, head: Head, us: Ours, privacy: Privacy, known: Known) -> bool:
    """Whether the text of a mail may be fetched, by its head alone. To the copy address only our own people write."""
    if is_report(head):
        return True
    if box.kind == "bcc":
        return is_copied_by(head, us)
    book = active().playbook.capture
    return bool(why_kept(head, read(head, us, privacy, book), privacy, known, book))


def why_kept(head: Head, said: Read, privacy: Privacy, known: Known, book: Capture) -> str:
    """Why a mail is kept; "" where it is not."""
    answers = bool(said.others) and said.direction == "in" and _answers(head, said.others[0], known) is not None
    return kept(said, known=known.people.keys(), domains=known.domains.keys(), answers=answers, privacy=privacy, book=book)


def filed(box: Mailbox, mail: Mail, us: Ours, privacy: Privacy, known: Known, at: datetime) -> Filed | None:
    """Where `mail` belongs; None where it is not kept."""
    book, head = active().playbook, mail.head
    kind = answered(head.headers, mail.report or mail.text, (head.at or at).date(), book.reach.away)
    if is_report(head) and kind.kind in REPORTS:
        return _returned(mail, kind)
    said = read(head, us, privacy, book.capture)
    if box.kind == "bcc":
        if not is_copied_by(head, us):
            return None
        said = passed_on(said, mail.forwarded, us)
    why = why_kept(head, said, privacy, known, book.capture)
    if not why:
        return None
    others = [one for one in said.others if not is_free(one.address, book.capture) or why == "it answers a mail of ours"]
    if _erased(others):
        return None
    # A mail that came in is with its sender; one of ours with the first of those it went to whom we know.
    other = others[0] if said.direction == "in" else next((one for one in others if known.who(one.address)), others[0])
    return _placed(box, mail, said, kind, why, other, others, known)


def _placed(box: Mailbox, mail: Mail, said: Read, kind: Answered, why: str, other: Party, others: list[Party], known: Known) -> Filed:
    whos = [found for one in others if (found := known.who(one.address))]
    who = known.who(other.address)
    near = who or next(iter(whos), None)
    place = next((found for one in (other, *others) if (found := known.place(one.address))), None)
    account = near.account if near and near.account else place.account if place else None
    unit = near.unit if near and near.unit else place.unit if place else None
    parent = _parent(mail.head, other, unit, known)
    if parent is not None and account is None:
        account, unit = parent.account_id, parent.buying_unit_id
    deal = deal_of(known.deals, people={one.contact for one in whos if one.contact}, leads={one.lead for one in whos if one.lead},
                   account=account, unit=unit, user=box.user_id)  # fmt: skip
    lead = near.lead if near else None
    if parent is not None:
        lead = lead or parent.lead_id
    key = parent.opportunity_id if parent is not None and parent.opportunity_id else deal.key if deal else None
    if key is not None and account is None and deal is not None:
        account, unit = deal.account, deal.unit
    return Filed(mail, said, kind, why, other, who, parent, account, unit, lead, key)


def _answers(head: Head, sender: Party, known: Known) -> Message | None:
    """The letter of ours to this very person that a mail answers."""
    found = [known.mails[one] for one in head.references if one in known.mails and known.mails[one].direction == "out"]
    mine = index(sender.address) if found else ""
    return next((one for one in reversed(found) if one.contact_index == mine), None)


def _parent(head: Head, other: Party, unit: UUID | None, known: Known) -> Message | None:
    """The mail here whose thread this one is in: one of the same people. Anybody may name the id of a mail they were sent;
    somebody of another health system does not come into its thread by that."""
    named = [known.mails[one] for one in reversed(head.references) if one in known.mails]
    named += [one for key in (head.message_id, *reversed(head.references)) for one in known.joins.get(key, ())]
    mine = index(other.address) if named else ""
    return next((one for one in named if one.contact_index == mine or unit is None or one.buying_unit_id in (unit, None)), None)


def _returned(mail: Mail, kind: Answered) -> Filed | None:
    """A report on a letter of ours, named by its own id: the id is random, so nobody else can report on it."""
    rows = Message.objects.filter(message_id__in=[*mail.about, *mail.head.references], direction="out")
    row = rows.order_by("-at").first()
    if row is None:
        return None
    return Filed(mail, Read("in", ()), kind, kind.why, mail.head.sender, None, row, row.account_id, row.buying_unit_id, row.lead_id, row.opportunity_id)


def _erased(others: list[Party]) -> bool:
    """Whether the one it is with asked to be erased."""
    found = [one for party in others[:1] for one in suppressions.indexes_of(party.address)]
    return bool(found) and Suppression.objects.filter(index__in=found).exists()


def row_of(one: Filed, box: Mailbox, thread: UUID, us: Ours, by: Actor, at: datetime) -> Message:
    """The row of a mail, its text looked at for patient data before anything is kept."""
    head, out, report = one.mail.head, one.said.direction == "out", one.kind.kind in REPORTS
    subject, text, files, held = _clean(one)
    written = min(head.at or at, at)
    if one.parent is not None and not out and one.parent.direction == "out":
        written = min(max(written, one.parent.at), at)  # a clock that is slow does not answer before it was asked
    book = active().playbook.capture
    return Message(
        thread_id=thread, mailbox=box, user_id=_writer(head, box, us) if out else box.user_id, direction=one.said.direction,
        kind="sent" if out else one.kind.kind, why=f"Kept because {one.why}.{held}" if not report else f"{one.why}.{held}", message_id=head.message_id,
        in_reply_to=head.in_reply_to or (head.references[-1] if head.references else ""), references=list(head.references),
        sender=head.sender.shown if out or report else one.other.shown, to=_shown(head.to, us, book), cc=_shown(head.cc, us, book), subject=subject, text=text, files=files,
        account_id=one.account, buying_unit_id=one.unit, lead_id=one.lead, opportunity_id=one.deal,
        contact_id=one.who.contact if one.who else one.parent.contact_id if report and one.parent else None,
        contact_index="" if report else index(one.other.address), state="sent" if out else "", sent_at=written, **signature(by, written),
    )  # fmt: skip


def _clean(one: Filed) -> tuple[str, str, list[dict[str, object]], str]:
    """Subject, text and names of files, and what is said where some were not kept: they look like patient data."""
    head, text, files = one.mail.head, one.mail.report if one.kind.kind in REPORTS else one.mail.text, [dict(file) for file in one.mail.files]
    found = phi_rules.kinds(phi.look("\n".join([head.subject, text, *(str(file["name"]) for file in files)])))
    if not found:
        return head.subject, text, files, ""
    if phi.look(head.subject):
        subject = "Subject not kept"
    else:
        subject = head.subject
    return subject, "", [{**file, "name": "attachment"} for file in files], f" Its text is not kept: it looks like {phi.titles(found)}."


def _shown(parties: tuple[Party, ...], us: Ours, book: Capture) -> list[str]:
    """Whom a mail names, as it is kept: private addresses beside business ones are left out."""
    return [one.shown for one in parties if us.has(one.address) or not is_free(one.address, book)]


def _writer(head: Head, box: Mailbox, us: Ours) -> UUID | None:
    """Which of ours wrote it."""
    if head.sender.address in us.people and head.sender.address != box.address.lower():
        return User.objects.filter(email__iexact=head.sender.address).values_list("pk", flat=True).first()
    return box.user_id
