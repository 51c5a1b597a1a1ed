"""What the shell around every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from rounds.access.allowed import may, reads
from rounds.access.roles import role_of
from rounds.access.scope import visible
from rounds.actions.desk import notifications
from rounds.actions.flow import kill_switch, outward
from rounds.kit.clock import now
from rounds.models import Delivery, Favourite, Lead, Quarantine, QuoteApproval, Task
from rounds.models.deals.quotes import WAITING
from rounds.models.desk.listing import falls, state_of
from rounds.web.desk.palette import still_seen
from rounds.web.desk.places import rail_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """`rail`: the workspace's name, the places by group, how many of each wait for the viewer, the favourites. Read only if drawn."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or role_of(user).audience != "staff":
        return {"rail": {"workspace": settings.CONFIG.company}}
    return {"rail": SimpleLazyObject(lambda: _rail(request)), "is_copy": SimpleLazyObject(outward.is_copy),
            "all_held": SimpleLazyObject(kill_switch.shown)}


def _rail(request: HttpRequest) -> dict[str, Any]:
    kept = still_seen(request, Favourite.objects.filter(user=request.user).order_by("position", "label"))
    mine = visible(Lead, request.scope).filter(owner=request.user, status="New").count() if reads(request.user, "lead") else 0
    return {
        "workspace": settings.CONFIG.company,
        "groups": rail_of(request.user),
        "waits": {
            "leads": mine,
            "tasks": _pressing(request) if reads(request.user, "task") else 0,
            "quotes": visible(QuoteApproval, request.scope).filter(WAITING, asked=request.user).count() if reads(request.user, "opportunity") else 0,
            "held": Quarantine.objects.filter(decided_at=None).count() if may(request.user, "phi.review") else 0,
            "stuck": Delivery.objects.filter(state__in=("unknown", "failed")).count() if may(request.user, "deliveries.manage") else 0,
        },
        "notices": {"url": "/notices/", "unread": notifications.own(request.user, request.scope).filter(read_at=None).count()},
        "favourites": kept,
        "kept": {one.url for one in kept},
    }


def _pressing(request: HttpRequest) -> int:
    """The viewer's tasks that are late or due today."""
    at = now()
    due = falls("overdue", at, request.user.time_zone) | falls("today", at, request.user.time_zone)
    return visible(Task, request.scope).filter(due, state_of("open", at), owner=request.user).count()
