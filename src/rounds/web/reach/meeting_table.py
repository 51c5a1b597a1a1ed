"""The list of meetings: its columns and the views everybody has."""

from __future__ import annotations

from rounds.access.scope import visible
from rounds.models import Meeting
from rounds.models.reach.meeting_listing import MEETINGS
from rounds.web.lists import Column, Shipped, Table, register
from rounds.web.reach.meeting_words import STATES

TABLE = register(Table(
    listing=MEETINGS,
    url="/meetings/",
    noun="meeting",
    rows=lambda request: visible(Meeting, request.scope),
    columns=(
        Column("title", "Meeting", lambda row: row.title, sort="title", css=""),
        Column("guest", "With", lambda row: row.guest_name, sort="guest"),
        Column("account", "Account", lambda row: row.account.name if row.account else ""),
        Column("state", "State", lambda row: STATES[row.state][0], sort="state", css="max-sm:text-right"),
        Column("starts", "Starts", lambda row: row.starts_at, sort="starts"),
        Column("host", "Host", lambda row: row.host.name if row.host else ""),
        Column("why", "What came of it", lambda row: row.state_why),
        Column("moved", "Times moved", lambda row: row.moved, sort="moved", align="r"),
        Column("booked", "Booked", lambda row: row.at, sort="booked"),
    ),
    shipped=(
        Shipped("mine", "Mine to come", "f=host.is.me&f=due.is.coming&sort=starts"),
        Shipped("coming", "To come", "f=due.is.coming,record&sort=starts", star=True),
        Shipped("record", "To record", "f=due.is.record&sort=starts"),
        Shipped("missed", "Nobody came", "f=state.is.no_show"),
        Shipped("all", "All meetings", ""),
    ),
))  # fmt: skip
