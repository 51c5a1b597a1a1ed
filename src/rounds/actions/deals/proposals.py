"""Proposals: written from the records, sent, seen, answered (PRICE-07, PRICE-08)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from rounds.actions.deals import approvals, proposal_life
from rounds.actions.deals.below import need_open, of_the_deal, tell
from rounds.actions.deals.proposal_life import ProposalOver, ProposalRefused, locked, mark
from rounds.actions.deals.proposal_links import mail_to
from rounds.actions.deals.quote_sums import lines_of, look
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Event, Opportunity, Proposal, Quote
from rounds.models.base import signature
from rounds.models.deals.proposal_facts import Known
from rounds.models.deals.proposal_facts import written as write
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.calendar import after, zone_of

LONGEST = 6000
WAYS = ("mail", "portal", "said")


class ProposalStale(Refusal):
    """The quote was changed since this proposal was written; write it anew, then send it."""


@phi.texts("title")
def draft(quote: Quote, *, title: str = "", contact: Contact | None = None, by: Actor, at: datetime) -> Proposal:
    """A proposal on a quote, written from what the deal holds, to whom the deal is with unless said. A quote that is over
    has none.

    Effects: Proposal, the event proposal.drafted, an audit entry. Raises DealClosed, ProposalRefused (422).
    """
    with deed(by):
        deal = Opportunity.objects.select_for_update(of=("self",)).select_related("account", "owner", "contact").get(pk=quote.opportunity_id)
        need_open(deal)
        contact = contact or _still_there(deal.contact)
        of_the_deal(deal, contact)
        if quote.state in ("void", "refused", "expired"):
            raise ProposalRefused("This quote is over; write the proposal on one that stands.")
        number = (Proposal.objects.filter(opportunity=deal).aggregate(top=Max("version"))["top"] or 0) + 1
        row = Proposal(opportunity=deal, quote=quote, contact=contact, version=number, title=title.strip()[:200] or f"Proposal for {deal.account.name}"[:200],
                       expires_on=min(quote.expires_on, house_day(at) + active().playbook.proposal.good_for.span), updated_at=at, **signature(by, at))  # fmt: skip
        _write(row, at=at)
        row.save(force_insert=True)
        tell("proposal.drafted", row, {"title": row.title, "version": number, "missing": missing(row)}, by=by, at=at)
        audit.note("proposal.draft", by=by, at=at, kind="proposal", subject=row.id, detail={"deal": str(deal.id), "version": number})
    return row


def _still_there(person: Contact | None) -> Contact | None:
    return person if person is not None and person.left_on is None else None


def _write(row: Proposal, *, at: datetime) -> None:
    """Write the body anew from the records as they stand. The row is not saved."""
    quote = Quote.objects.select_related("opportunity__account__buying_unit").get(pk=row.quote_id)
    lines = lines_of(quote)
    sums, _ = look(quote, lines)
    known = Known(quote.opportunity, quote, lines, sums, active().playbook, at, row.expires_on)
    row.body = {"sections": write(known, row.written), "fingerprint": quote.fingerprint, "annual_cents": sums.annual_cents,
                "paid_cents": sums.paid_cents, "currency": quote.currency, "quote": quote.version}  # fmt: skip
    row.content_hash, row.playbook_hash, row.updated_at = hash_of(row), active().hash, at


def hash_of(row: Proposal) -> str:
    """The hash of what a proposal says: title, version, end, every word of its sections."""
    said = [row.title, row.version, row.expires_on.isoformat(), row.body["sections"], row.body["annual_cents"], row.body["paid_cents"]]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def missing(row: Proposal) -> list[str]:
    """The titles of the items nothing was found for."""
    return [item["title"] for section in row.body["sections"] for item in section["items"] if item["missing"]]


@phi.texts("given")
def change(row: Proposal, given: Mapping[str, Any], *, edits: int | None = None, by: Actor, at: datetime) -> Proposal:
    """Change a draft: `title`, `expires_on`, `contact`, or the text of an item by its code ("" = from the records again); the
    rest is written anew from the records.

    Effects: the row, an audit entry. Raises ProposalOver (409) once it was sent, ProposalRefused (422) naming the field.
    """
    items = {item.item for section in active().playbook.proposal.sections for item in section.items}
    with deed(by):
        row = _draft_of(row, edits)
        for name, value in given.items():
            if name in items:
                text = str(value or "").strip()
                if len(text) > LONGEST:
                    raise ProposalRefused(f"That is longer than {LONGEST:,} characters; shorten it.", field=name)
                row.written = {**{key: kept for key, kept in row.written.items() if key != name}, **({name: text} if text else {})}
            elif name == "title":
                if not str(value).strip():
                    raise ProposalRefused("Give the proposal a title.", field="title")
                row.title = str(value).strip()[:200]
            elif name == "expires_on":
                if value < house_day(at) or value > row.quote.expires_on:
                    raise ProposalRefused(f"A proposal stands no longer than its quote, until {row.quote.expires_on:%-d %B %Y}.", field="expires_on")
                row.expires_on = value
            elif name == "contact":
                of_the_deal(row.opportunity, value)
                row.contact = value
            else:
                raise ProposalRefused(f"“{str(name)[:40]}” is not said of a proposal.", field=str(name)[:40])
        _write(row, at=at)
        row.edits += 1
        row.save()
        audit.note("proposal.change", by=by, at=at, kind="proposal", subject=row.id, detail={"fields": sorted(map(str, given))})
    return row


def _draft_of(row: Proposal, edits: int | None) -> Proposal:
    row = locked(row)
    if row.state != "draft":
        raise ProposalOver("This proposal was sent and stays as it is; make a new version of it.")
    if edits is not None and edits != row.edits:
        raise ProposalOver("Somebody changed this proposal meanwhile; look at it once more, then say it again.")
    need_open(row.opportunity)
    return row


def revise(row: Proposal, *, quote: Quote | None = None, by: Actor, at: datetime) -> Proposal:
    """A further version with what people wrote, on the same quote or on another one of the deal. Effects: those of `draft`."""
    with deed(by):
        made = draft(quote or row.quote, title=row.title, contact=row.contact, by=by, at=at)
        if row.written:
            made = change(made, row.written, by=by, at=at)
    return made


@phi.texts("words")
def deliver(row: Proposal, *, how: str = "mail", words: str = "", by: Actor, at: datetime) -> tuple[Proposal, Event]:
    """Give a proposal to the customer: by `mail` to its contact with a link of its own, in the `portal`, or `said`: by hand.
    Its quote has to be approved as it stands. From now on it does not change.

    Effects: the state sent, a ProposalMark, a ProposalLink and a Delivery by mail, until when an answer is hoped for, a task,
    the event proposal.delivered and what it moves (stage 7), an audit entry. Raises NotApproved, ProposalStale, ProposalOver
    (409), ProposalRefused (422).
    """
    from rounds.actions.deals import stages

    if how not in WAYS:
        raise ProposalRefused(f"A proposal is given by one of: {', '.join(WAYS)}.", field="how")
    with deed(by):
        row = _draft_of(row, None)
        approvals.need_approved(row.quote, at=at)
        if row.body.get("fingerprint") != row.quote.fingerprint:
            raise ProposalStale
        if row.expires_on < house_day(at):
            raise ProposalRefused("Its day is over; give it a later one.", field="expires_on")
        if how == "mail":
            mail_to(row, words, by=by, at=at)
        book, account = active().playbook, row.opportunity.account
        rule, zone = book.proposal.answer_within, zone_of(book.calendar, state=account.state, territory=account.territory)
        row.state, row.sent_at, row.answer_due_at = "sent", at, after(book.calendar, rule, at, zone)
        row.save(update_fields=["state", "sent_at", "answer_due_at"])
        mark(row, "sent", how=how, words=words, by=by, at=at)
        proposal_life.keep_after(row, by=by, at=at)
        event = tell("proposal.delivered", row, {"title": row.title, "version": row.version, "how": how, "content_hash": row.content_hash,
                                                 "annual_cents": row.body["annual_cents"]}, by=by, at=at)  # fmt: skip
        audit.note("proposal.deliver", by=by, at=at, kind="proposal", subject=row.id, detail={"how": how, "hash": row.content_hash})
        stages.triggered(row.opportunity, "proposal.delivered", by=by, at=at, event=event)
    return row, event
