"""The hierarchy of one buying unit, and what each node adds up to (ACCT-07, ACCT-08)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, QuerySet

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Account, CommitteeSeat, Contact, Lead, LeadActivity

STATED = ("beds", "it_budget_cents")
"""Figures a parent may state itself. Where it does, its own word counts and its children's are shown beside it."""

COUNTED = ("leads", "contacts", "seats", "activities")
"""Rows of a node and of everything below it: each row belongs to one node, so they simply add up."""

DEPTH = {"system": 0, "hospital": 1, "clinic_network": 1, "department": 2, "service_line": 3}


@dataclass
class Node:
    """An account with its children. `below` is what its children come to; `whole` what counts for it: its own figure,
    else `below`. `depth` is its level in the four-level tree. Counts: `own` rows and the `whole` branch."""

    account: Account
    children: list[Node] = field(default_factory=list)
    own: dict[str, int | None] = field(default_factory=dict)
    below: dict[str, int | None] = field(default_factory=dict)
    whole: dict[str, int | None] = field(default_factory=dict)
    sites: int = 1

    @property
    def depth(self) -> int:
        return DEPTH.get(self.account.level, 1)

    def walk(self) -> Iterator[Node]:
        """This node and everything below it, each before its children."""
        yield self
        for child in self.children:
            yield from child.walk()


def members(account: Account, scope: Scope) -> QuerySet[Account]:
    """Every visible account of the buying unit `account` belongs to, itself included."""
    unit = account.buying_unit_id or account.id
    return visible(Account, scope).filter(buying_unit_id=unit)


def branch(account: Account, rows: Iterable[Account]) -> Node:
    """The tree below `account` out of the rows of its unit: largest first, levels in order, circles impossible."""
    below: dict[UUID | None, list[Account]] = {}
    for row in rows:
        if row.id != account.id:
            below.setdefault(row.parent_id, []).append(row)

    def node(one: Account, seen: frozenset[UUID]) -> Node:
        kids = [k for k in below.get(one.id, []) if k.id not in seen]
        kids.sort(key=lambda k: (k.status != "open", DEPTH.get(k.level, 1), -(k.beds or 0), k.name))
        return Node(one, [node(kid, seen | {kid.id}) for kid in kids])

    return node(account, frozenset({account.id}))


def rolled_up(root: Node, counts: dict[str, dict[UUID, int]]) -> Node:
    """Fill own, below and whole of every node. Closed places count nothing; unknown stays None, never 0."""
    for child in root.children:
        rolled_up(child, counts)
    open_ones = [child for child in root.children if child.account.status == "open"]
    for name in STATED:
        parts = [child.whole[name] for child in open_ones if child.whole[name] is not None]
        root.own[name] = getattr(root.account, name)
        root.below[name] = sum(parts) if parts else None
        root.whole[name] = root.own[name] if root.own[name] is not None else root.below[name]
    for name in COUNTED:
        root.own[name] = counts.get(name, {}).get(root.account.id, 0)
        root.below[name] = sum(child.whole[name] or 0 for child in root.children)
        root.whole[name] = (root.own[name] or 0) + (root.below[name] or 0)
    root.sites = (root.account.locations or 1) if not open_ones else sum(child.sites for child in open_ones)
    return root


def counts_of(ids: list[UUID], scope: Scope) -> dict[str, dict[UUID, int]]:
    """Leads, contacts, committee seats and activities of each account. Four queries."""
    seen = {
        "leads": visible(Lead, scope).filter(account_id__in=ids),
        "contacts": visible(Contact, scope).filter(account_id__in=ids, left_on=None),
        "seats": CommitteeSeat.objects.filter(account_id__in=ids, ended_at=None),
        "activities": LeadActivity.objects.filter(account_id__in=ids, withdrawn_at=None),
    }
    found = {name: _by_account(rows) for name, rows in seen.items()}
    through = LeadActivity.objects.filter(lead__account_id__in=ids, account=None, withdrawn_at=None)
    for account, count in through.values_list("lead__account_id").annotate(n=Count("pk")):
        found["activities"][account] = found["activities"].get(account, 0) + count
    return found


def _by_account(rows: QuerySet) -> dict[UUID, int]:
    return dict(rows.order_by().values_list("account_id").annotate(n=Count("pk")))


def tree_of(account: Account, scope: Scope) -> Node:
    """The branch below `account` with everything added up. Six queries, whatever its size."""
    rows = list(members(account, scope))
    return rolled_up(branch(account, rows), counts_of([row.id for row in rows], scope))
