"""Today: what waits for the viewer, in the order in which it is worth doing; a first run while nothing is there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.web.doors import page


@require_GET
@page
def today(request: HttpRequest) -> HttpResponse:
    """The viewer's day; an empty workspace shows its first steps instead."""
    return render(request, "desk/today/today.html", {"place": "today"})
