"""The tabs of a list: the views that came with it and the saved ones, and whether the present one was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpRequest, QueryDict

from rounds.access.allowed import may
from rounds.models import SavedView
from rounds.models.listing import FieldKept, ListRefused, Query, parse

if TYPE_CHECKING:
    from rounds.web.lists import Table


def views(request: HttpRequest, table: Table, query: Query) -> dict[str, Any]:
    """The tabs: shipped views, then saved ones (own and shared); which one this is, and whether it was changed."""
    saved = SavedView.objects.filter(noun=table.key).filter(Q(user=request.user) | Q(shared=True))
    mine = [view for view in saved.order_by("position", "name") if may_open(table, view.query)]
    starred = next((str(v.id) for v in mine if v.is_default and v.user_id == request.user.id), "")
    opens, may_share = table.star_for(request.user), may(request.user, "views.share")
    tabs = [{"key": v.key, "name": v.name, "query": v.query, "star": v is opens and not starred, "own": False,
             "shared": True} for v in table.shipped if may_open(table, v.query)]  # fmt: skip
    tabs += [{"key": str(v.id), "name": v.name, "query": v.query, "star": str(v.id) == starred,
              "own": v.user_id == request.user.id or (v.shared and may_share), "shared": v.shared}
             for v in mine]  # fmt: skip
    here = query.query_string(after=None, view="")
    now = next((t for t in tabs if t["key"] == query.view), None) or next(
        (t for t in tabs if not query.view and canonical(table, t["query"]) == here), None)  # fmt: skip
    for tab in tabs:
        tab["url"] = f"{table.url}?" + f"{tab['query']}&view={tab['key']}".lstrip("&")
        tab["current"] = tab is now
    changed = now is not None and canonical(table, now["query"]) != here
    return {"tabs": tabs, "now": now, "changed": changed, "here": here}


def may_open(table: Table, text: str) -> bool:
    """Whether a view asks for nothing its viewer is not shown (a field that is kept from their role)."""
    try:
        parse(table.listing, QueryDict(text))
    except FieldKept:
        return False
    except ListRefused:
        pass
    return True


def canonical(table: Table, text: str) -> str:
    """A stored query string as the grammar writes it today; as it stands when the grammar no longer knows it."""
    try:
        return parse(table.listing, QueryDict(text)).query_string(after=None)
    except (ListRefused, FieldKept):
        return text
