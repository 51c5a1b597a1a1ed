"""One's own account: profile, password, API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.access.roles import role_of, title_of
from rounds.actions.people import passwords, users
from rounds.actions.trust import tokens
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.kit.zones import zones
from rounds.models.flow.active import active
from rounds.web.doors import page
from rounds.web.people.entry import home, inside
from rounds.web.proof import proved

LIVES = {"30": "A month", "90": "Three months", "365": "A year"}
"""Days a token may live → the words."""


@require_http_methods(["GET", "POST"])
@page
def profile(request: HttpRequest) -> HttpResponse:
    """Name, time zone, theme, single keys; and the ways to password, security and tokens."""
    me, error = request.user, None
    if request.method == "POST":
        try:
            said = {"name": request.POST.get("name", ""), "time_zone": request.POST.get("time_zone", "")}
            users.change(me, said, by=me.actor, at=now())
            users.prefer(me, theme=request.POST.get("theme", ""), single_keys=bool(request.POST.get("single_keys")))
            return _back(request, "/me/", "Kept")
        except users.PersonRefused as refusal:
            error = refusal
    said = {"me": me, "role": title_of(me), "zones": zones(), "themes": users.THEMES, "error": error,
            "field": error.field if error else "", "said": request.POST if error else {}, "live": me.tokens.filter(
                revoked_at=None, expires_at__gt=now()).count(), "holds": bool(tokens.scopes_for(me))}  # fmt: skip
    return render(request, "people/me.html", _shown(request, said), status=error.status if error else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@page
@proved
def password(request: HttpRequest) -> HttpResponse:
    """A new password, typed twice. Sets it, ends the other sessions, and keeps this one."""
    me, error = request.user, None
    first = not me.has_usable_password()
    if request.method == "POST":
        try:
            said = request.POST.get("password", "")
            if said != request.POST.get("again", ""):
                raise passwords.PasswordRefused("The two are not the same; type it once more.", field="again")
            passwords.set(me, said, by=me.actor, at=now(), keep=request.session.row)
            update_session_auth_hash(request, me)
            return _back(request, inside(request, home(me) if first else "/me/"), "The password is set; your other sessions are ended")
        except Refusal as refusal:
            error = refusal
    limits = active().playbook.sign_in.passwords
    said = {"first": first, "error": error, "shortest": limits.shortest.value, "not_again": limits.not_again.value,
            "me": me}  # fmt: skip
    return render(request, "people/password.html", _shown(request, said), status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@page
@proved
def own_tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens with their last use, and the form of a new one, which is shown once."""
    need(request.user, "tokens.manage")
    me, at, error, made = request.user, now(), None, None
    if request.method == "POST":
        try:
            days = request.POST.get("days", "")
            if days not in LIVES:
                raise tokens.TokenRefused("Say how long the token shall live.", field="days")
            made = tokens.make(me, name=request.POST.get("name", ""), scopes=request.POST.getlist("scopes"), by=me.actor,
                               at=at, expires_at=at + timedelta(days=int(days)))  # fmt: skip
        except tokens.TokenRefused as refusal:
            error = refusal
    rows = me.tokens.order_by("-at")
    said = {"made": made[0] if made else None, "token": made[1] if made else "", "error": error, "said": request.POST,
            "picked": request.POST.getlist("scopes"), "lives": LIVES, "at": at,
            "scopes": [(scope, tokens.SCOPES[scope]) for scope in tokens.scopes_for(me)],
            "live": rows.filter(revoked_at=None, expires_at__gt=at),
            "dead": rows.exclude(revoked_at=None, expires_at__gt=at)[:20]}  # fmt: skip
    return render(request, "people/tokens.html", _shown(request, said), status=error.status if error else 200)


@require_POST
@page
def token_revoking(request: HttpRequest, key: UUID) -> HttpResponse:
    """Revoke a token of one's own."""
    row = request.user.tokens.filter(pk=key).first()
    if row is None:
        raise Http404
    tokens.revoke(row, by=request.user.actor, at=now(), reason="by its person")
    return _back(request, "/me/tokens/", f"“{row.name}” is revoked")


def _shown(request: HttpRequest, said: dict[str, Any]) -> dict[str, Any]:
    outside = role_of(request.user).audience == "portal"
    return {"place": "me", "frame": "portal/shell.html" if outside else "shell.html",
            "toast": request.session.pop("toast", None), **said}  # fmt: skip


def _back(request: HttpRequest, to: str, says: str) -> HttpResponse:
    request.session["toast"] = {"text": says, "undo": ""}
    return redirect(to)
