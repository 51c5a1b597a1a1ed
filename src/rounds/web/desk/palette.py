"""The palette: places, records and acts behind Ctrl/Cmd+K; and the favourites in the rail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may, writes
from rounds.access.scope import visible
from rounds.actions.desk import views as desk
from rounds.models import Account, Contact, Contract, Customer, Demo, Enrolment, Lead, Opportunity, Poc, Recent
from rounds.models.search import search
from rounds.web.deals.table import stage_word
from rounds.web.desk.places import Place, rail_of
from rounds.web.desk.places import found as places_found
from rounds.web.doors import noted, page
from rounds.web.people.login import inside

ACTS = [
    ("lead", ("plus", "New lead", "/leads/new/", "N")), ("task", ("plus", "New task", "/tasks/new/", "")), ("account", ("plus", "New account", "/accounts/new/", "")),
    ("contact", ("plus", "New contact", "/contacts/new/", "")), ("opportunity", ("plus", "New deal", "/opportunities/new/", "")),
]  # fmt: skip
"""(the object one has to write, the act)."""
INVITE = ("user-plus", "Invite somebody", "/people/new/", "")
RECORDS: dict[str, tuple[type[Model], str]] = {
    "accounts": (Account, "building-2"), "contacts": (Contact, "contact"), "leads": (Lead, "inbox"), "opportunities": (Opportunity, "handshake"),
    "contracts": (Contract, "file-text"), "demos": (Demo, "presentation"), "pocs": (Poc, "flask-conical"), "customers": (Customer, "heart-handshake"),
    "enrolments": (Enrolment, "send"),
}  # fmt: skip
"""The first word of a record's address → what it is, and its icon."""
RECORD = re.compile(rf"/(?P<noun>{'|'.join(RECORDS)})/(?P<key>[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})/")
SEARCHED = {"account": "accounts", "contact": "contacts", "lead": "leads", "opportunity": "opportunities"}
"""Kinds that search finds → the first word of their addresses."""
MOST, RECORDS_OF_IT, PLACES_OF_IT = 8, 6, 4
"""How many items are offered for words, and how many of them may be records, how many places."""


@require_GET
@page
def palette(request: HttpRequest) -> HttpResponse:
    """At most eight results: places whose name begins with the words, records, then other places and acts that hold them.
    With no words: where one was last, and every place."""
    said = request.GET.get("q", "").strip()
    groups = _found(request, said) if said else _at_rest(request)
    return render(request, "partials/palette_results.html", {"groups": groups, "q": said})


def _found(request: HttpRequest, said: str) -> list[dict]:
    records = results(request, said, most=RECORDS_OF_IT)
    if records:
        noted(request, "records.search", q=said[:200], rows=len(records))
    low = said.lower()
    places = places_found(request.user, said)[:PLACES_OF_IT]
    named = [place for place in places if place.label.lower().startswith(low)]
    acts = [act for act in _acts(request) if low in act["label"].lower()][:3]
    return _most([("Go to", _items(named)), ("Records", records), ("Go to" if not named else "Also", _items(place for place in places if place not in named)), ("Do", acts)])


def _most(groups: list[tuple[str, list]]) -> list[dict]:
    kept: list[dict] = []
    for label, items in groups:
        items = items[: MOST - sum(len(group["items"]) for group in kept)]
        if items:
            kept.append({"label": label, "items": items})
    return kept


def _at_rest(request: HttpRequest) -> list[dict]:
    """On a phone this is the menu: every place of the rail stands in it."""
    kept = Recent.objects.filter(user=request.user).order_by("-at")[:12]
    seen = [{"icon": r.icon, "label": r.label, "url": r.url} for r in still_seen(request, kept)[:4]]
    places = [(label or "Go to", _items(places)) for label, places in rail_of(request.user)]
    return [{"label": label, "items": items} for label, items in (("Recent", seen), ("Do", _acts(request)), *places) if items]


