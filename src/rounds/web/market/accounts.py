"""The list of accounts, the tree, a new account, and what changes one: fields, place, end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from rounds.access.allowed import keeper, may, need_to_read, need_to_write
from rounds.access.scope import visible
from rounds.actions.desk.own_fields import set_own
from rounds.actions.market import accounts
from rounds.analytics.market.tree import tree_of
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, User
from rounds.models.flow.active import active
from rounds.models.flow.days import house_today
from rounds.models.market.accounts import LEVELS, PARENT_LEVELS
from rounds.models.search import ids_of_words
from rounds.web import lists
from rounds.web.desk import own_cells
from rounds.web.doors import noted, page
from rounds.web.market.account_acts import picked
from rounds.web.market.account_shown import account_or_404
from rounds.web.market.facts_shown import MONTHS
from rounds.web.market.forms import given, shown
from rounds.web.market.market import windows_by_month
from rounds.web.market.table import ACCOUNT_TABLE


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The accounts one may see, under filters, views and sorts that are all in the address."""
    asked = lists.ask(request, ACCOUNT_TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    said = {"windows": windows_by_month(house_today())}
    return render(request, "market/accounts.html", lists.context(request, ACCOUNT_TABLE, asked, **said))


@require_GET
@page
def tree(request: HttpRequest) -> HttpResponse:
    """The hierarchy of one buying unit, or the largest systems to open."""
    need_to_read(request.user, "account")
    unit = request.GET.get("unit", "")
    said: dict[str, Any] = {"place": "accounts", "root": None}
    if unit:
        account = account_or_404(request, _uuid(unit))
        noted(request, "account.read", "account", account.id, part="tree")
        said |= {"account": account, "root": tree_of(account.buying_unit or account, request.scope)}
    else:
        rows = visible(Account, request.scope).filter(level="system", status="open")
        said |= {"systems": list(rows.order_by("-beds", "name")[:100])}
        noted(request, "accounts.list", "account", part="tree", rows=len(said["systems"]))
    return render(request, "market/tree.html", said)


class NoSuchUnit(Refusal):
    """There is no such buying unit; choose one from the list."""

    status = 422


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NoSuchUnit from error


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest) -> HttpResponse:
    """Add an account: a system, a hospital, or something below one that is there."""
    need_to_write(request.user, "account")
    parent = account_or_404(request, _uuid(request.GET["parent"]), to="read") if request.GET.get("parent") else None
    said: dict[str, Any] = {"place": "accounts", "parent": parent, "fields": shown(request.POST, _start(parent)), "error": None}
    if request.method == "POST":
        try:
            under = picked(request, Account, "parent")
            own = own_cells.given(request, "account")
            account = accounts.add(parent=under, owner=keeper(request.user), by=request.user.actor, at=now(),
                                   **given(request.POST))  # fmt: skip
            set_own(account, own, by=request.user.actor, at=now())
            return redirect(f"/accounts/{account.id}/")
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            said |= {"error": refusal, "fields": shown(request.POST, {}, refusal)}
            return render(request, "market/account_new.html", said | _lists(parent), status=422)
    return render(request, "market/account_new.html", said | _lists(parent))


def _start(parent: Account | None) -> dict[str, Any]:
    if parent is None:
        return {"level": "hospital"}
    level = next((level for level, above in PARENT_LEVELS.items() if parent.level in above), "hospital")
    return {"level": level, "state": parent.state, "city": parent.city}


def _lists(parent: Account | None) -> dict[str, Any]:
    levels = [(k, w) for k, w in LEVELS if parent is None or parent.level in PARENT_LEVELS[k]]
    return {"levels": levels, "months": [(i + 1, name) for i, name in enumerate(MONTHS)], "vendors": list(active().playbook.ehr.vendors),
            "org_types": active().playbook.picklists.org_type.values}  # fmt: skip


@require_http_methods(["GET", "POST"])
@page
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change an account's plain fields; the same page moves it, gives it away and closes it."""
    account = account_or_404(request, key)
    need_to_write(request.user, account)
    held = {name: getattr(account, name) for name in ("name", "address", "city", "state", "zip", "county", "phone", "website")}
    said: dict[str, Any] = {"account": account, "url": f"/accounts/{key}/", "place": "accounts", "today": house_today(),
                            "fields": shown(request.POST, held), "error": None, "found": _parents(request, account),
                            "may_assign": may(request.user, "records.assign_others"), "words": request.GET.get("parent_words", ""),
                            "people": list(User.objects.filter(is_active=True).order_by("name"))}  # fmt: skip
    if request.method == "POST":
        try:
            accounts.change(account, by=request.user.actor, at=now(), **{k: v for k, v in given(request.POST).items() if k in held})
            return redirect(f"/accounts/{key}/")
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            said |= {"error": refusal, "fields": shown(request.POST, held, refusal)}
            return render(request, "market/account_change.html", said, status=422)
    return render(request, "market/account_change.html", said)


def _parents(request: HttpRequest, account: Account) -> list[Account]:
    """Where the account could stand: what its level allows and the words name."""
    words = request.GET.get("parent_words", "").strip()
    if not words or not PARENT_LEVELS[account.level]:
        return []
    rows = visible(Account, request.scope).filter(pk__in=ids_of_words(words, "account", most=200))
    return list(rows.filter(level__in=PARENT_LEVELS[account.level]).exclude(pk=account.pk)[:12])
