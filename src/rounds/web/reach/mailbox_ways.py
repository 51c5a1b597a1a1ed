"""Connecting a mailbox by the log-in of its provider (OAuth with state and PKCE): there, back, and a press of a button here, for
coming back alone changes nothing."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.actions.reach import calendars, mailboxes
from rounds.jobs import mailbox_providers as providers
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.web.doors import page
from rounds.web.reach.mailboxes import PLACE

KEPT = "mailbox_way"
BYTES = 32
TEN_MINUTES = 600


class CameBackWrong(Refusal):
    """This is not the log-in you began here, or it is too long ago. Begin again."""

    status = 422


class TurnedDown(Refusal):
    """You did not agree there, so nothing was connected."""

    status = 422


@require_POST
@page
def begin(request: HttpRequest, kind: str) -> HttpResponse:
    """Say what will be asked for there, with the way there. What proves the way back stands in the session."""
    need(request.user, "mailboxes.connect")
    state, verifier = secrets.token_urlsafe(BYTES), secrets.token_urlsafe(BYTES)
    wants = "calendar" in request.POST
    there = providers.begin(kind, state=state, verifier=verifier, hint=request.user.email, calendar=wants)
    request.session[KEPT] = {"kind": kind, "state": state, "verifier": verifier, "at": now().timestamp(), "calendar": wants}
    return render(request, "reach/mailbox_way.html", {"place": "me", "there": there, "title": providers.TITLES[kind], "calendar": wants})


@never_cache
@require_http_methods(["GET", "POST"])
@page
def back(request: HttpRequest) -> HttpResponse:
    """GET: what came back, with the button that connects. POST: exchange the code and connect, once; a mailbox that is
    connected already opens anew by it, broken or not, and what is kept of it stays as it was chosen."""
    need(request.user, "mailboxes.connect")
    said = request.POST if request.method == "POST" else request.GET
    began = request.session.get(KEPT) or {}
    fits = constant_time_compare(str(began.get("state", "")), said.get("state", "")) and now().timestamp() - began.get("at", 0) < TEN_MINUTES
    if not began or not fits:
        raise CameBackWrong
    if said.get("error") or not said.get("code"):
        raise TurnedDown
    if request.method == "GET":
        return render(request, "reach/mailbox_back.html", {"place": "me", "title": providers.TITLES[began["kind"]], "code": said["code"], "state": said["state"],
                                                           "keeps": mailboxes.KEEP})  # fmt: skip
    del request.session[KEPT]
    address, secret, until = providers.finish(began["kind"], said["code"], verifier=began["verifier"])
    me, keep = request.user, said.get("keep", "known")
    row = me.mailboxes.filter(address=address, kind=began["kind"]).exclude(state="ended").first()
    if row is None:
        row = mailboxes.connect(me, kind=began["kind"], address=address, settings={}, secret=secret, secret_until=until, keep=keep, by=me.actor, at=now())
    else:
        mailboxes.change(row, keep=row.keep, never=row.never, secret=secret, secret_until=until, by=me.actor, at=now())
    if began.get("calendar"):
        calendars.connect_mailbox(row, by=me.actor, at=now())
    request.session["toast"] = {"text": f"{row.address} is connected; its mail is read from now on", "undo": ""}
    return redirect(f"{PLACE}{row.pk}/")
