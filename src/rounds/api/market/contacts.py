"""Contacts and the committee: the people of an account and the parts they play."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need_to_read, need_to_write
from rounds.access.fields import SEAT as SEAT_FIELDS
from rounds.access.fields import need_to_be_shown
from rounds.actions.market import contacts
from rounds.api import records
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, changes, list_help, once, one, page, read, said
from rounds.api.shapes import Shape, answer, page_schema, several
from rounds.kit.clock import now
from rounds.models import Account, Contact
from rounds.models.market.listing import CONTACTS

router, of_accounts = Router(tags=["contacts"]), Router(tags=["accounts"])
READ, WRITE = Bearer("contacts:read"), Bearer("contacts:write")

CONTACT = Shape("Contact", Contact, {
    "id": "id", "name": "name", "title": "title", "role": "role", "role_group": "role_group",
    "seniority": "seniority", "email": "email", "phone": "phone", "preference": "preference", "left_on": "left_on",
    "account.id": "account_id", "account.name": "account__name", "buying_unit": "buying_unit_id",
    "owner.id": "owner_id", "owner.name": "owner__name", "territory": "territory", "created_at": "created_at",
    "updated_at": "updated_at",
})  # fmt: skip


class ContactGiven(Input):
    """A person at an account. The title becomes a role by the playbook's patterns."""

    account: UUID
    name: str = Field(min_length=1, max_length=300)
    title: str = Field("", max_length=300)
    email: str = Field("", max_length=254)
    phone: str = Field("", max_length=60)
    preference: str = Field("", max_length=300)


class SeatGiven(Input):
    """The part a contact plays in an account's decisions: influence 0 (none) to 5 (decides)."""

    contact: UUID
    role: str = Field(min_length=1, max_length=80)
    influence: int = Field(0, ge=0, le=5)
    stance: str = Field("neutral", max_length=40)
    motivation: str = Field("", max_length=1000)


ContactChanges = changes(ContactGiven, "account")


@router.get("", auth=READ, response=page_schema(CONTACT), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Contacts, by name unless sorted otherwise."""
    return page(request, CONTACTS, CONTACT)


@router.post("", auth=WRITE, response={201: CONTACT.schema}, openapi_extra=ONCE_HELP)
@once
def create(request: HttpRequest, contact: ContactGiven) -> HttpResponse:
    """Add a person to an account."""
    need_to_write(request.user, "contact")
    need_to_be_shown(request.user, "contact", contact.model_fields_set)
    account = one(request, Account, contact.account, to="read")
    need_to_write(request.user, contacts.placed(account))
    row = contacts.add(account, by=request.actor, at=now(), **contact.model_dump(exclude={"account"}))
    return answer(CONTACT.of(row), 201, Location=f"/api/v1/contacts/{row.id}")


@router.get("/{contact}", auth=READ, response=CONTACT.schema)
def show(request: HttpRequest, contact: UUID) -> HttpResponse:
    """One contact."""
    return read(request, CONTACT, contact)


@router.patch("/{contact}", auth=WRITE, response=CONTACT.schema)
def change(request: HttpRequest, contact: UUID, changed: ContactChanges) -> HttpResponse:
    """Change a contact; a new title is placed into its role anew."""
    row = one(request, Contact, contact)
    need_to_be_shown(request.user, "contact", changed.model_fields_set)
    return answer(CONTACT.of(contacts.change(row, by=request.actor, at=now(), **said(changed))))


@of_accounts.get("/{account}/committee", auth=READ, response=several(records.SEAT))
def committee(request: HttpRequest, account: UUID) -> HttpResponse:
    """Who takes part in an account's decisions, the weightiest first."""
    row = one(request, Account, account)
    need_to_read(request.user, "contact")
    first = () if "contact.influence" in request.scope.hidden else ("-influence",)
    return answer({"data": records.SEAT.rows(row.committee.order_by(*first, "role", "id"))})


@of_accounts.post("/{account}/committee", auth=WRITE, response={201: records.SEAT.schema}, openapi_extra=ONCE_HELP)
@once
def seat(request: HttpRequest, account: UUID, given: SeatGiven) -> HttpResponse:
    """Give a contact a part, or change it."""
    row, contact = one(request, Account, account, to="read"), one(request, Contact, given.contact)
    need_to_be_shown(request.user, "contact", given.model_fields_set.intersection(SEAT_FIELDS))
    said = given.model_dump(exclude={"contact"}, exclude_unset=True)
    kept = contacts.seat(contact, row, by=request.actor, at=now(), **said)
    return answer(records.SEAT.of(kept), 201)