def _items(places: Iterable[Place]) -> list[dict]:
    return [_item(place.icon, place.label, place.url, f"G {place.key.upper()}" if place.key else "") for place in places]


def _acts(request: HttpRequest) -> list[dict]:
    acts = [act for noun, act in ACTS if writes(request.user, noun)]
    return [_item(*act) for act in (*acts, *([INVITE] if may(request.user, "people.manage") else []))]


def still_seen(request: HttpRequest, kept: Iterable[Any]) -> list[Any]:
    """Kept pages (favourites, recents) without the records their viewer does not see any more, whose names they
    would still tell. One query for each kind of record among them."""
    kept = list(kept)
    wanted: dict[str, list[str]] = {}
    for one in kept:
        if found := RECORD.fullmatch(one.url):
            wanted.setdefault(found["noun"], []).append(found["key"])
    seen = {str(key) for noun, keys in wanted.items() for key in visible(RECORDS[noun][0], request.scope).filter(pk__in=keys).values_list("pk", flat=True)}
    return [one for one in kept if not (found := RECORD.fullmatch(one.url)) or found["key"] in seen]


def _item(icon: str, label: str, url: str, key: str) -> dict:
    return {"icon": icon, "label": label, "url": url, "key": key}


def results(request: HttpRequest, said: str, *, most: int) -> list[dict]:
    """Found records as items, in order of how well they fit; one query a kind."""
    hits = search(said, most=most)
    rows: dict[tuple[str, UUID], Any] = {}
    for kind, noun in SEARCHED.items():
        if ids := [hit.id for hit in hits if hit.kind == kind]:
            rows.update({(kind, row.pk): row for row in visible(RECORDS[noun][0], request.scope).filter(pk__in=ids)})
    return [_result(hit.kind, rows[hit.kind, hit.id]) for hit in hits if (hit.kind, hit.id) in rows]


def _result(kind: str, row: Any) -> dict:
    noun = SEARCHED[kind]
    return {"icon": RECORDS[noun][1], "label": row.name, "meta": _says(kind, row), "url": f"/{noun}/{row.pk}/"}


def _says(kind: str, row: Any) -> str:
    if kind == "account":
        place = ", ".join(part for part in (row.city, row.state) if part)
        return f"{row.get_level_display()} · {place}" if place else row.get_level_display()
    if kind == "lead":
        return f"Lead · {row.organization}" if row.organization else "Lead"
    if kind == "opportunity":
        return f"Deal · {stage_word(row)}"
    return f"Contact · {row.title}" if row.title else "Contact"


@require_GET
@page
def search_page(request: HttpRequest) -> HttpResponse:
    """All records that hold the words: what the palette shows, whole."""
    said = request.GET.get("q", "").strip()
    items = results(request, said, most=50) if said else []
    if said:
        noted(request, "records.search", q=said[:200], rows=len(items))
    return render(request, "desk/search.html", {"q": said, "items": items, "place": ""})


@require_POST
@page
def favourite(request: HttpRequest) -> HttpResponse:
    """Keep a page in the rail, or drop it; a record is kept under its own name. For HTMX: the star, and the rail."""
    url = request.POST.get("url", "")
    label, icon = _named(request, url)
    desk.toggle_favourite(request.user, label=label, url=url, icon=icon)
    if not request.htmx:
        return redirect(inside(request, url))
    at = "row" if request.POST.get("at") == "row" else "page"
    return render(request, "partials/star_moved.html", {"url": url, "label": label, "at": at})


def _named(request: HttpRequest, url: str) -> tuple[str, str]:
    """The name and the icon of a page; a record the viewer cannot see has but its address, and one without a name of its own the
    name its page said."""
    label = request.POST.get("label", "")
    found = RECORD.fullmatch(url)
    if not found:
        return label, request.POST.get("icon", "bookmark")
    model, icon = RECORDS[found["noun"]]
    row = visible(model, request.scope).filter(pk=found["key"]).first()
    return getattr(row, "name", label) if row else "", icon
