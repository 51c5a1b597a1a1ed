"""The list of customers: its columns and the views everybody has."""

from __future__ import annotations

from rounds.access.scope import visible
from rounds.models import Customer
from rounds.models.customers.listing import CUSTOMERS, PHASES
from rounds.web.lists import Column, Shipped, Table, register

WORDS = dict(PHASES)

TABLE = register(Table(
    listing=CUSTOMERS,
    url="/customers/",
    noun="customer,customers",
    rows=lambda request: visible(Customer, request.scope),
    columns=(
        Column("name", "Customer", lambda row: row.account.name, sort="name", css=""),
        Column("health", "Health", lambda row: row.health, sort="health", css="max-sm:text-right"),
        Column("phase", "Phase", lambda row: WORDS.get(row.phase, row.phase), sort="phase"),
        Column("arr", "Worth a year", lambda row: (row.arr_cents or 0) / 100 or None, sort="arr", align="r"),
        Column("renews", "Renews", lambda row: row.renews_on, sort="renews"),
        Column("nps", "NPS", lambda row: row.nps, sort="nps", align="r"),
        Column("since", "Since", lambda row: row.since, sort="since"),
        Column("territory", "Territory", lambda row: row.territory, sort="territory"),
        Column("owner", "Looks after it", lambda row: row.owner.name if row.owner else ""),
    ),
    shipped=(
        Shipped("mine", "My customers", "f=owner.is.me", star=True),
        Shipped("all", "All customers", "", star_for_all_but_sellers=True),
        Shipped("risk", "At risk", "f=band.is.at_risk"),
        Shipped("renewing", "Renewing next", "f=renews.known&sort=renews"),
    ),
))  # fmt: skip
