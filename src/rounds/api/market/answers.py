"""Answers: the level of one criterion, said for an account or a lead; the score follows at once."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.access.fields import need_to_answer
from rounds.actions.market import answers
from rounds.api import records
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, Moment, below, once, one
from rounds.api.shapes import answer, several
from rounds.kit.clock import now
from rounds.models import Account, Contact, Lead
from rounds.models.flow.active import active

of_leads, of_accounts = Router(tags=["leads"]), Router(tags=["accounts"])


class AnswerGiven(Input):
    """A criterion of a scoring model and its level, perhaps with who said so, why, and until when it holds."""

    criterion: str = Field(min_length=1, max_length=80)
    level: str = Field(min_length=1, max_length=80)
    reason: str = Field("", max_length=1000)
    heard_from: UUID | None = None
    expires_at: Moment | None = None


class Answered(BaseModel):
    """The answer as kept, and the standing score after it."""

    answer: records.ANSWER.schema
    score: dict[str, Any]


def _standing(score: Any) -> dict[str, Any]:
    return {"total": score.total, "low": score.low, "high": score.high, "band": score.band,
            "provisional": score.provisional, "completeness": score.completeness}  # fmt: skip


def _answer(request: HttpRequest, subject: Account | Lead, given: AnswerGiven) -> HttpResponse:
    need_to_answer(request.user, active().playbook, "lead_fit", [given.criterion])
    heard_from = one(request, Contact, given.heard_from, to="read") if given.heard_from else None
    row, score = answers.answer(subject, given.criterion, given.level, by=request.actor, at=now(),
                                heard_from=heard_from, reason=given.reason, expires_at=given.expires_at)  # fmt: skip
    return answer({"answer": records.ANSWER.of(row), "score": _standing(score)}, 201)


def _withdraw(request: HttpRequest, subject: Account | Lead, key: UUID) -> HttpResponse:
    row = below(subject.answers, key)
    need_to_answer(request.user, active().playbook, row.model, [row.criterion])
    score = answers.withdraw(row, by=request.actor, at=now())
    row.refresh_from_db(fields=["withdrawn_at"])
    return answer({"answer": records.ANSWER.of(row), "score": _standing(score)})


def _all(subject: Account | Lead) -> HttpResponse:
    return answer({"data": records.ANSWER.rows(subject.answers.order_by("criterion", "-at", "-id"), 500)})


@of_leads.get("/{lead}/answers", auth=Bearer("leads:read"), response=several(records.ANSWER))
def of_lead(request: HttpRequest, lead: UUID) -> HttpResponse:
    """What was answered about a lead, by criterion, the last word first."""
    return _all(one(request, Lead, lead))


@of_leads.post("/{lead}/answers", auth=Bearer("leads:write"), response={201: Answered}, openapi_extra=ONCE_HELP)
@once
def answer_lead(request: HttpRequest, lead: UUID, given: AnswerGiven) -> HttpResponse:
    """Answer one question about a lead."""
    return _answer(request, one(request, Lead, lead, "account__buying_unit", "buying_unit"), given)


@of_leads.delete("/{lead}/answers/{said}", auth=Bearer("leads:write"), response=Answered)
def withdraw_of_lead(request: HttpRequest, lead: UUID, said: UUID) -> HttpResponse:
    """Take an answer back; what was said before it holds again."""
    return _withdraw(request, one(request, Lead, lead), said)


@of_accounts.get("/{account}/answers", auth=Bearer("accounts:read"), response=several(records.ANSWER))
def of_account(request: HttpRequest, account: UUID) -> HttpResponse:
    """What was answered about an account, by criterion, the last word first."""
    return _all(one(request, Account, account))


@of_accounts.post("/{account}/answers", auth=Bearer("accounts:write"), response={201: Answered},
                  openapi_extra=ONCE_HELP)  # fmt: skip
@once
def answer_account(request: HttpRequest, account: UUID, given: AnswerGiven) -> HttpResponse:
    """Answer one question about an account; the open leads of its buying unit are scored anew too."""
    return _answer(request, one(request, Account, account, "buying_unit"), given)


@of_accounts.delete("/{account}/answers/{said}", auth=Bearer("accounts:write"), response=Answered)
def withdraw_of_account(request: HttpRequest, account: UUID, said: UUID) -> HttpResponse:
    """Take an answer back; what was said before it holds again."""
    return _withdraw(request, one(request, Account, account), said)
