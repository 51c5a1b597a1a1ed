"""What becomes of a proposal that was sent: seen, answered, withdrawn, run out, followed up every day (PRICE-08).

It counts as seen when somebody pressed a button of ours or says so. That a link was fetched counts for nothing: the
gateways of hospitals fetch every one.
"""

from __future__ import annotations

from datetime import datetime

from rounds.actions.deals.below import add_task, drop_tasks, finish_tasks, tell
from rounds.actions.desk.notifications import notify
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Proposal, ProposalLink, ProposalMark
from rounds.models.base import signature
from rounds.models.deals.proposals import OUT
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

ANSWERS = {"accepted": "accepted in principle", "declined": "declined", "changes": "asked for changes"}
HOW = ("link", "portal", "said")


class ProposalRefused(Refusal):
    """A proposal cannot be kept like this."""

    status = 422


class ProposalOver(Refusal):
    """This proposal does not wait for anything any more."""


def locked(row: Proposal) -> Proposal:
    """The row, held until the deed is done."""
    return Proposal.objects.select_for_update(of=("self",)).select_related("quote", "contact", "opportunity__account", "opportunity__owner").get(pk=row.pk)


def mark(row: Proposal, kind: str, *, how: str = "said", words: str = "", by: Actor, at: datetime) -> ProposalMark:
    """Keep what happened. Effects: ProposalMark."""
    return ProposalMark.objects.create(proposal=row, opportunity_id=row.opportunity_id, kind=kind, how=how, words=words.strip()[:1000],
                                       content_hash=row.content_hash, **signature(by, at))  # fmt: skip


def keep_after(row: Proposal, *, by: Actor, at: datetime) -> None:
    """The rep is asked to look after the answer when it is due. Effects: a task."""
    add_task(row.opportunity, f"Ask for an answer to {row.title}", kind="follow_up", key=f"proposal:{row.id}:answer", due_at=row.answer_due_at, by=by, at=at)


@phi.texts("words")
def viewed(row: Proposal, *, how: str = "said", words: str = "", by: Actor, at: datetime) -> Proposal:
    """Somebody of the customer's looked at it. Effects: a ProposalMark each time; the first one the state viewed, the event
    proposal.viewed and a notice. Raises ProposalOver (409) where it is not out."""
    _known_how(how)
    with deed(by):
        row = locked(row)
        if row.state not in OUT:
            raise ProposalOver
        mark(row, "viewed", how=how, words=words, by=by, at=at)
        if row.viewed_at is None:
            row.viewed_at, row.state = at, "viewed"
            row.save(update_fields=["viewed_at", "state"])
            tell("proposal.viewed", row, {"title": row.title, "how": how}, by=by, at=at)
            _say(row, "proposal.viewed", f"{row.title} was opened", by=by, at=at)
        audit.note("proposal.viewed", by=by, at=at, kind="proposal", subject=row.id, detail={"how": how})
    return row


@phi.texts("words")
def answer(row: Proposal, said: str, *, how: str = "said", words: str = "", timeline_agreed: bool | None = None, by: Actor, at: datetime) -> Proposal:
    """The customer's word: accepted (in principle), declined, or changes. Accepting takes the quote in it, where it is still
    approved. The same word twice changes nothing.

    Effects: the state, a ProposalMark, those of quotes.accept; its tasks are done; the event proposal.answered, a notice, an
    audit entry. Raises ProposalOver (409), ProposalRefused (422).
    """
    from rounds.actions.deals import approvals, quotes

    if said not in ANSWERS:
        raise ProposalRefused(f"An answer is one of: {', '.join(ANSWERS)}.", field="answer")
    _known_how(how)
    with deed(by):
        row = locked(row)
        if row.state == said:
            return row
        if row.state not in OUT:
            raise ProposalOver
        if how == "link" and row.expires_on < house_day(at):
            raise ProposalOver("This proposal has run out; ask for a new one.")
        row.state, row.answered_at, row.timeline_agreed = said, at, timeline_agreed if timeline_agreed is not None else row.timeline_agreed
        row.viewed_at = row.viewed_at or at
        row.save(update_fields=["state", "answered_at", "timeline_agreed", "viewed_at"])
        mark(row, said, how=how, words=words, by=by, at=at)
        finish_tasks([f"proposal:{row.id}:answer", f"proposal:{row.id}:status"], outcome=ANSWERS[said], by=by, at=at)
        if said == "accepted" and approvals.approved(row.quote, at=at):
            quotes.accept(row.quote, reason=f"{row.title} was accepted.", by=by, at=at)
        tell("proposal.answered", row, {"title": row.title, "answer": said, "how": how, "days": (at - row.sent_at).days if row.sent_at else None,
                                        "timeline_agreed": timeline_agreed, "reason": words[:500]}, by=by, at=at)  # fmt: skip
        audit.note("proposal.answer", by=by, at=at, kind="proposal", subject=row.id, detail={"answer": said, "how": how})
        _say(row, "proposal.answered", f"{row.title}: {ANSWERS[said]}", by=by, at=at, body=words)
    return row


