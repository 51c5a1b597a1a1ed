"""Contracts: listed, shown, added; their checklist, redlines, approvals and signatures. Privileged notes are in none."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need, need_to_write
from rounds.actions.deals import contract_execution, contract_issues, contract_marks, contracts
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, list_help, once, one, page, read
from rounds.api.shapes import Shape, answer, page_schema
from rounds.kit.clock import now
from rounds.models import (
    Account,
    Contract,
    ContractApproval,
    ContractIssue,
    ContractMark,
    ContractSignature,
    Opportunity,
)
from rounds.models.deals.paper_listing import CONTRACTS
from rounds.models.flow.active import active

router = Router(tags=["contracts"])
READ, WRITE = Bearer("contracts:read"), Bearer("contracts:write")

CONTRACT = Shape("Contract", Contract, {
    "id": "id", "name": "name", "kind": "kind", "state": "state", "account.id": "account_id", "account.name": "account__name",
    "opportunity": "opportunity_id", "owner.id": "owner_id", "owner.name": "owner__name", "amount_cents": "amount_cents",
    "currency": "currency", "phi_involved": "phi_involved", "review_at": "review_at", "effective_on": "effective_on",
    "expires_on": "expires_on", "renews": "renews", "notice_days": "notice_days", "executed_on": "executed_on",
    "ended_on": "ended_on", "ended_why": "ended_why", "by": "by_name", "at": "at",
})  # fmt: skip
MARK = Shape("ContractMark", ContractMark, {"id": "id", "part": "part", "item": "item", "state": "state", "reason": "reason", "by": "by_name", "at": "at"})
ISSUE = Shape("ContractIssue", ContractIssue, {
    "id": "id", "clause": "clause", "item": "item", "theirs": "theirs", "ours": "ours", "fallback": "fallback", "red_flag": "red_flag",
    "owner": "owner_id", "due_on": "due_on", "state": "state", "outcome": "outcome", "settled_how": "settled_how", "at": "at",
})  # fmt: skip
APPROVAL = Shape("ContractApproval", ContractApproval, {"id": "id", "side": "side", "name": "name", "title": "title", "on": "on", "evidence": "evidence", "link": "link", "by": "by_name", "at": "at"})
SIGNATURE = Shape("ContractSignature", ContractSignature, {"id": "id", "side": "side", "name": "name", "title": "title", "on": "on", "source": "source", "by": "by_name", "at": "at"})


class ContractGiven(Input):
    """A contract of an account, or of a deal (then with its account)."""

    kind: str = Field(max_length=60)
    name: str = Field("", max_length=200)
    account: UUID | None = None
    opportunity: UUID | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    renews: bool = False
    notice_days: int | None = None
    amount_cents: int | None = Field(None, ge=0)


class MarkGiven(Input):
    """How an item of the checklist stands; waived and na need a reason and the legal role."""

    state: str = Field(max_length=20)
    reason: str = Field("", max_length=1000)


class IssueGiven(Input):
    """A redline."""

    clause: str = Field(max_length=200)
    item: str = Field("", max_length=60)
    theirs: str = Field("", max_length=2000)
    ours: str = Field("", max_length=2000)
    fallback: str = Field("", max_length=2000)
    red_flag: bool = False
    due_on: date | None = None


class ApprovalGiven(Input):
    """An executive's yes, with its evidence."""

    name: str = Field(max_length=120)
    on: date
    evidence: str = Field(max_length=1000)
    side: str = Field("customer", max_length=20)
    title: str = Field("", max_length=120)
    link: str = Field("", max_length=500)


class SignatureGiven(Input):
    """Who signed for a side: customer or ours."""

    side: str = Field(max_length=20)
    name: str = Field(max_length=120)
    on: date
    title: str = Field("", max_length=120)


