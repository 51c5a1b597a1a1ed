"""The hygiene inbox: what is left undone on leads, accounts, contacts and deals, and how it is mended."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import NotAllowed, reads
from rounds.access.roles import role_of
from rounds.analytics.desk import hygiene
from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.web.doors import noted, page

PLACES = {"lead": "/leads/", "account": "/accounts/", "contact": "/contacts/", "opportunity": "/opportunities/"}
WORDS = {"opportunity": "deal"}
"""Noun → what people call it."""
MENDED = {"no_role": "/contacts/review/"}
"""Checks that are mended elsewhere than in the list."""


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """Every check with its count, the first rows and the way to mend it; by rep how it went."""
    nouns = tuple(noun for noun in PLACES if reads(request.user, noun))
    if not nouns:
        raise NotAllowed(f"Your role ({role_of(request.user).title}) does not work with leads, accounts, contacts or deals.")
    noted(request, "hygiene.read")
    book, at = active().playbook, now()
    found = hygiene.found(book, request.scope, at=at, nouns=nouns)
    reps = hygiene.reps(book, request.scope, at=at) if "lead" in nouns else []
    said = {
        "finding": says(found), "place": "hygiene", "found": [shown(one) for one in found if one.rows],
        "clean": [f"{one.check.title}, {WORDS.get(one.check.noun, one.check.noun)}s" for one in found if not one.rows], "reps": [_rep(one) for one in reps],
        "trend_days": book.hygiene.trend_days.value, "stale_days": book.hygiene.stale_after_days.value,
    }  # fmt: skip
    return render(request, "desk/hygiene.html", said)


def says(found: list[hygiene.Found]) -> str:
    """The finding: the fullest check, and how many others."""
    open_ = [one for one in found if one.rows]
    if not open_:
        return "Nothing is left undone"
    first = open_[0]
    rest = f", and {len(open_) - 1} more {'thing' if len(open_) == 2 else 'things'} to mend" if len(open_) > 1 else ""
    return f"{first.rows:,} {WORDS.get(first.check.noun, first.check.noun)}{'' if first.rows == 1 else 's'}: {first.check.title.lower()}{rest}"


def shown(one: hygiene.Found) -> dict[str, Any]:
    """A check as it is shown, with the list of its rows, in which they are mended together."""
    noun, word, change = one.check.noun, WORDS.get(one.check.noun, one.check.noun), None if one.before is None else one.rows - one.before
    return {"check": one.check, "nouns": word if one.rows == 1 else f"{word}s", "rows": one.rows, "stale": one.stale, "change": change,
            "url": f"{PLACES[noun]}?f=undone.is.{one.check.check}", "mend": MENDED.get(one.check.check, ""),
            "first": [{"name": row.name, "url": f"{PLACES[noun]}{row.pk}/"} for row in one.first]}  # fmt: skip


def _rep(one: hygiene.Rep) -> dict[str, Any]:
    """A rep with the line of their counts, oldest at the left."""
    top, last = max((n for _, n in one.points), default=0) or 1, max(len(one.points) - 1, 1)
    points = [(100 * place // last, 30 - 28 * n // top) for place, (_, n) in enumerate(one.points)]
    return {"name": one.owner.name if one.owner else "Nobody", "rows": one.rows, "points": points,
            "change": None if one.before is None else one.rows - one.before,
            "words": f"{one.points[0][1]} on {one.points[0][0]:%-d %b}, {one.rows} on {one.points[-1][0]:%-d %b}"}  # fmt: skip
