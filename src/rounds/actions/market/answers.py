"""Answers: a question answered where it is read, and the score that follows at once (PLUS-03)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.scoring import rescore as rescore_lead
from rounds.actions.market.scoring import rescore as rescore_account
from rounds.actions.market.scoring import rescore_leads_of
from rounds.actions.trust import audit, phi
from rounds.actions.trust.free_text import unworded
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Answer, Contact, Lead
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules.given import checked_level
from rounds.rules.scoring import Score


class AnswerGone(Refusal):
    """This answer was taken back already."""


@phi.texts("reason")
def answer(
    subject: Account | Lead,
    criterion: str,
    level: str,
    *,
    by: Actor,
    at: datetime,
    heard_from: Contact | None = None,
    reason: str = "",
    expires_at: datetime | None = None,
    model: str = "lead_fit",
) -> tuple[Answer, Score]:
    """Say that `criterion` of `model` (lead_fit or abm_account) is at `level`; answer the row and the new score.

    Effects: an Answer, account.answered or lead.answered, an audit entry, a new score (of an account's open leads
    too). Raises a Refusal (422) naming the criterion or level the playbook does not know.
    """
    checked_level(active().playbook, model, criterion, level)
    kind = "account" if isinstance(subject, Account) else "lead"
    with deed(by):
        row = Answer.objects.create(
            model=model, criterion=criterion, level=level, heard_from=heard_from, reason=reason, expires_at=expires_at,
            **{kind: subject}, **signature(by, at),
        )  # fmt: skip
        said = {"criterion": criterion, "level": level, "heard_from": heard_from.name if heard_from else None,
                "reason": reason}  # fmt: skip
        event = events.record(f"{kind}.answered", said, by=by, at=at, subject=row.id, **_whose(subject))
        # Which question, not its level: whoever reads the audit may be kept from the figure it stands for.
        told = unworded({name: value for name, value in said.items() if name != "level"})
        audit.note(f"{kind}.answer", by=by, at=at, kind=kind, subject=subject.id, detail=told | {"answer": str(row.id)})
        score = _score(subject, by=by, at=at, cause=f"answer: {criterion.replace('_', ' ')}", cause_event=event.id)
    return row, score


def withdraw(row: Answer, *, by: Actor, at: datetime) -> Score:
    """Take an answer back; what was said before holds again.

    Effects: withdrawn_at, account.answer_withdrawn or lead.answer_withdrawn, an audit entry, a new score.
    """
    with deed(by):
        row = Answer.objects.select_for_update(of=("self",)).select_related("account", "lead").get(pk=row.pk)
        if row.withdrawn_at:
            raise AnswerGone
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        subject = row.account or row.lead
        kind = "account" if isinstance(subject, Account) else "lead"
        said = {"criterion": row.criterion, "level": row.level}
        event = events.record(f"{kind}.answer_withdrawn", said, by=by, at=at, subject=row.id, **_whose(subject))
        audit.note("answer.withdraw", by=by, at=at, kind="answer", subject=row.id, detail={"criterion": row.criterion})
        cause = f"answer taken back: {row.criterion.replace('_', ' ')}"
        return _score(subject, by=by, at=at, cause=cause, cause_event=event.id)


def _whose(subject: Account | Lead) -> dict:
    if isinstance(subject, Account):
        return {"account": subject.id}
    return {"lead": subject.id, "account": subject.account_id}


def _score(subject: Account | Lead, **why) -> Score:
    if isinstance(subject, Lead):
        return rescore_lead(subject, **why)
    score = rescore_account(subject, **why)
    rescore_leads_of(subject, by=why["by"], at=why["at"], cause=why["cause"])
    return score
