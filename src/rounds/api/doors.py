"""What every address of the API does: find a row or a page under the caller's sight, and show it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, create_model, field_validator
from pydantic_core import from_json, to_json

from rounds.access import own_fields
from rounds.access.allowed import need, need_to_read, need_to_write
from rounds.access.scope import kept_for, noun_of, visible
from rounds.actions.flow import requests
from rounds.actions.trust import audit
from rounds.api.shapes import Shape, answer
from rounds.kit.clock import now, sayable, sayable_day
from rounds.kit.refusal import Refusal
from rounds.models import (
    Account,
    Asset,
    Contact,
    Contract,
    Customer,
    Demo,
    HandOff,
    Implementation,
    Lead,
    Meeting,
    Message,
    Opportunity,
    Poc,
    Proposal,
    Quote,
    Report,
    Task,
)
from rounds.models.listing import Listing, ListRefused, page_of, parse
from rounds.models.listing.own import with_own

M = TypeVar("M", bound=Model)
NOUNS: dict[str, type[Model]] = {"accounts": Account, "contacts": Contact, "leads": Lead, "opportunities": Opportunity, "tasks": Task, "contracts": Contract,
                                "demos": Demo, "pocs": Poc, "quotes": Quote, "proposals": Proposal, "customers": Customer, "implementations": Implementation,
                                "hand-offs": HandOff, "assets": Asset, "reports": Report, "meetings": Meeting, "letters": Message}
ASKED = ("f", "or", "sort", "size", "after")
LIST_HELP = {
    "f": "A filter that must hold: field.operator.value, such as `beds.gte.500`. May be repeated.",
    "or": "A group of filters parted by ~, another way for a row to be listed. May be repeated.",
    "sort": "Fields parted by commas, a minus before those that fall: `-score,name`.",
    "size": "Rows a page, 1 to 200; 50 unless said.",
    "after": "Where the page begins: taken from `next` of the page before.",
}


def _sayable(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not sayable(aware):
        raise ValueError("a moment lies between 1970 and 2200")
    return aware


Moment = Annotated[datetime, AfterValidator(_sayable)]
"""A moment somebody sends; without a zone it is taken for UTC."""
ZonedMoment = Annotated[AwareDatetime, AfterValidator(_sayable)]
"""A moment that says its zone: what somebody is to be reminded of must not lie hours beside it."""


class Input(BaseModel):
    """A body refuses what it does not name: nothing is set by accident or by stealth. Its days are such as can be counted on from."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _sayable(cls, value: Any) -> Any:
        if isinstance(value, date) and not sayable_day(value):
            raise ValueError("a day lies between 1970 and 2200")
        return value


class Merged(Refusal):
    """This record was merged into another one; ask for that one."""

    status = 410


def one(request: HttpRequest, model: type[M], key: Any, *fetch: str, to: str = "") -> M:
    """The row `key` of `model` if the caller may see it, else 404: unseen and absent look the same.

    Whatever is sent changes the row, unless `to` says "read" (a row that is only pointed at): a role that may not is
    refused (403) before anything is touched.
    """
    rows = visible(model, request.scope)
    row = (rows.select_related(*fetch) if fetch else rows).filter(pk=key).first()
    if row is None:
        if (kept := kept_for(model, key, request.scope)) is not None:
            raise Merged(f"This {noun_of(model)} was merged into {kept}; ask for that one.")
        raise Http404
    if request.method in ("GET", "HEAD", "OPTIONS"):
        # What stands below a record (its facts, scores, statuses) is read as a part of it.
        noted(request, f"{model._meta.model_name}.read", model._meta.model_name, key, part=request.path.rstrip("/").rsplit("/", 1)[-1])
    elif to != "read":
        need_to_write(request.user, row)
    return row


def noted(request: HttpRequest, verb: str, kind: str = "", subject: Any = None, **detail: Any) -> None:
    """Note that the caller read something over the API."""
    audit.note_read(verb, by=request.actor, at=now(), kind=kind, subject=subject, scope=request.scope.hash, detail=detail)


