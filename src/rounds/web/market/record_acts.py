"""What one does to an account as a record: note, log, give away, move, close, fill a seat."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from rounds.access.allowed import need_to_give, need_to_move, need_to_write
from rounds.access.fields import SEAT, need_to_be_shown
from rounds.actions.leads import activities
from rounds.actions.market import accounts, contacts
from rounds.actions.market import intelligence as notes
from rounds.kit.clock import now
from rounds.models import Account, Contact, User
from rounds.web.doors import page
from rounds.web.market.account_acts import FieldRefused, back, on_day, picked
from rounds.web.market.account_shown import account_or_404


@require_POST
@page
def intelligence(request: HttpRequest, key: UUID) -> HttpResponse:
    """Note one piece of intelligence."""
    account = account_or_404(request, key)
    say = request.POST.get
    try:
        sure = float(say("confidence", "50")) / 100
    except ValueError as error:
        raise FieldRefused("confidence is a percentage from 0 to 100.", field="confidence") from error
    notes.note(
        account, area=say("area", ""), topic=say("topic", "")[:120], text=say("text", "")[:4000], source=say("source", "")[:200],
        as_of=on_day(request, "as_of"), confidence=sure, by=request.user.actor, at=now(),
    )  # fmt: skip
    return back(request, f"/accounts/{account.id}/facts/#intelligence")


@require_POST
@page
def activity(request: HttpRequest, key: UUID) -> HttpResponse:
    """Log a call, a meeting, a mail."""
    account = account_or_404(request, key)
    when = request.POST.get("happened_at", "")
    try:
        happened = datetime.fromisoformat(when).astimezone() if when else None
    except ValueError as error:
        raise FieldRefused("happened at takes a day and a time like 2026-11-20T10:30.", field="happened_at") from error
    activities.log(
        request.POST.get("kind", ""), account=account, contact=picked(request, Contact, "contact"), happened_at=happened,
        subject=request.POST.get("subject", "")[:200], body=request.POST.get("body", "")[:4000], direction="out",
        by=request.user.actor, at=now(),
    )  # fmt: skip
    return back(request, f"/accounts/{account.id}/timeline/")


@require_POST
@page
def owner(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give the account to somebody; `me` claims it, nothing takes it away."""
    account = account_or_404(request, key)
    mine = request.POST.get("owner") == "me"
    person = request.user if mine else picked(request, User, "owner")
    need_to_give(request.user, account, person)
    accounts.assign(account, person, by=request.user.actor, at=now(), reason=request.POST.get("reason", "")[:300])
    if request.htmx and mine:
        return render(request, "market/account/owner_cell.html", {"owner": person})
    return back(request, f"/accounts/{account.id}/")


@require_POST
@page
def parent(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put the account under another, or on its own."""
    account = account_or_404(request, key)
    under = picked(request, Account, "parent")
    need_to_move(request.user, account, under)
    accounts.move(account, under, by=request.user.actor, at=now())
    return back(request, f"/accounts/{account.id}/hospitals/")


@require_POST
@page
def closing(request: HttpRequest, key: UUID) -> HttpResponse:
    """Mark the account closed; nothing is deleted."""
    account = account_or_404(request, key)
    reason = request.POST.get("reason", "").strip()[:300]
    if not reason:
        raise FieldRefused("Say why it is closed: the reason is kept.", field="reason")
    accounts.close(account, on=on_day(request, "on"), reason=reason, by=request.user.actor, at=now())
    return back(request, f"/accounts/{account.id}/")


@require_POST
@page
def seat(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give a contact a part in the committee."""
    account = account_or_404(request, key, to="read")
    need_to_write(request.user, "contact")
    person = picked(request, Contact, "contact")
    if person is None:
        raise FieldRefused("Choose who takes the seat.", field="contact")
    need_to_write(request.user, person)
    said = {name: request.POST[name] for name in SEAT if name in request.POST}
    need_to_be_shown(request.user, "contact", said)
    if not said.get("influence", "0").isdigit():
        raise FieldRefused("influence runs from 0 (none) to 5 (decides).", field="influence")
    contacts.seat(person, account, role=request.POST.get("role", ""), by=request.user.actor, at=now(),
                  influence=int(said["influence"]) if "influence" in said else None, stance=said.get("stance"),
                  motivation=said["motivation"][:300] if "motivation" in said else None)  # fmt: skip
    return back(request, f"/accounts/{account.id}/committee/")
