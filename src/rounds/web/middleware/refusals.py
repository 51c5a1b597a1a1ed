"""Refusals: one handler renders every named sentence, as a page or as a fragment."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from rounds.kit.refusal import Refusal
from rounds.web.doors import Merged
from rounds.web.middleware.text_door import sealed


class RefusalsMiddleware:
    """Turns a Refusal raised by any page into its sentence with its status."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and not request.path.startswith(("/api/", "/health/")):
            return _only_sent(request, response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if isinstance(exception, Merged) and exception.reads:
            return redirect(exception.place)
        return refused(request, exception)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page, or for HTMX the fragment, that says `refusal`."""
    fragment = bool(getattr(request, "htmx", False))
    template = "errors/refusal_fragment.html" if fragment else "errors/refusal.html"
    again = sealed(request) if getattr(refusal, "can_wait", False) else ""
    response = render(request, template, {"refusal": refusal, "again": again}, status=refusal.status)
    if fragment:
        response["HX-Retarget"] = "#refusals"
        response["HX-Reswap"] = "innerHTML"
    return response


def _only_sent(request: HttpRequest, allowed: str) -> HttpResponse:
    """405: an address that only takes what a form sends, opened as a page."""
    response = render(request, "errors/405.html", status=405)
    response["Allow"] = allowed
    return response
