"""Accounts: listed, added, changed, moved in the hierarchy, handed over, closed."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import keeper, need_to_give, need_to_move, need_to_write
from rounds.access.fields import need_to_be_shown
from rounds.actions.market import accounts
from rounds.actions.market.given import AccountGiven
from rounds.actions.people.users import colleague
from rounds.api import records
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, changes, list_help, once, one, page, read, said
from rounds.api.leads.leads import OwnerGiven
from rounds.api.shapes import Shape, answer, page_schema
from rounds.kit.clock import now
from rounds.models import Account
from rounds.models.market.listing import ACCOUNTS

router = Router(tags=["accounts"])
READ, WRITE = Bearer("accounts:read"), Bearer("accounts:write")

PLAIN = (
    "id", "name", "level", "status", "closed_on", "is_unit", "ccn", "subtype", "org_type", "programme", "segment",
    "territory", "locations", "address", "city", "state", "zip", "county", "lat", "lon", "phone", "website", "beds",
    "hospitals", "ehr", "ehr_vendor", "ehr_class", "ehr_confidence", "total_margin", "net_patient_revenue_cents",
    "deal_potential_cents", "it_budget_cents", "currency", "population_served", "hipaa_status", "specialties",
    "implementation_timeline", "fye_month", "fye_day", "tier", "tier_stage", "abm_score", "heat", "last_touch_at",
    "created_at", "updated_at",
)  # fmt: skip
ACCOUNT = Shape("Account", Account, {
    **{name: name for name in PLAIN}, "parent.id": "parent_id", "parent.name": "parent__name",
    "buying_unit.id": "buying_unit_id", "buying_unit.name": "buying_unit__name",
    "owner.id": "owner_id", "owner.name": "owner__name", **records.VERDICT,
})  # fmt: skip


class NewAccount(AccountGiven):
    """An account, and where it stands in the hierarchy."""

    parent: UUID | None = None


class ParentGiven(Input):
    """The account to stand under."""

    parent: UUID


class Closing(Input):
    """Since when an account is closed, and why."""

    on: date
    reason: str = Field(min_length=1, max_length=500)


AccountChanges = changes(AccountGiven, "level")


@router.get("", auth=READ, response=page_schema(ACCOUNT), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Accounts of every level, by name unless sorted otherwise."""
    return page(request, ACCOUNTS, ACCOUNT)


@router.post("", auth=WRITE, response={201: ACCOUNT.schema}, openapi_extra=ONCE_HELP)
@once
def create(request: HttpRequest, account: NewAccount) -> HttpResponse:
    """Add an account; the answer carries its score, tier, territory and segment."""
    need_to_write(request.user, "account")
    need_to_be_shown(request.user, "account", account.model_fields_set)
    parent = one(request, Account, account.parent, to="read") if account.parent else None
    values = account.model_dump(exclude={"parent"})
    row = accounts.add(by=request.actor, at=now(), parent=parent, owner=keeper(request.user), **values)
    return answer(ACCOUNT.of(row), 201, Location=f"/api/v1/accounts/{row.id}")


@router.get("/{account}", auth=READ, response=ACCOUNT.schema)
def show(request: HttpRequest, account: UUID) -> HttpResponse:
    """One account."""
    return read(request, ACCOUNT, account)


@router.patch("/{account}", auth=WRITE, response=ACCOUNT.schema)
def change(request: HttpRequest, account: UUID, changed: AccountChanges) -> HttpResponse:
    """Change fields of an account; what is said here no file overwrites."""
    row = one(request, Account, account)
    need_to_be_shown(request.user, "account", changed.model_fields_set)
    return answer(ACCOUNT.of(accounts.change(row, by=request.actor, at=now(), **said(changed))))


@router.put("/{account}/parent", auth=WRITE, response=ACCOUNT.schema)
def move(request: HttpRequest, account: UUID, given: ParentGiven) -> HttpResponse:
    """Put an account under another."""
    row, parent = one(request, Account, account), one(request, Account, given.parent, to="read")
    need_to_move(request.user, row, parent)
    return answer(ACCOUNT.of(accounts.move(row, parent, by=request.actor, at=now())))


@router.delete("/{account}/parent", auth=WRITE, response=ACCOUNT.schema)
def detach(request: HttpRequest, account: UUID) -> HttpResponse:
    """Let an account stand on its own."""
    row = one(request, Account, account)
    need_to_move(request.user, row, None)
    return answer(ACCOUNT.of(accounts.move(row, None, by=request.actor, at=now())))


@router.put("/{account}/owner", auth=WRITE, response=ACCOUNT.schema)
def give(request: HttpRequest, account: UUID, given: OwnerGiven) -> HttpResponse:
    """Give an account to somebody; of a buying unit, with the hospitals that follow it."""
    row, owner = one(request, Account, account), colleague(given.owner)
    need_to_give(request.user, row, owner)
    return answer(ACCOUNT.of(accounts.assign(row, owner, by=request.actor, at=now(), reason=given.reason)))


@router.delete("/{account}/owner", auth=WRITE, response=ACCOUNT.schema)
def give_back(request: HttpRequest, account: UUID) -> HttpResponse:
    """Take an account from its owner."""
    row = one(request, Account, account)
    need_to_give(request.user, row, None)
    return answer(ACCOUNT.of(accounts.assign(row, None, by=request.actor, at=now())))


@router.put("/{account}/closing", auth=WRITE, response=ACCOUNT.schema)
def close(request: HttpRequest, account: UUID, given: Closing) -> HttpResponse:
    """Mark an account closed. Nothing is deleted."""
    row = one(request, Account, account)
    return answer(ACCOUNT.of(accounts.close(row, on=given.on, reason=given.reason, by=request.actor, at=now())))
