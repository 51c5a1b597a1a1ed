"""Duplicates and merges over the API: what a record may be as well, one record taken into another, and taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.access.allowed import need
from rounds.access.fields import need_to_be_shown
from rounds.access.pairs import merges, pairs
from rounds.actions.market import merging
from rounds.actions.market.duplicates import about
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, below, once, one
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models import Account, Contact, Lead, Merge

of_accounts, of_contacts, of_leads = Router(tags=["accounts"]), Router(tags=["contacts"]), Router(tags=["leads"])


class Twin(BaseModel):
    """Another record that this one may be. `group` is one of duplicates.yaml: sure, likely, possible."""

    pair: UUID
    id: UUID
    name: str
    points: int
    group: str
    found_at: datetime


class Twins(BaseModel):
    """The open pairs of a record, the surest first."""

    data: list[Twin]


class MergeGiven(Input):
    """Which record becomes part of this one, and of which fields its value is kept. Fields that are empty here take it anyway."""

    other: UUID
    take: list[str] = Field(default_factory=list, max_length=60)
    reason: str = Field("", max_length=300)


class Merged(BaseModel):
    """A merge: `moved` counts what came along by kind, `taken` names the fields whose value came from the other."""

    id: UUID
    kept: UUID
    other: UUID
    taken: list[str]
    moved: dict[str, int]
    at: datetime
    undone_at: datetime | None
    left: int


def _told(row: Merge) -> dict[str, Any]:
    return {"id": row.id, "kept": row.kept.pk, "other": row.lost.pk, "taken": row.taken, "at": row.at,
            "moved": {place: len(ids) for place, ids in row.moved.items()}, "undone_at": row.undone_at, "left": row.left}  # fmt: skip


def _twins(request: HttpRequest, row: Account | Contact | Lead) -> HttpResponse:
    noun = row._meta.model_name
    found = pairs(request.scope, noun).filter(about(noun, row.pk), state="open").order_by("-points", "id")[:200]
    others = [(pair, pair.other if pair.one.pk == row.pk else pair.one) for pair in found]
    return answer({"data": [
        {"pair": pair.id, "id": other.pk, "name": str(other), "points": pair.points, "group": pair.group, "found_at": pair.found_at}
        for pair, other in others
    ]})  # fmt: skip


def _merge(request: HttpRequest, kept: Account | Contact | Lead, given: MergeGiven) -> HttpResponse:
    need(request.user, "records.merge")
    need_to_be_shown(request.user, kept._meta.model_name, given.take)
    lost = one(request, type(kept), given.other)
    row = merging.merge(kept, lost, take=given.take, reason=given.reason, by=request.actor, at=now())
    return answer(_told(row), 201)


def _undo(request: HttpRequest, kept: Account | Contact | Lead, key: UUID) -> HttpResponse:
    need(request.user, "records.merge")
    row = below(merges(request.scope).filter(**{kept._meta.model_name: kept}), key)
    return answer(_told(merging.unmerge(row, by=request.actor, at=now())))


@of_accounts.get("/{account}/duplicates", auth=Bearer("accounts:read"), response=Twins)
def twins_of_account(request: HttpRequest, account: UUID) -> HttpResponse:
    """The accounts that this one may be."""
    return _twins(request, one(request, Account, account))


@of_accounts.post("/{account}/merges", auth=Bearer("accounts:write"), response={201: Merged}, openapi_extra=ONCE_HELP)
@once
def merge_account(request: HttpRequest, account: UUID, given: MergeGiven) -> HttpResponse:
    """Take another account into this one, with everything below it."""
    return _merge(request, one(request, Account, account), given)


@of_accounts.delete("/{account}/merges/{merge}", auth=Bearer("accounts:write"), response=Merged)
def unmerge_account(request: HttpRequest, account: UUID, merge: UUID) -> HttpResponse:
    """Make two accounts of one again; what was changed since stays and is counted."""
    return _undo(request, one(request, Account, account), merge)


@of_contacts.get("/{contact}/duplicates", auth=Bearer("contacts:read"), response=Twins)
def twins_of_contact(request: HttpRequest, contact: UUID) -> HttpResponse:
    """The contacts that this one may be."""
    return _twins(request, one(request, Contact, contact))


@of_contacts.post("/{contact}/merges", auth=Bearer("contacts:write"), response={201: Merged}, openapi_extra=ONCE_HELP)
@once
def merge_contact(request: HttpRequest, contact: UUID, given: MergeGiven) -> HttpResponse:
    """Take another contact into this one."""
    return _merge(request, one(request, Contact, contact), given)


@of_contacts.delete("/{contact}/merges/{merge}", auth=Bearer("contacts:write"), response=Merged)
def unmerge_contact(request: HttpRequest, contact: UUID, merge: UUID) -> HttpResponse:
    """Make two contacts of one again."""
    return _undo(request, one(request, Contact, contact), merge)


@of_leads.get("/{lead}/duplicates", auth=Bearer("leads:read"), response=Twins)
def twins_of_lead(request: HttpRequest, lead: UUID) -> HttpResponse:
    """The leads that this one may be."""
    return _twins(request, one(request, Lead, lead))


@of_leads.post("/{lead}/merges", auth=Bearer("leads:write"), response={201: Merged}, openapi_extra=ONCE_HELP)
@once
def merge_lead(request: HttpRequest, lead: UUID, given: MergeGiven) -> HttpResponse:
    """Take another lead into this one."""
    return _merge(request, one(request, Lead, lead), given)


@of_leads.delete("/{lead}/merges/{merge}", auth=Bearer("leads:write"), response=Merged)
def unmerge_lead(request: HttpRequest, lead: UUID, merge: UUID) -> HttpResponse:
    """Make two leads of one again."""
    return _undo(request, one(request, Lead, lead), merge)
