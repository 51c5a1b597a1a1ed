"""The door to what stands below a deal: seen with the deal, changed by whoever changes the deal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from rounds.access.allowed import need_to_write
from rounds.access.scope import visible
from rounds.web.doors import one

M = TypeVar("M", bound=Model)
Part = Callable[[HttpRequest, Any, UUID | None], str]
"""One deed of a page: the request, the row, and of a part's own row its key; the words of the toast."""


def below(request: HttpRequest, model: type[M], key: object, *fetch: str) -> M:
    """The row, seen with its deal or 404; what is sent changes the deal."""
    row = one(request, model, key, "opportunity__account", "opportunity__owner", *fetch, to="read")
    if request.method == "POST":
        need_to_write(request.user, row.opportunity)
    return row


def part_of(parts: dict[str, Part], name: str) -> Part:
    """The deed of that name, else 404."""
    if name not in parts:
        raise Http404
    return parts[name]


def own(request: HttpRequest, model: type[M], key: UUID | None, **of: Any) -> M:
    """A row below the one the page shows, else 404."""
    row = visible(model, request.scope).filter(pk=key, **of).first() if key else None
    if row is None:
        raise Http404
    return row


def done(request: HttpRequest, url: str, says: str) -> HttpResponse:
    """Back to the page, with what was done in a toast."""
    if says:
        request.session["toast"] = {"text": says}
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
