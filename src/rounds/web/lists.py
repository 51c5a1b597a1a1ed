"""A list page: filters as chips, saved views as tabs, chosen columns, sorts, keyset pages; all of it in the URL.

How a noun gets its list (docs/lists.md tells it with an example):
1. describe it once: `TABLE = lists.register(Table(listing=ACCOUNTS, url="/accounts/", noun="account", …))`;
2. its page: `asked = lists.ask(request, TABLE)`, answer it when it is a response, else
   `render(request, "market/accounts/list.html", lists.context(request, TABLE, rows, asked))`;
3. its template: `{% include "lists/page.html" with table="market/accounts/rows.html" %}` inside `content`;
4. rows.html draws one <tr> for each of `rows`, a <td> for each name in `cols`.
Views, exports, bulk changes and counts then come from `web/desk` under /lists/<noun>/.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponseRedirect, QueryDict

from rounds.access.allowed import may, need, need_to_read, writes
from rounds.access.fields import field_of
from rounds.access.roles import hidden, sells
from rounds.access.scope import noun_of
from rounds.actions.trust import audit, exports
from rounds.kit.clock import now
from rounds.models import SavedView
from rounds.models.listing import Listing, Page, Query, page_of, parse
from rounds.web import list_own
from rounds.web.list_views import may_open, views


@dataclass(frozen=True)
class Column:
    """A column people may choose. `sort`: the field of the listing its head sorts by; `value(row)`: what a file says.

    The first column of a table is its name and always shown. `css` defaults to what a phone leaves out.
    """

    name: str
    label: str
    value: Callable[[Any], Any]
    sort: str = ""
    align: str = ""
    css: str = "desk"
    own: str = ""
    """The code of the company's own field it shows (fields.yaml)."""


@dataclass(frozen=True)
class Shipped:
    """A view everybody has from the start; `star` marks the one the list opens with, `star_for_all_but_sellers`
    the one it opens with for people who have no book of their own."""

    key: str
    name: str
    query: str
    star: bool = False
    star_for_all_but_sellers: bool = False


@dataclass(frozen=True)
class Act:
    """A change of many rows: `code` is a key of actions.desk.acts.ACTS; `fields` are asked before it is done, each
    {name, label, required, help, choices: [(value, word)]} (without choices: a line of text)."""

    code: str
    label: str
    icon: str
    fields: Callable[[HttpRequest], list[dict[str, Any]]] = lambda request: []
    needs: str = ""
    """A permission of access.allowed; "": whoever sees the rows may. Who lacks it is not offered the act."""
    ahead: Callable[[HttpRequest, QuerySet], dict[str, Any]] | None = None
    """What would come of it, for the preview: its `template` and what that needs."""
    before: str = ""
    """The words before "30 leads" where the label alone does not read ("Set status of")."""


@dataclass(frozen=True)
class Table:
    """A noun's list page. `rows(request)` is everything the viewer may see; `noun` as "lead" or "person,people"."""

    listing: Listing
    url: str
    noun: str
    columns: tuple[Column, ...]
    rows: Callable[[HttpRequest], QuerySet]
    shipped: tuple[Shipped, ...] = ()
    acts: tuple[Act, ...] = ()
    size: int = 50
    gather: Callable[[Sequence[Any]], None] | None = None
    """What the columns of a file ask of many rows at once: told of every chunk of rows before their values are read."""
    needs: str = ""
    """The permission that opens a list whose rows are no object of access/roles.yaml (people)."""

    @property
    def key(self) -> str:
        return self.listing.noun

    @property
    def object(self) -> str:
        """The object of access/roles.yaml its rows are."""
        return noun_of(self.listing.model)

    def seen_by(self, user: Any) -> Table:
        """This list as `user` is shown it: without the columns and fields kept from their role. Raises NotAllowed (403)
        where the role does not read these records at all."""
        if self.needs:
            need(user, self.needs)
            return self
        need_to_read(user, self.object)
        return list_own.with_own(self._for(user), user)

    def _for(self, user: Any) -> Table:
        kept = hidden(user)
        columns = tuple(column for column in self.columns if field_of(self.object, column.name) not in kept)
        return replace(self, columns=columns, listing=self.listing.without(kept)) if kept else self

    def star_for(self, user: Any) -> Shipped | None:
        """The shipped view the list opens with for a person who starred none of their own."""
        own = next((view for view in self.shipped if view.star_for_all_but_sellers and not sells(user)), None)
        return own or next((view for view in self.shipped if view.star), None)

    def chosen(self, query: Query) -> list[Column]:
        """The columns of a query: the first always, then those asked for, or the listing's own choice."""
        wanted = query.cols or self.listing.defaults
        return [self.columns[0], *(c for c in self.columns[1:] if c.name in wanted)]


TABLES: dict[str, Table] = {}
"""Noun → table, for the doors that serve every list (web/desk)."""


def register(table: Table) -> Table:
    """Make a table known to /lists/<noun>/; answers it."""
    TABLES[table.key] = table
    return table


def table_of(noun: str, user: Any) -> Table:
    """The table of a noun as `user` is shown it, else 404. Raises NotAllowed (403)."""
    if noun not in TABLES:
        raise Http404
    return TABLES[noun].seen_by(user)


