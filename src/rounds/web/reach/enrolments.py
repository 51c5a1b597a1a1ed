"""Enrolments: all of them, one with each step and why it goes or waits, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may, need
from rounds.actions.desk import views as desk
from rounds.actions.reach import approving, enrolling
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Enrolment
from rounds.web import lists
from rounds.web.deals.proof_doors import done
from rounds.web.doors import noted, one, page
from rounds.web.reach import enrolment_shown as shown
from rounds.web.reach.enrolment_table import TABLE, gather
from rounds.web.reach.enrolment_words import state_of, title_of


class NoDay(Refusal):
    """Say the day as 2026-11-20, or leave it empty."""

    status = 422
    field = "until"


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """Those one sees, what comes next for each, and why it waits."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    said = lists.context(request, TABLE, asked, toast=request.session.pop("toast", None), place="enrolments")
    gather(said["rows"])
    said["states"] = {row.pk: (state_of(row), title_of(row.sequence)) for row in said["rows"]}
    return render(request, "reach/enrolments/list.html", said)


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One enrolment whole. The read is on the record."""
    row = enrolment_of(request, key)
    noted(request, "enrolment.read", "enrolment", row.id)
    desk.visited(request.user, label=f"{row.name}: {title_of(row.sequence)}", url=f"/enrolments/{row.id}/", icon="send")
    return render(request, "reach/enrolments/enrolment.html", {**shown.whole(row), "place": "enrolments", "may_stop": may(request.user, "sequences.stop"),
                                                               "may_approve": may(request.user, "sequences.approve") and row.sender_id != request.user.pk,
                                                               "toast": request.session.pop("toast", None)})  # fmt: skip


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    row = enrolment_of(request, key)
    noted(request, "enrolment.read", "enrolment", row.id, part="preview")
    return render(request, "reach/enrolments/preview.html", shown.whole(row))


def enrolment_of(request: HttpRequest, key: UUID) -> Enrolment:
    """The enrolment, seen with what it is about, else 404. Raises NotAllowed where the role enrols nobody."""
    row = one(request, Enrolment, key, "account", "buying_unit", "lead", "contact", "opportunity", "sender", to="read")
    need(request.user, "sequences.enrol")
    return row


@require_POST
@page
def deed(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """Pause it, let it go on, end it: each with its reason."""
    if name not in DEEDS:
        raise Http404
    row = enrolment_of(request, key)
    need(request.user, "sequences.stop")
    return done(request, f"/enrolments/{row.id}/", DEEDS[name](request, row))


def _pausing(request: HttpRequest, row: Enrolment) -> str:
    enrolling.pause(row, why=request.POST.get("why", "").strip() or "Paused by hand", until=_until(request, row), by=request.user.actor, at=now())
    return "Paused. Nothing goes until it goes on."


def _resuming(request: HttpRequest, row: Enrolment) -> str:
    enrolling.resume(row, by=request.user.actor, at=now())
    return "It goes on. What fell into the pause is due now."


def _stopping(request: HttpRequest, row: Enrolment) -> str:
    enrolling.end(row, "by_hand", why=request.POST.get("why", "").strip() or "Stopped by hand", by=request.user.actor, at=now())
    return "Stopped. What was not sent is cancelled."


def _releasing(request: HttpRequest, row: Enrolment) -> str:
    need(request.user, "sequences.approve")
    approving.release(row, by=request.user.actor, at=now())
    return "Let go. It leaves as soon as nothing else holds it back."


DEEDS: dict[str, Callable[[HttpRequest, Any], str]] = {"pausing": _pausing, "resuming": _resuming, "stopping": _stopping, "releasing": _releasing}


def _until(request: HttpRequest, row: Enrolment) -> datetime | None:
    """The morning of the day that was said, where the person is."""
    said = request.POST.get("until", "").strip()
    if not said:
        return None
    try:
        return datetime.combine(date.fromisoformat(said), time(), tzinfo=ZoneInfo(row.zone))
    except ValueError as error:
        raise NoDay from error