def below(rows: QuerySet, key: Any) -> Any:
    """The row `key` among those below a row the caller sees, else 404."""
    row = rows.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def read(request: HttpRequest, shape: Shape, key: Any) -> HttpResponse:
    """One row, shown; that it was read is noted."""
    need_to_read(request.user, noun_of(shape.model))
    values = visible(shape.model, request.scope).filter(pk=key).values_list(*shape.paths).first()
    if values is None:
        raise Http404
    noun = shape.model._meta.model_name
    noted(request, f"{noun}.read", noun, key)
    return answer(shape.row(values))


def page(
    request: HttpRequest, listing: Listing, shape: Shape, rows: QuerySet | None = None, *, needs: str = ""
) -> HttpResponse:
    """One page of a list under the query of the address; that it was read is noted with the scope's hash.

    `needs` is the permission that opens a list whose rows are no object of access/roles.yaml.
    """
    if unknown := [name for name in request.GET if name not in ASKED]:
        raise ListRefused(f"A list takes {', '.join(ASKED)}; not “{unknown[0][:40]}”.", field=unknown[0][:40])
    if needs:
        need(request.user, needs)
    else:
        need_to_read(request.user, noun_of(listing.model))
    shown = own_fields.shown(request.user, noun_of(listing.model)) if not needs and hasattr(listing.model, "custom") else {}
    query = parse(with_own(listing.without(request.scope.hidden), shown), request.GET)
    rows = visible(listing.model, request.scope) if rows is None else rows
    found = page_of(rows, query, context=request.user, columns=shape.paths)
    after = f"{request.path}?{found.next_query}&size={query.size}" if found.next is not None else None
    asked = {"query": query.query_string(), "rows": len(found.rows)}
    audit.note_read(f"{listing.noun}.list", by=request.actor, at=now(), kind=listing.noun, detail=asked,
                    scope=request.scope.hash)  # fmt: skip
    return answer({"data": shape.listed(found.rows), "next": after})


def list_help() -> dict[str, Any]:
    """What a list takes, for the OpenAPI document."""
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": says,
             "schema": {"type": "array", "items": {"type": "string"}} if name in ("f", "or") else {"type": "string"}}
            for name, says in LIST_HELP.items()
        ]
    }  # fmt: skip


ONCE_HELP = {
    "parameters": [
        {
            "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200},
            "description": "A random key. The same request with the same key happens once and is answered alike.",
        }
    ]
}  # fmt: skip


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A POST that may be sent twice: with an Idempotency-Key the second is given the answer of the first, unless the
    caller may see less now than then."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(request, *args, **kwargs)

        def do() -> tuple[int, Any]:
            done = view(request, *args, **kwargs)
            return done.status_code, from_json(done.content or b"null")

        def shown(answered: Any) -> dict[str, Any]:
            scope = request.scope
            return {"hidden": sorted(scope.hidden), "unread": sorted(scope.unread), "seen": _seen(request, answered)}

        said = f"{request.method} {request.path}\n".encode() + request.body
        status, kept, again = requests.once(f"token {request.auth.id}", key, said, do, shown, at=now())
        headers = {"Idempotency-Replayed": "true"} if again else {}
        return HttpResponse(to_json(kept), status=status, content_type="application/json", headers=headers)

    return door


def _seen(request: HttpRequest, answered: Any) -> bool:
    """Whether the caller sees the record the address names, or the one that was just made."""
    noun, *rest = request.path.removeprefix("/api/v1/").split("/")
    key, model = rest[0] if rest and rest[0] else answered["id"], NOUNS[noun]
    rows = {"open": model._default_manager.all, "viewer": lambda: model._default_manager.filter(user=request.user)}.get(
        getattr(model, "sight", ""), lambda: visible(model, request.scope))()  # fmt: skip
    return rows.filter(pk=key).exists()


def changes(given: type[BaseModel], *without: str) -> type[BaseModel]:
    """The shape of a PATCH: the fields of `given`, none of them required. The action checks the values."""
    fields: dict[str, Any] = {
        name: (field.annotation, None) for name, field in given.model_fields.items() if name not in without
    }
    name = given.__name__.replace("Given", "Changes")
    return create_model(name, __config__=ConfigDict(extra="forbid", str_strip_whitespace=True), **fields)


def said(body: BaseModel) -> dict[str, Any]:
    """What a PATCH did say, and nothing else."""
    return body.model_dump(exclude_unset=True)
