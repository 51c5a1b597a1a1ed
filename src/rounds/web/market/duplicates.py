"""Duplicates: the pairs that may be one record, both side by side, the merge and the way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import NotAllowed, may_change, need, reads
from rounds.access.pairs import merges, pairs
from rounds.access.scope import visible
from rounds.actions.market import duplicates, merging
from rounds.actions.market.merge_nouns import NOUNS
from rounds.actions.trust.phi import PhiRefused
from rounds.kit.clock import now
from rounds.models import Account, DuplicatePair
from rounds.models.flow.active import active
from rounds.web.doors import noted, page
from rounds.web.market import duplicates_shown as shown

SIZE = 50


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The open pairs of one noun that the viewer sees, the surest first."""
    noun = _noun(request)
    rows = pairs(request.scope, noun).filter(state="open")
    wanted = request.GET.get("group", "")
    groups = active().playbook.duplicates.groups
    if wanted in {group.group for group in groups}:
        rows = rows.filter(group=wanted)
    after = request.GET.get("after", "")
    if after:
        rows = rows.filter(shown.later(after))
    found = list(rows.order_by("-points", "id")[: SIZE + 1])
    noted(request, "duplicates.list", noun, rows=len(found[:SIZE]))
    said = {
        "noun": noun, "plural": shown.PLURAL[noun], "lines": [shown.line(pair, request.scope.hidden) for pair in found[:SIZE]],
        "counts": shown.counts(request, noun), "tabs": shown.tabs(request, noun), "groups": groups, "wanted": wanted,
        "next": f"{found[SIZE - 1].points}~{found[SIZE - 1].id}" if len(found) > SIZE else "", "place": "duplicates",
        "looked": shown.last_look(),
    }  # fmt: skip
    return render(request, "market/duplicates/list.html", said)


@require_http_methods(["GET"])
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """Both records side by side: what is alike, what one would choose, what would come along."""
    pair = _one(request, key)
    for row in (pair.one, pair.other):
        noted(request, f"{pair.noun}.read", pair.noun, row.pk, part="duplicates")
    return _pair(request, pair)


@require_POST
@page
def merge(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take one record of the pair into the other."""
    pair = _one(request, key)
    need(request.user, "records.merge")
    for row in (pair.one, pair.other):
        if not may_change(request.user, row):
            raise NotAllowed(f"{row} belongs to somebody else; ask its owner, or a manager.")
    kept, lost = (pair.other, pair.one) if request.POST.get("keep") == "other" else (pair.one, pair.other)
    take = [name for name in NOUNS[pair.noun].fields if request.POST.get(f"take.{name}") == str(lost.pk)]
    take = [name for name in take if shown.may_show(pair.noun, name, request.scope.hidden)]
    try:
        done = merging.merge(kept, lost, take=take, reason=request.POST.get("reason", ""), by=request.user.actor, at=now())
    except (merging.NotOne, PhiRefused) as refusal:
        return _pair(request, pair, refusal)
    request.session["toast"] = {"text": f"{lost} is now part of {kept}", "undo": f"/merges/{done.id}/undoing/"}
    return redirect(shown.url_of(kept))


@require_POST
@page
def apart(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that a pair is two records; the next pair of the list comes up."""
    pair = _one(request, key)
    if not any(may_change(request.user, row) for row in (pair.one, pair.other)):
        raise NotAllowed("Neither record is yours; ask an owner, or a manager.")
    merging.keep_apart(pair, by=request.user.actor, at=now())
    following = pairs(request.scope, pair.noun).filter(state="open").order_by("-points", "id").first()
    if request.POST.get("next") and following:
        return redirect(f"/duplicates/{following.id}/")
    return redirect(f"/duplicates/?noun={pair.noun}")


@require_POST
@page
def like(request: HttpRequest) -> HttpResponse:
    """While somebody types a new record: those it may be, of what they see. Nothing is written; it is sent, not asked
    for, so that no name or address stands in a log of addresses."""
    noun = _noun(request)
    said = {name: request.POST.get(name, "")[:300] for name in duplicates.COLUMNS[noun]}
    if noun == "contact":
        said["account_id"] = _account(request)
    groups = active().playbook.duplicates
    floor = next(group.at_least for group in groups.groups if group.group == groups.told_while_typing)
    rows = visible(NOUNS[noun].model, request.scope)
    found = [(row, group) for row, points, group in duplicates.like(noun, said, rows) if points >= floor][:3] if said["name"] else []
    return render(request, "market/duplicates/like.html", {"found": [(row, shown.url_of(row)) for row, _ in found], "noun": noun})


@require_http_methods(["GET"])
@page
def log(request: HttpRequest) -> HttpResponse:
    """What was merged into what, the latest first, and the way back."""
    rows = merges(request.scope)[:SIZE]
    noted(request, "merges.list", rows=len(rows))
    return render(request, "market/duplicates/merges.html", {"lines": [shown.merge_line(row) for row in rows], "place": "duplicates"})


@require_POST
@page
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a merge back."""
    row = merges(request.scope).filter(pk=key).first()
    if row is None:
        raise Http404
    need(request.user, "records.merge")
    if not may_change(request.user, row.kept):
        raise NotAllowed(f"{row.kept} belongs to somebody else; ask its owner, or a manager.")
    done = merging.unmerge(row, by=request.user.actor, at=now())
    left = f"; {done.left} things that were changed since stayed" if done.left else ""
    request.session["toast"] = {"text": f"{row.lost} and {row.kept} are two again{left}", "undo": ""}
    return redirect(shown.url_of(row.lost))


def _noun(request: HttpRequest) -> str:
    readable = [noun for noun in NOUNS if reads(request.user, noun)]
    if not readable:
        raise NotAllowed("Your role does not work with accounts, contacts or leads.")
    wanted = request.POST.get("noun") or request.GET.get("noun", "")
    return wanted if wanted in readable else readable[0]


def _account(request: HttpRequest) -> UUID | None:
    """The account a new contact is typed for, if the viewer sees it."""
    try:
        key = UUID(request.POST.get("account", ""))
    except ValueError:
        return None
    return key if visible(Account, request.scope).filter(pk=key).exists() else None


def _one(request: HttpRequest, key: UUID) -> DuplicatePair:
    for noun in NOUNS:
        if (pair := pairs(request.scope, noun).filter(pk=key).first()) is not None:
            return pair
    raise Http404


def _pair(request: HttpRequest, pair: DuplicatePair, error: Exception | None = None) -> HttpResponse:
    said: dict[str, Any] = {
        "pair": pair, "place": "duplicates", "error": error, "reason": request.POST.get("reason", ""),
        "keep": request.POST.get("keep", "one"), **shown.side_by_side(request, pair),
    }  # fmt: skip
    return render(request, "market/duplicates/pair.html", said, status=getattr(error, "status", 200) if error else 200)
