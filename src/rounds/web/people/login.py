"""Logging in and out, and a person's own choices."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from rounds.actions.people import entering, logins, sessions, users
from rounds.kit.addresses import client_address
from rounds.kit.clock import now
from rounds.web.people.entry import challenge, device_of, enter, first, inside, place


@never_cache
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page: address and password, or a passkey. Whatever is wrong gets the same answer."""
    if request.user.is_authenticated:
        return redirect(inside(request))
    said = {"next": inside(request), "limits": sessions.limits()}
    if request.method == "POST":
        if request.POST.get("credential"):
            return _by_passkey(request, said)
        said["email"] = request.POST.get("email", "").strip().lower()[:254]
        user = entering.by_password(said["email"], request.POST.get("password", ""), device=device_of(request),
                                    ip=client_address(request), at=now())  # fmt: skip
        said["recognise"] = bool(request.POST.get("recognise"))
        if user is not None:
            return first(request, user, way="password", to=said["next"], recognise=said["recognise"])
        said["refusal"] = entering.NOT_IN
        # 200, not 4xx: the refusal is the page, the next try needs its fresh CSRF token, and the count must stay.
    return render(request, "people/login.html", said)


def _by_passkey(request: HttpRequest, said: dict) -> HttpResponse:
    user = entering.by_passkey(request.POST["credential"], challenge(request), place(request),
                               ip=client_address(request), at=now())  # fmt: skip
    if user is None:
        return render(request, "people/login.html", said | {"refusal": "That passkey is not known here, or did not check that"
                                                            " it is you. Log in with your password instead."})  # fmt: skip
    request.session.flush()
    return enter(request, user, ["passkey"], to=said["next"], recognise=bool(request.POST.get("recognise")))


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: GET shows a button (mail gateways follow links), POST spends it as the first factor."""
    if request.method == "GET":
        return render(request, "people/link.html", {"token": token})
    user = logins.use_link(token, at=now())
    return first(request, user, way="link", to=logins.first_page(user))


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        sessions.note_out(request.session.row, by=request.user.actor, at=now())
    logout(request)
    return redirect("/login/")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme, with or without script."""
    if not request.user.is_authenticated:
        return redirect("/login/")
    users.prefer(request.user, theme=request.POST.get("theme", ""))
    return HttpResponse(status=204) if request.htmx else redirect(inside(request))
