"""What one does to a buying unit's tier: tick a gate with its evidence, set it by hand for a while, end that."""

from __future__ import annotations

from datetime import UTC, datetime, time
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from rounds.access.allowed import need
from rounds.actions.market import tiers
from rounds.kit.clock import now
from rounds.models import User
from rounds.web.doors import page
from rounds.web.market.account_acts import FieldRefused, back, on_day, picked
from rounds.web.market.account_shown import account_or_404


@require_POST
@page
def override(request: HttpRequest, key: UUID) -> HttpResponse:
    """Set the tier by hand, with a reason, an approver and an end."""
    account = account_or_404(request, key)
    need(request.user, "tier.override")
    approver = picked(request, User, "approver")
    if approver is None:
        raise FieldRefused("A manager or an admin has to approve it: choose one.", field="approver")
    said = request.POST.get("tier", "")
    tiers.override(
        account, int(said) if said.isdigit() else -1, reason=request.POST.get("reason", "")[:300], approver=approver,
        expires_at=datetime.combine(on_day(request, "until"), time(23, 59), UTC), by=request.user.actor, at=now(),
    )  # fmt: skip
    return back(request, f"/accounts/{account.id}/scores/#tier")


@require_POST
@page
def lifting(request: HttpRequest, key: UUID) -> HttpResponse:
    """End an override; the rule's verdict holds again."""
    account = account_or_404(request, key)
    need(request.user, "tier.override")
    tiers.lift(account, reason=request.POST.get("reason", "")[:300], by=request.user.actor, at=now())
    return back(request, f"/accounts/{account.id}/scores/#tier")


@require_POST
@page
def evidence(request: HttpRequest, key: UUID) -> HttpResponse:
    """Tick a qualitative gate, with what shows it; an empty tick takes it back."""
    account = account_or_404(request, key)
    tiers.evidence(
        account, request.POST.get("gate", ""), met=request.POST.get("met", "yes") == "yes",
        shows=request.POST.get("shows", "")[:300], by=request.user.actor, at=now(),
    )  # fmt: skip
    return back(request, f"/accounts/{account.id}/scores/#tier")
