"""Logging in and out, and a person's own choices."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from rounds.actions.people import logins, users
from rounds.kit.clock import now

BACKEND = "django.contrib.auth.backends.ModelBackend"


def inside(request: HttpRequest, default: str = "/") -> str:
    """The `next` address when it is one of ours, else `default`: no open redirect."""
    said = request.POST.get("next") or request.GET.get("next") or ""
    return said if url_has_allowed_host_and_scheme(said, allowed_hosts=None) and said.startswith("/") else default


@never_cache
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page. A wrong password and an unknown address get the same answer."""
    if request.user.is_authenticated:
        return redirect(inside(request))
    said = {"next": inside(request)}
    if request.method == "POST":
        said["email"] = request.POST.get("email", "").strip().lower()
        user = authenticate(request, username=said["email"], password=request.POST.get("password", ""))
        if user is not None:
            login(request, user, backend=BACKEND)
            return redirect(said["next"])
        said["refusal"] = "That e-mail address and password do not go together. Ask your admin for a log-in link."
        # 200, not 4xx: the refusal is the page, and the next try needs its fresh CSRF token.
    return render(request, "people/login.html", said)


@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: GET shows a button (mail gateways follow links), POST spends it and logs in."""
    if request.method == "GET":
        return render(request, "people/link.html", {"token": token})
    user = logins.use_link(token, at=now())
    login(request, user, backend=BACKEND)
    return redirect(logins.first_page(user))


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("/login/")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme, with or without script."""
    if not request.user.is_authenticated:
        return redirect("/login/")
    users.prefer(request.user, theme=request.POST.get("theme", ""))
    return HttpResponse(status=204) if request.htmx else redirect(inside(request))


