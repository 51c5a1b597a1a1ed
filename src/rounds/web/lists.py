"""A list page: filters as chips, saved views as tabs, sortable heads, keyset pages; all of it in the URL."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest

from rounds.models import SavedView
from rounds.models.listing import Condition, Listing, Page, Query, page_of, parse
from rounds.models.listing.grammar import BETWEEN

BUILDER_KINDS = {"int": "number", "money": "number", "rate": "number", "when": "number", "date": "date",
                 "bool": "choice", "person": "choice", "choice": "choice", "window": "choice"}  # fmt: skip


def ask(listing: Listing, request: HttpRequest, *, size: int = 50) -> Query:
    """The Query of this request, whether it came as a link or from the filter builder's form."""
    params = request.GET
    built = _from_builder(params)
    if built is not None:
        params = params.copy()
        for name in [name for name in params if name.startswith("f.") or name in ("f", "or")]:
            del params[name]
        first, *others = [group for group in built if group] or [[]]
        params.setlist("f", first)
        params.setlist("or", [BETWEEN.join(group) for group in others])
    return parse(listing, params, size=size)


def _from_builder(params) -> list[list[str]] | None:
    """The builder's fields f.<group>.<row>.{field,op,value} as groups of condition texts; None when there are none."""
    rows: dict[tuple[int, int], dict[str, str]] = {}
    for name, value in params.items():
        parts = name.split(".")
        if len(parts) == 4 and parts[0] == "f" and parts[1].isdigit() and parts[2].isdigit():
            rows.setdefault((int(parts[1]), int(parts[2])), {})[parts[3]] = value.strip()
    if not rows:
        return None
    groups: dict[int, list[str]] = {}
    for (group, _), row in sorted(rows.items()):
        text = f"{row.get('field', '')}.{row.get('op', '')}"
        if row.get("op") not in ("known", "unknown"):
            text += f".{row.get('value', '')}"
        groups.setdefault(group, []).append(text)
    return list(groups.values())


def list_context(request: HttpRequest, rows: QuerySet, query: Query, *, url: str) -> dict[str, Any]:
    """Everything templates/lists need: page, total, sums, chips, builder, views, sort and column choice.

    Costs four queries however long the list is: the page, the count with sums, the saved views, the choices.
    """
    page: Page = page_of(rows, query, context=request.user)
    totals = rows.filter(query.where(request.user)).aggregate(
        total=_count(), **{name: Sum(query.listing.fields[name].path) for name in query.listing.sums}
    )
    return {
        "listing": query.listing,
        "page": page,
        "rows": page.rows,
        "total": totals.pop("total"),
        "sums": totals,
        "query": query,
        "query_string": query.query_string(after=None),
        "sort": query.sort[0] if query.sort else "",
        "next": f"{url}?{page.next_query}" if page.next else "",
        "first": f"{url}?{query.query_string(after=None)}" if query.after is not None else "",
        "chips": chips(query, url),
        "builder_fields": builder_fields(query.listing),
        "builder_groups": [[_row(c) for c in group] for group in query.groups],
        "views": views(request, query, url),
        "list_url": url,
    }


def _count():
    from django.db.models import Count

    return Count("pk")


def chips(query: Query, url: str) -> list[dict[str, str]]:
    """The filters as sentences, each with the address of the list without it."""
    found = []
    for g, group in enumerate(query.groups):
        for i, condition in enumerate(group):
            groups = [list(x) for x in query.groups]
            groups[g].pop(i)
            rest = [tuple(x) for x in groups if x]
            without = query.query_string(
                every=rest[0] if rest else (), others=tuple(rest[1:]), after=None
            )
            found.append({
                "field": condition.field.label, "op": condition.says_op, "value": condition.says_values,
                "remove": f"{url}?{without}" if without else url, "join": "or" if i == 0 and g else "",
            })  # fmt: skip
    return found


def builder_fields(listing: Listing) -> list[dict[str, Any]]:
    """The listing's fields in the shape <c-filter-builder> takes."""
    return [
        {"key": f.name, "label": f.label, "kind": BUILDER_KINDS.get(f.kind, "text"), "ops": list(f.operators),
         "choices": list(f.choices()) if f.choices else []}
        for f in listing.fields.values() if f.filterable
    ]  # fmt: skip


def _row(condition: Condition) -> dict[str, str]:
    return {"field": condition.field.name, "op": condition.op, "value": ",".join(condition.values)}


def views(request: HttpRequest, query: Query, url: str) -> list[dict[str, Any]]:
    """The viewer's saved views of this list, the shared ones first; the current one is marked."""
    saved = SavedView.objects.filter(noun=query.listing.noun).filter(Q(user=request.user) | Q(shared=True))
    here = query.query_string(after=None)
    return [
        {"id": v.id, "name": v.name, "url": f"{url}?{v.query}" if v.query else url, "count": None,
         "current": v.query == here, "star": v.is_default and v.user_id == request.user.id, "query": v.query}
        for v in saved.order_by("position", "name")
    ]  # fmt: skip
