"""The second factor, and asking again who is there. Nobody reaches a page past the first without it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from rounds.actions.people import entering, factors, otp, security_keys, sessions
from rounds.kit.addresses import client_address
from rounds.kit.clock import now
from rounds.models import User
from rounds.web.doors import page
from rounds.web.people.entry import CHALLENGE, Pending, anew, challenge, device_of, enter, inside, pending, place


@never_cache
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """The page of the second factor: a code, a key, or a recovery code."""
    who = pending(request)
    if who is None:
        return anew(request)
    if not factors.held(who.user):
        return redirect("/login/enrol/")
    said = _offers(who.user) | {"recognise": who.recognise, "recognised": device_of(request, who.user), "limits": sessions.limits()}
    if request.method == "POST":
        kind = entering.second(who.user, request.POST.dict(), challenge=challenge(request), place=place(request),
                               way=_counted_as(request, who), ip=client_address(request), at=now())  # fmt: skip
        if kind:
            return enter(request, who.user, [who.way, kind], to=who.to, recognise=bool(request.POST.get("recognise")))
        said |= {"refusal": entering.WRONG_CODE, "recognise": bool(request.POST.get("recognise"))}
    return render(request, "people/second.html", said)


@require_POST
def message(request: HttpRequest) -> HttpResponse:
    """Send a code by text message to whoever has shown one factor."""
    who = pending(request)
    if who is None:
        return anew(request)
    for factor in factors.usable(who.user):
        if factor.kind == "sms":
            otp.send(factor, at=now())
    return redirect("/login/second/?sent=1")


def _counted_as(request: HttpRequest, who: Pending) -> str:
    """Whose failures these are: of the recognised browser, else of the way the first factor was given."""
    device = device_of(request, who.user)
    return str(device.id) if device else who.way


def _offers(user: User) -> dict:
    """What the page may ask of `user`."""
    kinds = {factor.kind for factor in factors.usable(user)}
    sms = next((factor for factor in factors.usable(user) if factor.kind == "sms"), None)
    return {"kinds": kinds, "by_code": kinds & {"totp", "sms"}, "phone": otp.phone_of(sms) if sms else "",
            "codes_left": otp.codes_left(user)}  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
@page
def again(request: HttpRequest) -> HttpResponse:
    """Who is there? Asked after an idle while and before something leaves; then back to the page one came from."""
    request.polled = True  # only the right answer keeps the session alive
    user, row = request.user, request.session.row
    said = _offers(user) | {"next": inside(request), "password": user.has_usable_password()}
    if request.method == "POST":
        way = entering.again(user, row, request.POST.dict(), challenge=challenge(request), place=place(request),
                             ip=client_address(request), at=now())  # fmt: skip
        if way:
            sessions.prove(row, way, by=user.actor, at=now())
            return redirect(said["next"])
        said["refusal"] = "That is not right, or there were too many tries. Wait a moment, then try again."
    return render(request, "people/again.html", said)


@require_POST
def ask_key(request: HttpRequest) -> HttpResponse:
    """The question for a key: of whoever is logged in or has shown one factor; else for any passkey."""
    who = pending(request)
    user = request.user if request.user.is_authenticated else who.user if who else None
    if request.POST.get("for") == "passkey":
        user = None  # the log-in page asks for whoever holds the passkey, whoever was here before
    return _asked(request, security_keys.ask(place(request), user))


@require_POST
def ask_new_key(request: HttpRequest) -> HttpResponse:
    """The question for a new key: of somebody logged in, or of whoever must add a first factor to get in."""
    who = pending(request)
    if request.user.is_authenticated:
        return _asked(request, security_keys.ask_new(request.user, place(request)))
    if who is None or factors.held(who.user):
        return JsonResponse({"refusal": "Log in again: too much time went by."})
    return _asked(request, security_keys.ask_new(who.user, place(request)))


def _asked(request: HttpRequest, asked: security_keys.Asked) -> HttpResponse:
    request.session[CHALLENGE] = asked.challenge.hex()
    return HttpResponse(asked.options, content_type="application/json")