@phi.texts("reason")
def agree_timeline(row: Proposal, agreed: bool, *, reason: str = "", by: Actor, at: datetime) -> Proposal:
    """The timeline in it is agreed, or is not. Effects: the row, a ProposalMark, an audit entry."""
    with deed(by):
        row = locked(row)
        if row.timeline_agreed is not agreed:
            row.timeline_agreed = agreed
            row.save(update_fields=["timeline_agreed"])
            mark(row, "timeline_agreed" if agreed else "timeline_open", words=reason, by=by, at=at)
            audit.note("proposal.timeline", by=by, at=at, kind="proposal", subject=row.id, detail={"agreed": agreed})
    return row


@phi.texts("reason")
def end(row: Proposal, state: str, *, reason: str = "", by: Actor, at: datetime) -> bool:
    """`withdrawn`: we take it back; `expired`: its day is over. Whether it was out, or a draft, until now.

    Effects: the state, a ProposalMark, its links are dead, its tasks dropped, the event proposal.ended, an audit entry.
    """
    with deed(by):
        row = locked(row)
        if row.state not in (("draft", *OUT) if state == "withdrawn" else OUT):
            return False
        row.state = state
        row.save(update_fields=["state"])
        mark(row, state, words=reason, by=by, at=at)
        ProposalLink.objects.filter(proposal=row, ended_at=None).update(ended_at=at)
        drop_tasks([f"proposal:{row.id}:answer", f"proposal:{row.id}:status"], why=f"The proposal is {state}.", by=by, at=at)
        tell("proposal.ended", row, {"title": row.title, "after": state, "reason": reason[:500]}, by=by, at=at)
        audit.note("proposal.end", by=by, at=at, kind="proposal", subject=row.id, detail={"after": state})
        if state == "expired":
            _say(row, "proposal.answered", f"{row.title} ran out without an answer", by=by, at=at)
        return True


def follow_up(row: Proposal, *, by: Actor, at: datetime) -> str:
    """The daily look at a proposal that is out: what there is to do about it, "" for nothing. Effects: a task, once while it
    is open."""
    rule = active().playbook.proposal
    if row.state not in OUT or row.sent_at is None:
        return ""
    days = (row.expires_on - house_day(at)).days
    if row.answer_due_at is not None and row.answer_due_at <= at:
        what = f"No answer to {row.title} for {(at - row.sent_at).days} days"
    elif days <= rule.soon.value:
        what = f"{row.title} ends {'today' if days <= 0 else f'in {days} days'}"
    elif row.viewed_at is None and at - row.sent_at >= rule.unviewed_after.span:
        what = f"{row.title} was not opened yet"
    else:
        return ""
    add_task(row.opportunity, f"Proposal status: {what}", kind="follow_up", key=f"proposal:{row.id}:status", due_at=at, by=by, at=at)
    return what


def _known_how(how: str) -> None:
    if how not in HOW:
        raise ProposalRefused(f"It is known by one of: {', '.join(HOW)}.", field="how")


def _say(row: Proposal, kind: str, title: str, *, by: Actor, at: datetime, body: str = "") -> None:
    owner = row.opportunity.owner
    notify([owner] if owner else [], kind=kind, title=title[:200], body=body, url=f"/proposals/{row.id}/", account=row.opportunity.account_id, by=by, at=at)
