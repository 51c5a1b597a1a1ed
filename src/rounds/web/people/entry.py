"""Between the first factor and the page asked for: who has shown one factor is nobody yet.

What is known of them stands in the session under PENDING and is read by the pages of the second factor alone; every
other page finds no user. `enter` is the only way in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare

from rounds.access.roles import role_of
from rounds.actions.people import devices, factors, logins, sessions
from rounds.actions.people.security_keys import Place
from rounds.kit.addresses import client_address
from rounds.kit.clock import now
from rounds.kit.pages import own_page
from rounds.models import Device, User

BACKEND = "django.contrib.auth.backends.ModelBackend"
PENDING, CHALLENGE, COOKIE = "pending", "challenge", "rounds_device"


@dataclass(frozen=True)
class Pending:
    """Somebody who has shown one factor: how (password, link), and where they want to go."""

    user: User
    way: str
    to: str
    recognise: bool


def inside(request: HttpRequest, default: str = "/") -> str:
    """The `next` address when it is one of ours, else `default`: no open redirect."""
    return own_page(request.POST.get("next") or request.GET.get("next") or "", own_page(default))


def first(request: HttpRequest, user: User, *, way: str, to: str, recognise: bool = False) -> HttpResponse:
    """One factor of `user` was right: on to the second where they have one or need one, else in."""
    request.session.flush()  # whoever was here is gone, and a key somebody planted is worth nothing
    if not factors.held(user) and not factors.asked_of(user):
        return enter(request, user, [way], to=to, recognise=recognise and way == "password")
    rotate_token(request)
    request.session[PENDING] = {"user": str(user.pk), "way": way, "to": to, "recognise": recognise,
                                "at": now().isoformat(), "hash": user.get_session_auth_hash()}  # fmt: skip
    return redirect("/login/second/" if factors.held(user) else "/login/enrol/")


def pending(request: HttpRequest) -> Pending | None:
    """Who has shown one factor in this session, a few minutes ago at most, and still works here; else None."""
    kept: dict[str, Any] | None = request.session.get(PENDING)
    if not kept or now() - datetime.fromisoformat(kept["at"]) >= factors.said().within.span:
        return None
    user = User.objects.filter(pk=kept["user"]).first()
    if user is None or not logins.logs_in(user) or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    return Pending(user, kept["way"], kept["to"], kept["recognise"])


def anew(request: HttpRequest) -> HttpResponse:
    """To the log-in page: the first factor is missing or too long ago."""
    kept = request.session.pop(PENDING, None) or {}
    return redirect(f"/login/?{urlencode({'next': kept.get('to') or inside(request)})}")


def enter(request: HttpRequest, user: User, ways: list[str], *, to: str, recognise: bool = False) -> HttpResponse:
    """Log `user` in, whole: a fresh session, its device, the audit entry; then to the page `to`."""
    return settle(request, user, ways, redirect(home(user) if to == "/" else to), recognise=recognise)


def home(user: User) -> str:
    """Where `user` begins: customers in the portal, everybody else with Today."""
    return "/portal/" if role_of(user).audience == "portal" else "/"


def settle(request: HttpRequest, user: User, ways: list[str], response: HttpResponse, *, recognise: bool) -> HttpResponse:
    """What `enter` does, with an answer of the caller's."""
    at, agent = now(), request.headers.get("user-agent", "")
    for name in (PENDING, CHALLENGE):
        request.session.pop(name, None)
    login(request, user, backend=BACKEND)
    request.session.save()
    device = device_of(request, user)
    if recognise and device is None:
        device, cookie = devices.recognise(user, agent=agent, at=at)
        response.set_signed_cookie(
            COOKIE, cookie, salt=COOKIE, max_age=int(sessions.limits().recognised.span.total_seconds()),
            secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip
    sessions.begin(request.session.row, user, ways=ways, device=device, ip=client_address(request), agent=agent, at=at)
    return response


def device_of(request: HttpRequest, user: User | None = None) -> Device | None:
    """The recognised browser this is, if it is one (of `user`, where one is named)."""
    cookie = request.get_signed_cookie(COOKIE, default="", salt=COOKIE)
    found = devices.recognised(cookie, at=now()) if cookie else None
    return None if found is None or (user is not None and found.user_id != user.pk) else found


def place(request: HttpRequest) -> Place:
    """Where keys are asked for: the public address in production, else the host asked (one of ROUNDS_HOSTS)."""
    origin = settings.CONFIG.public_url.rstrip("/") if settings.PRODUCTION else f"{request.scheme}://{request.get_host()}"
    host = origin.partition("://")[2].rsplit(":", 1)[0] if origin.count(":") > 1 else origin.partition("://")[2]
    return Place(host, origin, settings.CONFIG.company)


def challenge(request: HttpRequest) -> bytes:
    """The challenge that waits for its answer; it is spent with that."""
    return bytes.fromhex(request.session.pop(CHALLENGE, ""))
