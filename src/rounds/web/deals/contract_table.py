"""The list of contracts: its columns and the views everybody has."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q, Subquery

from rounds.access.scope import visible
from rounds.models import Contract, ContractMark
from rounds.models.deals.paper_listing import CONTRACTS, STATES
from rounds.models.flow.active import active
from rounds.rules.contracts import SETTLED
from rounds.web.lists import Column, Shipped, Table, register

WORDS = dict(STATES)


def settled_of(keys: list) -> dict:
    """How many items of the checklist each contract has settled. One query."""
    last = ContractMark.objects.filter(contract__in=keys, part="checklist").order_by("contract", "item", "-at", "-id").distinct("contract", "item")
    rows = ContractMark.objects.filter(contract__in=keys, pk__in=Subquery(last.values("pk"))).values("contract")
    return dict(rows.annotate(n=Count("pk", filter=Q(state__in=SETTLED))).values_list("contract", "n"))


def kind_word(code: str) -> str:
    kind = active().playbook.contracts.kinds.get(code)
    return kind.title if kind else code


def gather(rows: Sequence[Contract]) -> None:
    """How far the checklists of many are, for a file: in one query."""
    done, of = settled_of([row.pk for row in rows]), len(active().playbook.checklist.titles)
    for row in rows:
        row.settled = f"{done.get(row.pk, 0)} of {of}"  # type: ignore[attr-defined]


TABLE = register(Table(
    listing=CONTRACTS,
    url="/contracts/",
    noun="contract",
    rows=lambda request: visible(Contract, request.scope),
    gather=gather,
    columns=(
        Column("name", "Contract", lambda row: row.name, sort="name", css=""),
        Column("account", "Account", lambda row: row.account.name, sort="account"),
        Column("kind", "Kind", lambda row: kind_word(row.kind), sort="kind"),
        Column("state", "State", lambda row: WORDS.get(row.state, row.state), sort="state", css="max-sm:text-right"),
        Column("settled", "Settled", lambda row: row.settled),
        Column("value", "Value", lambda row: (row.amount_cents or 0) / 100 or None, sort="value", align="r"),
        Column("expires", "Ends", lambda row: row.expires_on, sort="expires"),
        Column("executed", "Executed", lambda row: row.executed_on, sort="executed"),
        Column("renews", "Renews", lambda row: "Yes" if row.renews else "No"),
        Column("owner", "Owner", lambda row: row.owner.name if row.owner else ""),
        Column("added", "Added", lambda row: row.at, sort="added"),
    ),
    shipped=(
        Shipped("open", "In work", "f=state.is.in_review&or=state.is.draft&or=state.is.signed", star=True),
        Shipped("executed", "In force", "f=state.is.executed&sort=expires"),
        Shipped("all", "All contracts", ""),
    ),
))  # fmt: skip
