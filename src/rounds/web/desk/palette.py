"""The palette: places, records and acts behind Ctrl/Cmd+K; and the favourites in the rail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may, reads, writes
from rounds.access.scope import visible
from rounds.actions.desk import views as desk
from rounds.models import Account, Contact, Lead, Recent
from rounds.models.search import search
from rounds.web.doors import noted, page
from rounds.web.people.login import inside

PLACES = [
    ("", ("sun", "Today", "/", "G T")), ("task", ("list-checks", "Tasks", "/tasks/", "G K")), ("account", ("map", "Market", "/market/", "G M")),
    ("account", ("building-2", "Accounts", "/accounts/", "G A")), ("contact", ("contact", "Contacts", "/contacts/", "G C")),
    ("lead", ("inbox", "Leads", "/leads/", "G L")), ("lead", ("route", "Attribution", "/leads/attribution/", "")), ("lead", ("grid-3x3", "Band by qualification", "/leads/matrix/", "")),
    ("lead", ("brush-cleaning", "Hygiene", "/hygiene/", "")),
    ("opportunity", ("handshake", "Opportunities", "/opportunities/", "G S")),
    ("customer", ("heart-handshake", "Customers", "/customers/", "G W")), ("", ("book-open", "Playbook", "/playbook/", "G P")),
    ("", ("workflow", "Automations", "/automations/", "G O")),
    ("account", ("hospital", "Universe report", "/universe/", "G U")),
]  # fmt: skip
"""(the object one has to read, the place): no place is offered that would only refuse."""
ACTS = [
    ("lead", ("plus", "New lead", "/leads/new/", "N")), ("task", ("plus", "New task", "/tasks/new/", "")), ("account", ("plus", "New account", "/accounts/new/", "")),
    ("contact", ("plus", "New contact", "/contacts/new/", "")),
]  # fmt: skip
"""(the object one has to write, the act)."""
DRAFT = ("scale", "Try a change of the playbook", "/playbook/what-if/", "")
PERMITTED = [
    ("people.read", ("users", "People", "/people/", "G E")), ("people.read", ("users", "Teams", "/teams/", "")),
]  # fmt: skip
"""(the permission one needs, the place)."""
OWN = [("user-round", "Your account", "/me/", "")]
INVITE = ("user-plus", "Invite somebody", "/people/new/", "")
RECORD = re.compile(r"/(?P<noun>account|contact|lead)s/(?P<key>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
NOUNS = {
    "account": (Account, "building-2", "/accounts/{}/"),
    "contact": (Contact, "contact", "/contacts/{}/"),
    "lead": (Lead, "inbox", "/leads/{}/"),
}


@require_GET
@page
def palette(request: HttpRequest) -> HttpResponse:
    """At most eight results: records first, then places and acts whose name holds the words."""
    said = request.GET.get("q", "").strip()
    groups = _found(request, said) if said else _at_rest(request)
    return render(request, "partials/palette_results.html", {"groups": groups, "q": said})


def _found(request: HttpRequest, said: str) -> list[dict]:
    records = results(request, said, most=6)
    if records:
        noted(request, "records.search", q=said[:200], rows=len(records))
    low = said.lower()
    places = [p for p in _places(request) if low in p["label"].lower()][:3]
    acts = [a for a in _acts(request) if low in a["label"].lower()][:3]
    groups = [("Records", records), ("Go to", places), ("Do", acts)]
    return _most(groups, 8)


def _at_rest(request: HttpRequest) -> list[dict]:
    kept = Recent.objects.filter(user=request.user).order_by("-at")[:12]
    seen = [{"icon": r.icon, "label": r.label, "url": r.url} for r in still_seen(request, kept)[:4]]
    return _most([("Recent", seen), ("Go to", _places(request)), ("Do", _acts(request))], 16)


def _most(groups: list[tuple[str, list]], most: int) -> list[dict]:
    kept = []
    for label, items in groups:
        items = items[: most - sum(len(g["items"]) for g in kept)]
        if items:
            kept.append({"label": label, "items": items})
    return kept


def _places(request: HttpRequest) -> list[dict]:
    places = [place for noun, place in PLACES if not noun or reads(request.user, noun)]
    return [_item(*place) for place in (*places, *(p for needed, p in PERMITTED if may(request.user, needed)), *OWN)]


def _acts(request: HttpRequest) -> list[dict]:
    acts = [act for noun, act in ACTS if writes(request.user, noun)]
    more = [act for needed, act in (("playbook.draft", DRAFT), ("people.manage", INVITE)) if may(request.user, needed)]
    return [_item(*act) for act in (*acts, *more)]


def still_seen(request: HttpRequest, kept: Iterable[Any]) -> list[Any]:
    """Kept pages (favourites, recents) without the records their viewer does not see any more, whose names they
    would still tell. One query for each kind of record among them."""
    kept = list(kept)
    wanted: dict[str, list[str]] = {}
    for one in kept:
        if found := RECORD.fullmatch(one.url):
            wanted.setdefault(found["noun"], []).append(found["key"])
    seen = {str(key) for noun, keys in wanted.items()
            for key in visible(NOUNS[noun][0], request.scope).filter(pk__in=keys).values_list("pk", flat=True)}  # fmt: skip
    return [one for one in kept if not (found := RECORD.fullmatch(one.url)) or found["key"] in seen]


def _item(icon: str, label: str, url: str, key: str) -> dict:
    return {"icon": icon, "label": label, "url": url, "key": key}


def results(request: HttpRequest, said: str, *, most: int) -> list[dict]:
    """Found records as items, in order of how well they fit; one query a kind."""
    hits = search(said, most=most)
    rows = {}
    for kind, (model, _, _) in NOUNS.items():
        ids = [hit.id for hit in hits if hit.kind == kind]
        if ids:
            rows.update({(kind, row.pk): row for row in visible(model, request.scope).filter(pk__in=ids)})
    items = []
    for hit in hits:
        row = rows.get((hit.kind, hit.id))
        if row is not None:
            _, icon, url = NOUNS[hit.kind]
            items.append({"icon": icon, "label": row.name, "meta": _says(hit.kind, row), "url": url.format(row.pk)})
    return items


def _says(kind: str, row) -> str:
    if kind == "account":
        place = ", ".join(part for part in (row.city, row.state) if part)
        return f"{row.get_level_display()} · {place}" if place else row.get_level_display()
    if kind == "lead":
        return f"Lead · {row.organization}" if row.organization else "Lead"
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
    """The name and the icon of a page; a record the viewer cannot see has but its address."""
    found = RECORD.fullmatch(url)
    if not found:
        return request.POST.get("label", ""), request.POST.get("icon", "bookmark")
    model, icon, _ = NOUNS[found["noun"]]
    row = visible(model, request.scope).filter(pk=found["key"]).first()
    return row.name if row else "", icon
