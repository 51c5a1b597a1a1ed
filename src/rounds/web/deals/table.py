"""The list of opportunities: its columns and the views everybody has."""

from __future__ import annotations

from rounds.access.scope import visible
from rounds.models import Opportunity
from rounds.models.deals.listing import OPPORTUNITIES
from rounds.web.lists import Column, Shipped, Table, register

TABLE = register(Table(
    listing=OPPORTUNITIES,
    url="/opportunities/",
    noun="opportunity,opportunities",
    rows=lambda request: visible(Opportunity, request.scope),
    columns=(
        Column("name", "Deal", lambda deal: deal.name, sort="name", css=""),
        Column("account", "Account", lambda deal: deal.account.name),
        Column("stage", "Stage", lambda deal: deal.stage, sort="stage", css="max-sm:text-right"),
        Column("amount", "Amount", lambda deal: (deal.amount_cents or 0) / 100 or None, sort="amount", align="r"),
        Column("from", "Came from", lambda deal: deal.lead.name if deal.lead else deal.source),
        Column("opened", "Opened", lambda deal: deal.opened_at, sort="opened"),
        Column("territory", "Territory", lambda deal: deal.territory, sort="territory"),
        Column("owner", "Owner", lambda deal: deal.owner.name if deal.owner else ""),
    ),
    shipped=(
        Shipped("mine", "My deals", "f=owner.is.me", star=True),
        Shipped("all", "All deals", "", star_for_all_but_sellers=True),
    ),
))  # fmt: skip
