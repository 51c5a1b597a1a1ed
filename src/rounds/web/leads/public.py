"""The public form: no log-in, no score shown, robots thanked and forgotten."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from rounds.access.sight import sight
from rounds.actions.leads import forms
from rounds.actions.leads.given import LeadRefused
from rounds.actions.people import throttling
from rounds.kit.addresses import client_address, network
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.kit.scope import Scope
from rounds.models import LeadForm

FIELDS = ("name", "email", "phone", "title", "organization", "state", "message")
TRAP = "fax_number"
"""A field no person sees: whoever fills it in is a robot."""
SALT = "rounds.public-form"
SOONEST, OLDEST = 3, 12 * 3600
"""Seconds a person needs at least to fill in the form, and the life of its token."""
MOST_BYTES = 64 * 1024
MOST_POSTS, WINDOW = 20, 600
"""Posts one address may send in so many seconds."""


class TooMany(Refusal):
    """That was a lot at once. Wait ten minutes, then send it again."""

    status = 429


class TooLarge(Refusal):
    """This is more than the form takes. Shorten the message."""

    status = 413


@csrf_exempt  # posts come from other sites and carry no cookie of ours; the signed token takes the place of CSRF
@never_cache
@require_http_methods(["GET", "POST", "OPTIONS"])
def form(request: HttpRequest, key: str) -> HttpResponse:
    """GET: the page, or for `Accept: application/json` a token. POST: a form or JSON; the same token counts once."""
    found = LeadForm.objects.filter(key=key).first()
    if found is None:
        raise Http404
    if request.method == "OPTIONS":
        return _open(HttpResponse(status=204))
    if found.closed_at:
        raise forms.FormClosed
    as_json = "application/json" in (request.headers.get("Accept", "") + (request.content_type or ""))
    if request.method == "GET":
        if as_json:
            return _open(JsonResponse({"token": fresh(found), "fields": FIELDS, "heading": found.heading}))
        return _page(request, found, {name: request.GET.get(name, "") for name in FIELDS})
    said = _said(request, as_json)
    return _posted(request, found, said, as_json)


def _posted(request: HttpRequest, found: LeadForm, said: dict[str, str], as_json: bool) -> HttpResponse:
    _slow_down(request, found)
    nonce, age = read(found, said.get("token", ""))
    robot = bool(said.get(TRAP)) or (nonce is not None and age < SOONEST)
    if not robot:
        if nonce is None or age > OLDEST:  # no token yet (a plain form elsewhere), or a page left open: look once more
            error = LeadRefused("Look it over, then send it.", field="")
            return _refused(request, found, said, error, as_json)
        try:
            with sight(Scope(everything=True)):
                forms.receive(found, {name: said.get(name, "") for name in FIELDS}, nonce=nonce, at=now())
        except LeadRefused as error:
            return _refused(request, found, said, error, as_json)
    return _open(JsonResponse({"thanks": True})) if as_json else redirect(f"/f/{found.key}/thanks/")


@never_cache
@require_GET
def thanks(request: HttpRequest, key: str) -> HttpResponse:
    """The same thanks for everybody."""
    found = LeadForm.objects.filter(key=key).first()
    if found is None:
        raise Http404
    return render(request, "leads/public_thanks.html", {"form": found})


def fresh(found: LeadForm) -> str:
    """A signed token of this form with a nonce of its own and the time."""
    return signing.dumps([found.key, secrets.token_urlsafe(12), now().timestamp()], salt=SALT)


def read(found: LeadForm, token: str) -> tuple[str | None, float]:
    """The nonce of a token of this form and its age in seconds; (None, 0) for anything else."""
    try:
        key, nonce, made = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None, 0.0
    return (nonce, now().timestamp() - made) if key == found.key else (None, 0.0)


def _said(request: HttpRequest, as_json: bool) -> dict[str, str]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise TooLarge
    if not (as_json and request.content_type == "application/json"):
        return {name: request.POST.get(name, "") for name in (*FIELDS, TRAP, "token")}
    try:
        said = json.loads(request.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise LeadRefused("Send one JSON object with the form's fields.", field="")
    return {name: str(said.get(name) or "") for name in (*FIELDS, TRAP, "token")}


def _slow_down(request: HttpRequest, found: LeadForm) -> None:
    """At most MOST_POSTS from one address in WINDOW seconds, counted for all processes together."""
    key = throttling.key("form", found.key, network(client_address(request)))
    if throttling.counted(key, window=timedelta(seconds=WINDOW), at=now()) > MOST_POSTS:
        raise TooMany


def _page(request: HttpRequest, found: LeadForm, said: dict[str, str], error: Refusal | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": found, "said": said, "error": error, "token": fresh(found), "trap": TRAP}
    return render(request, "leads/public_form.html", context, status=error.status if error and error.field else 200)


def _refused(request: HttpRequest, found: LeadForm, said: dict, error: Refusal, as_json: bool) -> HttpResponse:
    if as_json:
        body = {"refusal": str(error), "field": error.field, "token": fresh(found)}
        return _open(JsonResponse(body, status=error.status))
    return _page(request, found, said, error)


def _open(response: HttpResponse) -> HttpResponse:
    """Readable from any site: there is nothing in it but a token and thanks."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = "Content-Type, Accept"
    response["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    return response
