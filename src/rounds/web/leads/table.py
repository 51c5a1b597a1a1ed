"""The list of leads: its columns, the views everybody has, what can be done to many."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from rounds.access.scope import visible
from rounds.actions.leads import routing
from rounds.kit.clock import now
from rounds.models import Lead
from rounds.models.flow.active import active
from rounds.models.leads.listing import LEADS
from rounds.models.leads.queues import queue_title
from rounds.models.market.listing import people
from rounds.web.lists import Act, Column, Shipped, Table, register
from rounds.web.reach.dry_run import dry_run, sequences


def owners(request: HttpRequest) -> list[dict[str, Any]]:
    """Who may get the rows: everybody active, or nobody."""
    choices = [("none", "Nobody, back to the queue"), *people()[1:]]
    return [{"name": "owner", "label": "Owner", "required": True, "choices": choices},
            {"name": "reason", "label": "Why", "required": False, "help": "Kept with the change"}]  # fmt: skip


def statuses(request: HttpRequest) -> list[dict[str, Any]]:
    """The statuses of the playbook, and why."""
    book = active().playbook.statuses
    by_hand = dict.fromkeys(move.to for move in book.moves if move.through != "conversion")
    reasons = [("", "No reason of the list"), *((one.reason, one.title) for one in book.reasons.listed)]
    return [{"name": "status", "label": "Status", "required": True, "choices": [(v, v) for v in by_hand]},
            {"name": "code", "label": "Reason", "required": False, "choices": reasons, "help": "Needed to disqualify"},
            {"name": "reason", "label": "In your words", "required": False, "help": "Kept with the change"}]  # fmt: skip


def would_get(request: HttpRequest, rows: QuerySet) -> dict[str, Any]:
    """Who would get what if these leads went to others, and what everybody would carry then."""
    found = routing.preview_reassign(list(rows.select_related("account")[:MOST_PREVIEWED]), at=now())
    widest = max((max(load.before, load.after, load.capacity) for load in found.loads), default=1)
    return {"template": "leads/would_get.html", "preview": found, "widest": widest, "most": MOST_PREVIEWED}


MOST_PREVIEWED = 2000
"""Leads a preview chooses for; more are given out by the worker the same way."""
OPEN = "f=status.not.Disqualified,Converted"

TABLE = register(Table(
    listing=LEADS,
    url="/leads/",
    noun="lead",
    rows=lambda request: visible(Lead, request.scope),
    columns=(
        Column("name", "Lead", lambda lead: lead.name, sort="name", css=""),
        Column("account", "Account", lambda lead: lead.account.name if lead.account else lead.organization,
               sort="organization"),
        Column("band", "Band", lambda lead: f"{lead.band}{' (provisional)' if lead.band_provisional else ''}"),
        Column("score", "Score, range", lambda lead: lead.score_total, sort="score"),
        Column("known", "Known", lambda lead: lead.completeness, sort="known", align="r"),
        Column("heat", "Heat", lambda lead: lead.heat, sort="heat", align="r"),
        Column("fit", "Fit", lambda lead: lead.fit_grade),
        Column("bant", "BANT", lambda lead: lead.bant, sort="bant"),
        Column("quick", "Quick score", lambda lead: lead.quick_total, sort="quick", align="r"),
        Column("status", "Status, created", lambda lead: lead.status, sort="captured", css="max-sm:text-right"),
        Column("captured", "Created", lambda lead: lead.captured_at, sort="captured"),
        Column("touch", "Last touch", lambda lead: lead.last_touch_at, sort="touch"),
        Column("source", "Source", lambda lead: lead.source),
        Column("segment", "Segment", lambda lead: lead.segment),
        Column("territory", "Territory", lambda lead: lead.territory, sort="territory"),
        Column("state", "State", lambda lead: lead.state, sort="state"),
        Column("email", "E-mail", lambda lead: lead.email),
        Column("title", "Title", lambda lead: lead.title),
        Column("queue", "Queue", lambda lead: queue_title(lead.queue)),
        Column("owner", "Owner", lambda lead: lead.owner.name if lead.owner else ""),
    ),
    shipped=(
        Shipped("mine", "My leads, open", f"{OPEN}&f=owner.is.me", star=True),
        Shipped("open", "All open", OPEN, star_for_all_but_sellers=True),
        Shipped("raised", "Hand-raises", f"{OPEN}&f=hand_raise.is.yes&sort=-captured"),
        Shipped("provisional", "Provisional band", f"{OPEN}&f=provisional.is.yes&sort=-score"),
        Shipped("at_risk", "BANT at risk", f"{OPEN}&f=bant.is.at_risk&sort=-heat"),
        Shipped("disagree", "Models disagree", f"{OPEN}&f=disagree.is.yes&sort=-score"),
        Shipped("unassigned", "Unassigned in my territories", f"{OPEN}&f=owner.unknown"),
        Shipped("manager", "Manager’s queue", f"{OPEN}&f=queue.is.manager&sort=-captured"),
        Shipped("queues", "Other queues", f"{OPEN}&f=queue.known&f=queue.not.manager"),
        Shipped("all", "All leads", ""),
    ),
    acts=(
        Act("lead.assign", "Assign", "user-plus", owners, needs="records.assign_others"),
        Act("lead.reassign", "Route again", "waypoints", needs="records.assign_others", ahead=would_get),
        Act("lead.enrol", "Enrol", "send", sequences, needs="sequences.enrol", ahead=dry_run),
        Act("lead.status", "Set status", "flag", statuses, before="Set status of"),
    ),
))  # fmt: skip