def ask(request: HttpRequest, table: Table) -> Query | HttpResponseRedirect:
    """The Query of this request. A bare address opens the viewer's default view: then the answer is a redirect.
    Raises NotAllowed where the viewer's role does not read the noun."""
    table = table.seen_by(request.user)
    if not request.GET:
        start = opening(request, table)
        if start:
            return HttpResponseRedirect(f"{table.url}?{start}")
    query = query_of(table, request.GET)
    if "q" in request.GET:  # what the search field sent, as the filter it is
        return HttpResponseRedirect(f"{table.url}?{query.query_string(after=None) or 'f='}")
    return query


def query_of(table: Table, params: QueryDict) -> Query:
    """The checked Query of `params`; `q` (the search field) becomes the filter over words."""
    said = params.get("q", "").strip()
    if said and "words" in table.listing.fields:
        params = params.copy()
        kept = [text for text in params.getlist("f") if not text.startswith("words.")]
        params.setlist("f", [*kept, f"words.has.{said}"])
    return parse(table.listing, params, size=table.size)


def opening(request: HttpRequest, table: Table) -> str:
    """The query string of the viewer's starred view, else of the shipped one; "" when there is none."""
    mine = SavedView.objects.filter(noun=table.key, user=request.user, is_default=True).first()
    if mine and may_open(table, mine.query):
        return f"{mine.query}&view={mine.id}".lstrip("&")
    star = table.star_for(request.user)
    return f"{star.query}&view={star.key}".lstrip("&") if star else ""


def context(request: HttpRequest, table: Table, query: Query, **more: Any) -> dict[str, Any]:
    """Everything templates/lists/page.html needs, plus `more`. Three queries however long the list is: the page,
    its count with the sums, the saved views; the choices of pickers come on top. That the page was read is noted."""
    table = table.seen_by(request.user)
    rows = table.rows(request)
    page: Page = page_of(rows, query, context=request.user)
    sums = {name: Sum(query.listing.fields[name].path) for name in query.listing.sums}
    totals = rows.filter(query.where(request.user)).aggregate(total=Count("*"), **sums)
    columns = table.chosen(query)
    audit.note_read(f"{table.key}s.list", by=request.user.actor, at=now(), kind=table.key, scope=request.scope.hash,
                    detail={"query": query.query_string(after=None), "rows": len(page.rows)})  # fmt: skip
    return {
        "spec": table, "query": query, "page": page, "rows": page.rows, "total": totals["total"],
        "sums": [{"label": table.listing.fields[name].label, "kind": table.listing.fields[name].kind, "value": value}
                 for name, value in totals.items() if name != "total"],
        "acts": offered(request, table), "columns": columns, "cols": {column.name for column in columns}, "choices": columns_offered(table, query),
        "here": query.query_string(after=None), "sorts": sorts(table, query),
        "next": f"?{page.next_query}" if page.next else "",
        "start": f"?{query.query_string(after=None) or 'f='}" if query.after is not None else "",
        "views": views(request, table, query), "may_share": may(request.user, "views.share"),
        "leaving": exports.asks(request.user, totals["total"]), "place": f"{table.key}s", **more,
    }  # fmt: skip


def offered(request: HttpRequest, table: Table) -> list[Act]:
    """The acts the viewer may do to rows of the table."""
    if not writes(request.user, table.object):
        return []
    return [act for act in table.acts if not act.needs or may(request.user, act.needs)]


def columns_offered(table: Table, query: Query) -> list[dict[str, Any]]:
    """The column chooser: every column but the first, whether it is shown now."""
    shown = {column.name for column in table.chosen(query)}
    return [{"name": c.name, "label": c.label, "on": c.name in shown} for c in table.columns[1:]]


def sorts(table: Table, query: Query) -> dict[str, Any]:
    """The sort menu: the keys in force (turn, drop) and what may follow them, each an address."""

    def to(keys: list[str]) -> str:
        return "?" + (query.query_string(sort=tuple(keys) or table.listing.opens_with, after=None) or "f=")

    keys, fields = list(query.sort), table.listing.fields
    now = []
    for place, key in enumerate(keys):
        name, falling = key.lstrip("-"), key.startswith("-")
        turned = [*keys[:place], name if falling else f"-{name}", *keys[place + 1 :]]
        now.append({"label": fields[name].label, "falling": falling, "turn": to(turned),
                    "drop": to(keys[:place] + keys[place + 1 :]) if len(keys) > 1 else ""})  # fmt: skip
    taken = {key.lstrip("-") for key in keys}
    then = [{"label": f.label, "url": to([*keys, f"-{f.name}" if f.kind != "text" else f.name])}
            for f in fields.values() if f.sortable and f.name not in taken] if len(keys) < 4 else []  # fmt: skip
    says = ", then ".join([now[0]["label"], *(n["label"].lower() for n in now[1:])]) if now else "Sort"
    return {"now": now, "then": then, "says": says}


def plural(table: Table) -> str:
    """ "lead" → "leads", "person,people" → "people"."""
    one, _, many = table.noun.partition(",")
    return many or f"{one}s"
