"""One's own account: second factors, recovery codes, recognised browsers, sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from rounds.actions.people import devices, factors, otp, sessions
from rounds.kit.agents import described
from rounds.kit.clock import now
from rounds.models import Device, Factor, Session
from rounds.web.doors import page
from rounds.web.people.adding import MINE
from rounds.web.people.entry import COOKIE
from rounds.web.proof import proved

WAYS = {"password": "password", "link": "log-in link", "totp": "app", "webauthn": "security key", "passkey": "passkey",
        "sms": "text message", "recovery": "recovery code"}  # fmt: skip
ICONS = {"totp": "smartphone", "webauthn": "key-round", "sms": "message-square"}


@require_safe
@never_cache
@page
def overview(request: HttpRequest) -> HttpResponse:
    """All of it on one page."""
    user, at = request.user, now()
    held = factors.held(user)
    open_now = sessions.open_of(user, at=at)
    said = {
        "factors": [{"row": one, "title": factors.TITLES[one.kind], "icon": ICONS[one.kind]} for one in held],
        "kinds": factors.kinds_for(user), "asked": factors.asked_of(user), "codes_left": otp.codes_left(user),
        "devices": [{"row": one, "words": described(one.agent)} for one in devices.of(user, at=at)],
        "sessions": [_shown(one, request) for one in open_now], "others": len(open_now) > 1, "limits": sessions.limits(),
        "has_password": user.has_usable_password(),
    }  # fmt: skip
    return render(request, "people/security.html", said)


def _shown(row: Session, request: HttpRequest) -> dict[str, Any]:
    return {"row": row, "words": described(row.agent), "here": row.pk == request.session.row.pk,
            "ways": " and ".join(WAYS.get(way, way) for way in row.factors)}  # fmt: skip


@require_POST
@page
@proved
def rename(request: HttpRequest, key: UUID) -> HttpResponse:
    """Call a factor something one knows it by."""
    factors.rename(_mine(request, Factor, key, removed_at=None), request.POST.get("name", ""), by=request.user.actor, at=now())
    return redirect(MINE)


@require_POST
@page
@proved
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a factor away; the other sessions end."""
    factor = _mine(request, Factor, key, removed_at=None)
    factors.remove(factor, by=request.user.actor, at=now(), keep=request.session.row)
    return redirect(MINE)


@require_POST
@never_cache
@page
@proved
def codes(request: HttpRequest) -> HttpResponse:
    """Fresh recovery codes, on this page and never again."""
    if not factors.held(request.user):
        raise factors.FactorRefused("Recovery codes stand in for a second factor. Add one first.")
    made = otp.make_codes(request.user, by=request.user.actor, at=now())
    return render(request, "people/codes.html", {"codes": made, "to": MINE, "word": "Back to your account"})


@require_POST
@page
def forget(request: HttpRequest, key: UUID) -> HttpResponse:
    """Do not recognise a browser any more."""
    devices.forget(_mine(request, Device, key), by=request.user.actor, at=now())
    answer = redirect(MINE)
    row = request.session.row
    if row.device_id == key:
        answer.delete_cookie(COOKIE)
    return answer


@require_POST
@page
def end_one(request: HttpRequest, key: UUID) -> HttpResponse:
    """End one of one's own sessions, this one as well."""
    row = _mine(request, Session, key)
    sessions.end_these(request.user, Session.objects.filter(pk=row.pk), by=request.user.actor, at=now())
    return redirect(MINE)


@require_POST
@page
def end_others(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    sessions.end_all(request.user, keep=request.session.row, by=request.user.actor, at=now())
    return redirect(MINE)


def _mine(request: HttpRequest, model: type, key: UUID, **more: Any) -> Any:
    """One's own row; anybody else's is not there."""
    row = model.objects.filter(user=request.user, pk=key, **more).first()
    if row is None:
        raise Http404
    return row
