"""The lists of the market: buying units, accounts, contacts: their columns, views and what can be done to many."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rounds.access.scope import visible
from rounds.models import Account, Contact
from rounds.models.market.listing import ACCOUNTS, CONTACTS, UNITS, people
from rounds.web.lists import Act, Column, Shipped, Table, register


def owners(request: HttpRequest) -> list[dict[str, Any]]:
    """Who may get the rows: everybody active, or nobody."""
    choices = [("none", "Nobody"), *people()[1:]]
    return [{"name": "owner", "label": "Owner", "required": True, "choices": choices},
            {"name": "reason", "label": "Why", "required": False, "help": "Kept with the change"}]  # fmt: skip


COLUMNS = (
    Column("beds", "Beds", lambda a: a.beds, sort="beds", align="r"),
    Column("tier", "Tier", lambda a: a.tier, sort="tier", css="max-sm:text-right"),
    Column("fit", "Fit", lambda a: a.fit_grade, sort="fit_rate"),
    Column("score", "Score, range", lambda a: a.score_total, sort="score"),
    Column("known", "Known", lambda a: a.completeness, sort="known"),
    Column("ehr", "EHR", lambda a: a.ehr_vendor, sort="ehr"),
    Column("window", "Budget window", lambda a: a.fye_month),
    Column("potential", "Potential, est.", lambda a: None if a.deal_potential_cents is None else a.deal_potential_cents / 100,
           sort="potential", align="r"),
    Column("owner", "Owner", lambda a: a.owner.name if a.owner else ""),
    Column("touch", "Last touch", lambda a: a.last_touch_at, sort="touch", align="r"),
    Column("band", "Band", lambda a: f"{a.band}{' (provisional)' if a.band_provisional else ''}"),
    Column("margin", "Total margin", lambda a: a.total_margin, sort="margin", align="r"),
    Column("revenue", "Patient revenue", lambda a: None if a.net_patient_revenue_cents is None else
           a.net_patient_revenue_cents / 100, sort="revenue", align="r"),
    Column("hospitals", "Hospitals", lambda a: a.hospitals, sort="hospitals", align="r"),
    Column("territory", "Territory", lambda a: a.territory, sort="territory"),
    Column("state", "State", lambda a: a.state),
    Column("segment", "Segment", lambda a: a.segment),
    Column("programme", "Programme", lambda a: a.programme),
    Column("org_type", "Type", lambda a: a.org_type),
    Column("level", "Level", lambda a: a.get_level_display()),
    Column("heat", "Heat", lambda a: a.heat, sort="heat", align="r"),
)  # fmt: skip

ASSIGN = Act("account.assign", "Assign", "user-plus", owners, needs="records.assign_others")
OURS = "f=programme.not.federal,psychiatric"
"""Federal and psychiatric hospitals stand outside the programme, with queues of their own (PLUS-09)."""

UNIT_TABLE = register(Table(
    listing=UNITS, url="/market/", noun="buying unit",
    rows=lambda request: visible(Account, request.scope).filter(is_unit=True, status="open"),
    columns=(Column("name", "Buying unit", lambda a: a.name, sort="name", css=""), *COLUMNS),
    shipped=(
        Shipped("whitespace", "Whitespace", f"{OURS}&f=whitespace.is.yes", star=True),
        Shipped("windows", "Windows in 90 days", f"{OURS}&f=window.is.soon"),
        Shipped("tier1", "Tier 1", f"{OURS}&f=tier.is.1"),
        Shipped("mine", "Mine", "f=owner.is.me"),
        Shipped("federal", "Federal", "f=programme.is.federal"),
        Shipped("psychiatric", "Psychiatric", "f=programme.is.psychiatric"),
        Shipped("all", "Everything", OURS),
    ),
    acts=(ASSIGN,), size=50,
))  # fmt: skip

ACCOUNT_TABLE = register(Table(
    listing=ACCOUNTS, url="/accounts/", noun="account",
    rows=lambda request: visible(Account, request.scope),
    columns=(Column("name", "Account", lambda a: a.name, sort="name", css=""), *COLUMNS),
    shipped=(
        Shipped("all", "All open", "f=status.is.open", star=True),
        Shipped("mine", "Mine", "f=owner.is.me&f=status.is.open"),
        Shipped("systems", "Systems", "f=level.is.system&f=status.is.open&sort=-beds"),
        Shipped("hospitals", "Hospitals", "f=level.is.hospital&f=status.is.open&sort=-beds"),
        Shipped("homeless", "Not placed", "f=territory.unknown&f=status.is.open"),
        Shipped("closed", "Closed", "f=status.is.closed"),
    ),
    acts=(ASSIGN,),
))  # fmt: skip

CONTACT_TABLE = register(Table(
    listing=CONTACTS, url="/contacts/", noun="contact",
    rows=lambda request: visible(Contact, request.scope).filter(left_on=None),
    columns=(
        Column("name", "Contact", lambda c: c.name, sort="name", css=""),
        Column("title", "Title", lambda c: c.title, sort="title"),
        Column("role", "Role", lambda c: c.role),
        Column("group", "Group", lambda c: c.role_group),
        Column("account", "Account", lambda c: c.account.name, css="max-sm:text-right"),
        Column("strength", "Relationship", lambda c: c.strength, sort="strength", align="r"),
        Column("email", "E-mail", lambda c: c.email, sort="email"),
        Column("phone", "Phone", lambda c: c.phone),
        Column("territory", "Territory", lambda c: c.territory),
        Column("owner", "Owner", lambda c: c.owner.name if c.owner else ""),
    ),
    shipped=(
        Shipped("all", "All contacts", "", star=True),
        Shipped("mine", "Mine", "f=owner.is.me"),
        Shipped("deciders", "Decision makers", "f=group.is.Primary Decision Makers"),
        Shipped("review", "Title not placed", "f=role.unknown"),
    ),
))  # fmt: skip