@router.get("", auth=READ, response=page_schema(CONTRACT), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Contracts, the newest first; `f=state.is.executed&sort=expires` for what ends next."""
    return page(request, CONTRACTS, CONTRACT)


@router.post("", auth=WRITE, response={201: CONTRACT.schema}, openapi_extra=ONCE_HELP)
@once
def create(request: HttpRequest, given: ContractGiven) -> HttpResponse:
    """Write a contract down."""
    need_to_write(request.user, "contract")
    deal = one(request, Opportunity, given.opportunity, "account", "owner", to="read") if given.opportunity else None
    account = deal.account if deal else one(request, Account, given.account, to="read") if given.account else None
    if account is None:
        raise contracts.ContractRefused("Name the account or the opportunity.", field="account")
    said = given.model_dump(exclude={"account", "opportunity"})
    row = contracts.add(said.pop("name"), account=account, deal=deal, owner=request.user, **said, by=request.actor, at=now())
    return answer(CONTRACT.of(row), 201, Location=f"/api/v1/contracts/{row.id}")


@router.get("/{contract}", auth=READ, response=CONTRACT.schema)
def show(request: HttpRequest, contract: UUID) -> HttpResponse:
    """One contract."""
    return read(request, CONTRACT, contract)


@router.put("/{contract}/review", auth=WRITE, response=CONTRACT.schema)
def review(request: HttpRequest, contract: UUID) -> HttpResponse:
    """Begin the legal review; one that has begun stays as it is."""
    return answer(CONTRACT.of(contracts.start_review(one(request, Contract, contract), by=request.actor, at=now())))


@router.get("/{contract}/checklist", auth=READ, response=list[MARK.schema])
def checklist(request: HttpRequest, contract: UUID) -> HttpResponse:
    """What was said last of each item; one that is not named is not started."""
    row = one(request, Contract, contract)
    return answer([MARK.of(mark) for mark in contract_marks.marks(row).values()])


@router.put("/{contract}/checklist/{item}", auth=WRITE, response=MARK.schema)
def mark(request: HttpRequest, contract: UUID, item: str, given: MarkGiven) -> HttpResponse:
    """Say how an item stands."""
    row = one(request, Contract, contract)
    if given.state in active().playbook.checklist.needs_legal.states:
        need(request.user, "contracts.waive")
    return answer(MARK.of(contract_marks.mark(row, item, given.state, reason=given.reason, by=request.actor, at=now())))


@router.get("/{contract}/issues", auth=READ, response=list[ISSUE.schema])
def issues(request: HttpRequest, contract: UUID) -> HttpResponse:
    """The redlines, the newest first."""
    return answer([ISSUE.of(row) for row in one(request, Contract, contract).issues.order_by("-at", "id")])


@router.post("/{contract}/issues", auth=WRITE, response={201: ISSUE.schema}, openapi_extra=ONCE_HELP)
@once
def raise_issue(request: HttpRequest, contract: UUID, given: IssueGiven) -> HttpResponse:
    """Write a redline down."""
    row = contract_issues.add(one(request, Contract, contract), given.model_dump(), by=request.actor, at=now())
    return answer(ISSUE.of(row), 201)


@router.post("/{contract}/approvals", auth=WRITE, response={201: APPROVAL.schema}, openapi_extra=ONCE_HELP)
@once
def approve(request: HttpRequest, contract: UUID, given: ApprovalGiven) -> HttpResponse:
    """Write down that an executive approved it."""
    row = contract_execution.approve(one(request, Contract, contract), **given.model_dump(), by=request.actor, at=now())
    return answer(APPROVAL.of(row), 201)


@router.put("/{contract}/signatures", auth=WRITE, response=SIGNATURE.schema)
def sign(request: HttpRequest, contract: UUID, given: SignatureGiven) -> HttpResponse:
    """Write down that a side signed; a side that has signed answers its signature."""
    row = contract_execution.sign(one(request, Contract, contract), **given.model_dump(), by=request.actor, at=now())
    return answer(SIGNATURE.of(row))
