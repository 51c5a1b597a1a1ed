"""What every page begins with: somebody logged in, and the row, seen or 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from urllib.parse import quote

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from rounds.access.scope import visible

M = TypeVar("M", bound=Model)


def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people who are logged in; anybody else is sent to log in and back."""

    @wraps(view)
    def door(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            away = f"/login/?next={quote(request.get_full_path())}"
            if request.htmx:
                return HttpResponse(status=401, headers={"HX-Redirect": away})
            return redirect(away)
        return view(request, *args, **kwargs)

    return door


def one(request: HttpRequest, model: type[M], key: object, *fetch: str) -> M:
    """The row `key` of `model` if the viewer may see it, else 404: unseen and absent look the same."""
    rows = visible(model, request.scope)
    row = (rows.select_related(*fetch) if fetch else rows).filter(pk=key).first()
    if row is None:
        raise Http404
    return row
