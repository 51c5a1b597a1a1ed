"""What every door of a deal shares: days and numbers of forms, the frame of its pages, the way back with a word."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from rounds.access.scope import visible
from rounds.kit.refusal import Refusal
from rounds.models import Opportunity
from rounds.web.deals.frame import deal_or_404, frame
from rounds.web.doors import noted

PARTS = (("Room", ""), ("Committee", "committee/"), ("Discovery", "discovery/"), ("Path", "path/"), ("Approvals", "approvals/"),
         ("Timeline", "timeline/"))  # fmt: skip


class FieldRefused(Refusal):
    """A field that was not filled in as it must be."""

    status = 422


def part(request: HttpRequest, key: UUID, name: str) -> dict[str, Any]:
    """What a page of one part of a deal begins with: the deal and the tabs; the read is on the record."""
    deal = deal_or_404(request, key)
    noted(request, "opportunity.read", "opportunity", deal.id, part=name)
    said = frame(request, deal)
    tabs = [{"name": title, "url": said["url"] + below, "current": below == f"{name}/", "count": None} for title, below in PARTS]
    return {**said, "tabs": tabs, "toast": request.session.pop("toast", None), "part": name}


def day_of(request: HttpRequest, name: str) -> date | None:
    """The day a form says; None where it says none. Raises FieldRefused."""
    said = request.POST.get(name, "").strip()
    try:
        return date.fromisoformat(said) if said else None
    except ValueError as error:
        raise FieldRefused(f"{name.replace('_', ' ').capitalize()}: give a day like 2026-11-20, or leave it empty.", field=name) from error


def moment_of(request: HttpRequest, name: str) -> datetime | None:
    """The moment a form says, in the viewer's zone; None where it says none. Raises FieldRefused."""
    said = request.POST.get(name, "").strip()
    try:
        when = datetime.fromisoformat(said) if said else None
    except ValueError as error:
        raise FieldRefused("Give a day and a time, or leave it empty.", field=name) from error
    return timezone.make_aware(when) if when is not None and timezone.is_naive(when) else when


def number_of(request: HttpRequest, name: str) -> int | None:
    """The whole number a form says; None where it says none. Raises FieldRefused."""
    said = request.POST.get(name, "").strip()
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise FieldRefused(f"{name.replace('_', ' ').capitalize()}: give a whole number.", field=name)
    return int(said)


def of_deal(request: HttpRequest, model: type[Model], deal: Opportunity, key: object, *fetch: str) -> Any:
    """The row `key` of `model` that stands below `deal`, seen; else 404."""
    row = visible(model, request.scope).filter(pk=key, opportunity_id=deal.id).select_related(*fetch or ("opportunity",)).first()
    if row is None:
        raise Http404
    return row


def picked(request: HttpRequest, model: type[Model], name: str, **among: Any) -> Any:
    """The row a form points at, among those one sees; None where it points at nothing. Raises FieldRefused."""
    said = request.POST.get(name, "").strip()
    if not said:
        return None
    try:
        row = visible(model, request.scope).filter(pk=UUID(said), **among).first()
    except ValueError:
        row = None
    if row is None:
        raise FieldRefused("What was chosen is gone; reload the page.", field=name)
    return row


def back(request: HttpRequest, deal: Opportunity, below: str, says: str = "", undo: str = "") -> HttpResponse:
    """To a page of the deal, which says what was done and offers the way back."""
    if says:
        request.session["toast"] = {"text": says, "undo": undo}
    url = f"/opportunities/{deal.id}/{below}"
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
