"""The list of demos: its columns and the views everybody has."""

from __future__ import annotations

from rounds.access.scope import visible
from rounds.models import Demo
from rounds.models.deals.proof_listing import DEMOS
from rounds.models.flow.active import active
from rounds.web.deals.demo_words import STATES
from rounds.web.lists import Column, Shipped, Table, register


def title_of(demo: Demo) -> str:
    """What the type of a demo is called."""
    found = active().playbook.demos.types.get(demo.kind)
    return found.title if found else demo.kind


TABLE = register(Table(
    listing=DEMOS,
    url="/demos/",
    noun="demo",
    rows=lambda request: visible(Demo, request.scope),
    columns=(
        Column("name", "Demo", title_of, sort="kind", css=""),
        Column("account", "Account", lambda row: row.opportunity.account.name, sort="account"),
        Column("deal", "Deal", lambda row: row.opportunity.name, sort="deal"),
        Column("state", "State", lambda row: STATES[row.state][0], sort="state", css="max-sm:text-right"),
        Column("starts", "Starts", lambda row: row.starts_at, sort="starts"),
        Column("minutes", "Minutes", lambda row: row.minutes, align="r"),
        Column("presenter", "Presented by", lambda row: row.presenter.name if row.presenter else ""),
        Column("step", "Next step", lambda row: row.next_step),
        Column("moved", "Times moved", lambda row: row.moved, sort="moved", align="r"),
        Column("standard", "Programme", lambda row: "Standard" if row.standard else "Made for them"),
        Column("territory", "Territory", lambda row: row.opportunity.territory, sort="territory"),
        Column("owner", "Owner", lambda row: row.opportunity.owner.name if row.opportunity.owner else ""),
    ),
    shipped=(
        Shipped("coming", "To come", "f=due.is.coming,record&sort=starts", star=True),
        Shipped("record", "To record", "f=due.is.record&sort=starts"),
        Shipped("mine", "I present", "f=presenter.is.me&f=due.is.coming,record&sort=starts"),
        Shipped("held", "Held", "f=state.is.held"),
        Shipped("missed", "Nobody came", "f=state.is.no_show"),
        Shipped("all", "All demos", ""),
    ),
))  # fmt: skip
