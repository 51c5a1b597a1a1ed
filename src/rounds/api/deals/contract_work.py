"""What is done with a contract until it ends: its terms, the steps of its review, redlines settled, versions, its end."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from rounds.access.scope import visible
from rounds.actions.deals import contract_issues, contract_marks, contract_versions, contracts
from rounds.actions.people.users import colleague
from rounds.actions.trust import agreements
from rounds.api.deals.contracts import APPROVAL, CONTRACT, ISSUE, MARK, READ, SIGNATURE, WRITE, router
from rounds.api.doors import ONCE_HELP, Input, below, once, one, said
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import (
    Contract,
    ContractApproval,
    ContractIssue,
    ContractSignature,
    ContractStep,
    ContractVersion,
)

STEP = Shape("ContractStep", ContractStep, {"step": "step", "owner": "owner_id", "theirs": "theirs", "due_on": "due_on", "done_at": "done_at"})
VERSION = Shape("ContractVersion", ContractVersion, {
    "number": "number", "label": "label", "from_whom": "from_whom", "file_name": "file_name", "media": "media", "sha256": "sha256", "by": "by_name", "at": "at",
})  # fmt: skip


class ContractTerms(Input):
    """Its days and whether it renews. Of an executed one the days stay."""

    name: str = Field("", min_length=1, max_length=200)
    effective_on: date | None = None
    expires_on: date | None = None
    renews: bool = False
    notice_days: int | None = Field(None, ge=0, le=3650)
    amount_cents: int | None = Field(None, ge=0, le=10**14)
    phi_involved: bool = True


class ContractStepGiven(Input):
    """Whose a step of the review is (id or e-mail address), who it is on their side, until when."""

    owner: str | None = Field(None, min_length=1, max_length=254)
    theirs: str = Field("", max_length=200)
    due_on: date | None = None


class ContractSettling(Input):
    """What the redline came to: an outcome of the playbook; or `proposed`: our wording went out."""

    outcome: str = Field(min_length=1, max_length=40)
    how: str = Field("", max_length=1000)


class ContractVersionGiven(Input):
    """A version by its text. Files are kept on the contract's page."""

    text: str = Field(min_length=1, max_length=200_000)
    label: str = Field("", max_length=120)
    from_whom: str = Field("ours", max_length=20)


class Ending(Input):
    """Why; and, of an executed one, on which day it ends (today unless said)."""

    why: str = Field(min_length=1, max_length=500)
    on: date | None = None


@router.patch("/{contract}", auth=WRITE, response=CONTRACT.schema)
def change(request: HttpRequest, contract: UUID, given: ContractTerms) -> HttpResponse:
    """Change its terms."""
    return answer(CONTRACT.of(contracts.change(one(request, Contract, contract), said(given), by=request.actor, at=now())))


@router.get("/{contract}/steps", auth=READ, response=several(STEP))
def steps(request: HttpRequest, contract: UUID) -> HttpResponse:
    """Whose each step of the review is, and until when."""
    row = one(request, Contract, contract)
    return answer({"data": STEP.rows(visible(ContractStep, request.scope).filter(contract=row).order_by("due_on", "id"))})


@router.put("/{contract}/steps/{step}", auth=WRITE, response=STEP.schema)
def give_step(request: HttpRequest, contract: UUID, step: str, given: ContractStepGiven) -> HttpResponse:
    """Say whose a step is, and until when."""
    row, owner = one(request, Contract, contract), colleague(given.owner) if given.owner else None
    return answer(STEP.of(contract_marks.give_step(row, step, owner=owner, theirs=given.theirs, due_on=given.due_on, by=request.actor, at=now())))


@router.put("/{contract}/steps/{step}/items/{item}", auth=WRITE, response=MARK.schema)
def tick(request: HttpRequest, contract: UUID, step: str, item: str) -> HttpResponse:
    """Tick an item of a step of the review."""
    return answer(MARK.of(contract_marks.tick(one(request, Contract, contract), step, item, True, by=request.actor, at=now())))


@router.delete("/{contract}/steps/{step}/items/{item}", auth=WRITE, response=MARK.schema)
def untick(request: HttpRequest, contract: UUID, step: str, item: str) -> HttpResponse:
    """Take the tick of an item back."""
    return answer(MARK.of(contract_marks.tick(one(request, Contract, contract), step, item, False, by=request.actor, at=now())))


@router.put("/{contract}/issues/{issue}/settling", auth=WRITE, response=ISSUE.schema)
def settle(request: HttpRequest, contract: UUID, issue: UUID, given: ContractSettling) -> HttpResponse:
    """A redline is settled, or our wording was proposed."""
    row = below(ContractIssue.objects.filter(contract=one(request, Contract, contract)).select_related("contract"), issue)
    who: dict[str, Any] = {"by": request.actor, "at": now()}
    if given.outcome == "proposed":
        return answer(ISSUE.of(contract_issues.change(row, {"state": "proposed"}, **who)))
    return answer(ISSUE.of(contract_issues.settle(row, given.outcome, how=given.how, **who)))


@router.get("/{contract}/versions", auth=READ, response=several(VERSION))
def versions(request: HttpRequest, contract: UUID) -> HttpResponse:
    """Its versions without their texts, the newest first."""
    row = one(request, Contract, contract)
    return answer({"data": VERSION.rows(visible(ContractVersion, request.scope).filter(contract=row).order_by("-number"))})


@router.post("/{contract}/versions", auth=WRITE, response={201: VERSION.schema}, openapi_extra=ONCE_HELP)
@once
def keep(request: HttpRequest, contract: UUID, given: ContractVersionGiven) -> HttpResponse:
    """Keep a version by its text."""
    return answer(VERSION.of(contract_versions.keep(one(request, Contract, contract), by=request.actor, at=now(), **given.model_dump())), 201)


@router.get("/{contract}/approvals", auth=READ, response=several(APPROVAL))
def approvals(request: HttpRequest, contract: UUID) -> HttpResponse:
    """The executives who approved it."""
    row = one(request, Contract, contract)
    return answer({"data": APPROVAL.rows(visible(ContractApproval, request.scope).filter(contract=row).order_by("at", "id"))})


@router.get("/{contract}/signatures", auth=READ, response=several(SIGNATURE))
def signatures(request: HttpRequest, contract: UUID) -> HttpResponse:
    """Who signed it."""
    row = one(request, Contract, contract)
    return answer({"data": SIGNATURE.rows(visible(ContractSignature, request.scope).filter(contract=row).order_by("at", "id"))})


@router.put("/{contract}/ending", auth=WRITE, response=CONTRACT.schema)
def end(request: HttpRequest, contract: UUID, given: Ending) -> HttpResponse:
    """End an executed contract, or let one go that is not."""
    row, at = one(request, Contract, contract), now()
    if row.is_open:
        return answer(CONTRACT.of(contracts.abandon(row, why=given.why, by=request.actor, at=at)))
    return answer(CONTRACT.of(contracts.end(row, given.on or agreements.day(at), why=given.why, by=request.actor, at=at)))
