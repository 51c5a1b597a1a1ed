"""The list of quotes: its columns and the views everybody has."""

from __future__ import annotations

from rounds.access.scope import visible
from rounds.models import Quote
from rounds.models.deals.quote_listing import QUOTES, STATES, models
from rounds.web.lists import Column, Shipped, Table, register

WORDS = dict(STATES)
OPEN = "f=state.is.draft,asked,approved"

TABLE = register(Table(
    listing=QUOTES,
    url="/quotes/",
    noun="quote",
    rows=lambda request: visible(Quote, request.scope),
    columns=(
        Column("name", "Quote", lambda row: row.name, sort="name", css=""),
        Column("deal", "Deal", lambda row: row.opportunity.name, sort="deal"),
        Column("account", "Account", lambda row: row.opportunity.account.name, sort="account"),
        Column("version", "Version", lambda row: row.version, sort="version", align="r"),
        Column("state", "State", lambda row: WORDS.get(row.state, row.state), sort="state", css="max-sm:text-right"),
        Column("annual", "A year", lambda row: row.annual_cents / 100, sort="annual", align="r"),
        Column("paid", "Over the term", lambda row: row.paid_cents / 100, sort="paid", align="r"),
        Column("currency", "Currency", lambda row: row.currency),
        Column("off", "Off in %", lambda row: row.effective_bp / 100, sort="off", align="r"),
        Column("term", "Months", lambda row: row.term_months, sort="term", align="r"),
        Column("model", "Model", lambda row: dict(models()).get(row.model, row.model)),
        Column("expires", "Stands until", lambda row: row.expires_on, sort="expires"),
        Column("territory", "Territory", lambda row: row.opportunity.territory, sort="territory"),
        Column("owner", "Owner", lambda row: row.opportunity.owner.name if row.opportunity.owner else ""),
        Column("added", "Begun", lambda row: row.at, sort="added"),
    ),
    shipped=(
        Shipped("open", "Open", f"{OPEN}&sort=expires", star=True),
        Shipped("mine", "Mine", f"{OPEN}&f=owner.is.me&sort=expires"),
        Shipped("word", "For my word", "f=waits.is.mine&sort=expires"),
        Shipped("waiting", "In approval", "f=waits.is.anybody&sort=expires"),
        Shipped("ending", "Running out", "f=stands.is.past,month&sort=expires"),
        Shipped("accepted", "Accepted", "f=state.is.accepted"),
        Shipped("all", "All quotes", ""),
    ),
))  # fmt: skip
