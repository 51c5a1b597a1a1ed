"""Saved views of every list: kept, changed, starred, dropped; and how many rows each holds."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import need
from rounds.actions.desk import views as desk
from rounds.kit.clock import now
from rounds.models import SavedView
from rounds.models.listing import ListRefused
from rounds.web import lists
from rounds.web.doors import page


@require_POST
@page
def save(request: HttpRequest, noun: str) -> HttpResponse:
    """Keep the filters, columns and sort of a list under a name."""
    table = lists.table_of(noun, request.user)
    shared = bool(request.POST.get("shared"))
    if shared:
        need(request.user, "views.share")
    query = lists.query_of(table, QueryDict(request.POST.get("query", "")[:2000]))
    kept = query.query_string(after=None, view="")
    view = desk.save_view(
        request.user, noun=noun, name=request.POST.get("name", ""), query=kept, at=now(),
        shared=shared, default=bool(request.POST.get("default")),
    )  # fmt: skip
    return redirect(_address(table, view))


@require_POST
@page
def change(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Keep what the list shows now under the view's name."""
    table, view = lists.table_of(noun, request.user), _view(request, noun, key)
    query = lists.query_of(table, QueryDict(request.POST.get("query", "")[:2000]))
    view = desk.change_view(request.user, view, query=query.query_string(after=None, view=""))
    return redirect(_address(table, view))


@require_POST
@page
def drop(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Forget a view; its rows stay where they are."""
    desk.drop_view(request.user, _view(request, noun, key))
    return redirect(f"{lists.table_of(noun, request.user).url}?f=")


@require_POST
@page
def star(request: HttpRequest, noun: str) -> HttpResponse:
    """Open the list with this view first, from now on."""
    table, key = lists.table_of(noun, request.user), request.POST.get("view", "")
    shipped = next((view for view in table.shipped if view.key == key), None)
    if shipped is None:
        desk.star_view(request.user, _view(request, noun, key), noun=noun)
    elif shipped is table.star_for(request.user):
        desk.star_view(request.user, None, noun=noun)
    else:
        desk.save_view(request.user, noun=noun, name=shipped.name, query=shipped.query, at=now(), default=True)
    return redirect(table.url)


@require_GET
@page
def counts(request: HttpRequest, noun: str) -> HttpResponse:
    """The tabs of a list with the number of rows of each, in one query."""
    table = lists.table_of(noun, request.user)
    query = lists.query_of(table, request.GET)
    views = lists.views(request, table, query)
    wanted = {}
    for place, tab in enumerate(views["tabs"]):
        try:
            where = lists.query_of(table, QueryDict(tab["query"])).where(request.user)
        except ListRefused:
            where = Q(pk__in=[])
        wanted[f"n{place}"] = Count("pk", filter=where)
    found = table.rows(request).aggregate(**wanted) if wanted else {}
    numbers = {tab["key"]: found[f"n{place}"] for place, tab in enumerate(views["tabs"])}
    here = query.query_string(after=None)
    return render(request, "lists/tabs.html", {"spec": table, "views": views, "counts": numbers, "here": here})


def _view(request: HttpRequest, noun: str, key: str) -> SavedView:
    """A view of this list that is the viewer's, or shared; else 404."""
    seen = SavedView.objects.filter(Q(user=request.user) | Q(shared=True), noun=noun)
    try:
        view = seen.filter(pk=key).first()
    except (ValueError, ValidationError):
        view = None
    if view is None:
        raise Http404
    return view


def _address(table: lists.Table, view: SavedView) -> str:
    return f"{table.url}?" + f"{view.query}&view={view.id}".lstrip("&")
