"""The timeline of an account: everything that happened to it, its hospitals and its leads, newest first (ACCT-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from rounds.access.fields import payload
from rounds.access.scope import visible
from rounds.analytics.market.timeline_customers import CUSTOMER_SAYS
from rounds.analytics.market.timeline_mail import BY_MAILBOX, MAIL_SAYS
from rounds.kit.scope import Scope
from rounds.models import Account, Event, Lead, LeadActivity
from rounds.models.flow.active import active

KINDS = {
    "touches": ("Calls, meetings, mail", ("activity.logged", "activity.withdrawn", *MAIL_SAYS)),
    "leads": ("Leads", ("lead.captured", "lead.status_changed", "lead.assigned", "lead.changed")),
    "scores": ("Scores", ("account.scored", "lead.scored", "account.answered", "lead.answered",
                         "account.answer_withdrawn", "lead.answer_withdrawn")),
    "tiers": ("Tiers", ("account.tier_changed",)),
    "customer": ("Customer", tuple(CUSTOMER_SAYS)),
    "people": ("People", ("contact.added", "contact.changed", "seat.filled")),
    "record": ("Record", ("account.added", "account.changed", "account.moved", "account.closed", "account.assigned",
                          "account.fact_set", "intelligence.noted")),
}  # fmt: skip
"""Filter → its words and the kinds of event it shows."""


@dataclass(frozen=True)
class Item:
    """One happening as it is shown. `machine` names the automatic doer; `url` opens what it is about."""

    icon: str
    title: str
    lead: str
    means: str
    at: datetime
    who: str
    machine: str = ""
    url: str = ""
    many: int = 1


def events_of(
    ids: list[UUID], *, kind: str = "", who: str = "", channel: str = "", person: UUID | None = None, before: datetime | None = None
) -> QuerySet[Event]:
    """Events of the accounts `ids`, newest first, narrowed to a filter, a doer, a channel of the playbook, a contact
    (what was done with them and what became of them), a moment."""
    rows = Event.objects.filter(account_id__in=ids)
    if kind in KINDS:
        rows = rows.filter(kind__in=KINDS[kind][1])
    if who:
        rows = rows.filter(by_name=who)
    if channel:
        kinds = next((one.kinds for one in active().playbook.engagement.channels.list if one.channel == channel), ())
        rows = rows.filter(kind__in=KINDS["touches"][1], payload__kind__in=list(kinds))
    if person is not None:
        acts = LeadActivity.objects.filter(contact_id=person).values("id")
        rows = rows.filter(Q(subject_id=person) | Q(subject_id__in=acts))
    if before is not None:
        rows = rows.filter(at__lt=before)
    return rows.order_by("-at", "-id")


def timeline(ids: list[UUID], scope: Scope, *, size: int = 50, **filters: Any) -> tuple[list[Item], datetime | None]:
    """A page of items and the moment before which the next page begins (None on the last). Four queries."""
    rows = list(events_of(ids, **filters)[: size + 1])
    later = rows[size - 1].at if len(rows) > size else None
    rows = rows[:size]
    acts = {a.id: a for a in LeadActivity.objects.filter(
        id__in=[r.subject_id for r in rows if r.kind == "activity.logged"]).select_related("contact", "lead")}  # fmt: skip
    leads = {lead.id: lead for lead in visible(Lead, scope).filter(id__in={r.lead_id for r in rows if r.lead_id})}
    accounts = {a.id: a for a in visible(Account, scope).filter(id__in={r.account_id for r in rows})}
    many = len(accounts) > 1
    items = []
    rows = [row for row in rows if not _told_by_mail(row, acts)]
    for row in rows:
        row.payload = payload(row.kind, row.payload, scope.hidden)
    for _, same in groupby(rows, key=lambda r: (r.kind, r.at.replace(microsecond=0), r.by_name, r.lead_id is None)):
        group = list(same)
        items.append(_item(group, acts, leads, accounts if many else {}))
    return items, later


def _told_by_mail(row: Event, acts: dict) -> bool:
    """Whether an act is a mail that is told itself."""
    act = acts.get(row.subject_id) if row.kind == "activity.logged" else None
    return act is not None and (act.external_id or "").startswith(BY_MAILBOX)


def _item(group: list[Event], acts: dict, leads: dict, accounts: dict) -> Item:
    event = group[0]
    icon, title, lead, means = SAYS[event.kind](event.payload, acts.get(event.subject_id), leads.get(event.lead_id)) \
        if event.kind in SAYS else ("circle-dot", event.kind.replace(".", " ").replace("_", " "), "", "")  # fmt: skip
    if len(group) > 1:
        alike = f"{len(group)} places" if event.kind.startswith("account.") else f"and {len(group) - 1} more like it"
        title, means = f"{title}, {alike}", ""
    elif event.account_id in accounts and event.kind.startswith("account."):
        lead = f"{lead} · {accounts[event.account_id].name}" if lead else f"· {accounts[event.account_id].name}"
    url = f"/leads/{event.lead_id}/" if event.lead_id in leads else ""
    machine = "" if event.by_kind == "user" else {"system": "Rounds", "form": "web form"}.get(event.by_kind, event.by_name)
    return Item(icon, title, lead, means, event.at, event.by_name, machine, url, len(group))


ICONS = {"call": "phone", "email_open": "mail", "email_click": "mail", "stakeholder_meeting": "users",
         "executive_meeting": "users", "demo_attendance": "hand"}  # fmt: skip


def _activity(said: dict, act: LeadActivity | None, lead: Lead | None) -> tuple[str, str, str, str]:
    word = said["kind"].replace("_", " ").capitalize()
    if act is None:
        return ICONS.get(said["kind"], "circle-dot"), word, "", said.get("subject", "")
    whom = act.contact.name if act.contact_id else act.lead.name if act.lead_id else ""
    taken = " (taken back)" if act.withdrawn_at else ""
    means = " · ".join(part for part in (act.subject, act.body) if part)
    return ICONS.get(act.kind, "circle-dot"), f"{word}{f' with {whom}' if whom else ''}{taken}", "", means


def _scored(said: dict, act: Any, lead: Lead | None) -> tuple[str, str, str, str]:
    whose = f"of {lead.name}" if lead else ""
    moved = f"{said['before']} → {said['after']}" if said["before"] is not None else f"{said['after']}"
    return "chart-line", f"Score {moved}", whose, said["cause"][:1].upper() + said["cause"][1:]


def _tier(said: dict, *_: Any) -> tuple[str, str, str, str]:
    words = {None: "Not tiered", 0: "Not in program", 1: "Tier 1", 2: "Tier 2", 3: "Tier 3"}
    return "target", f"{words.get(said['before'])} → {words.get(said['after'])}", f"({said['stage']})" if said["stage"] else "", said["reason"]


def _answered(said: dict, act: Any, lead: Lead | None) -> tuple[str, str, str, str]:
    heard = f"heard from {said['heard_from']}" if said.get("heard_from") else said.get("reason", "")
    asked = said["criterion"].replace("_", " ")
    return "message-square", f"Answered: {asked}", "", f"{said['level'].replace('_', ' ')}{f', {heard}' if heard else ''}"


def _taken_back(said: dict, *_: Any) -> tuple[str, str, str, str]:
    return "undo-2", f"Answer taken back: {said['criterion'].replace('_', ' ')}", "", said["level"].replace("_", " ")


def _changed(said: dict, *_: Any) -> tuple[str, str, str, str]:
    fields = ", ".join(name.removesuffix("_cents").replace("_", " ") for name in said["changed"])
    values = "; ".join(_moved(a, b) for a, b in said["changed"].values() if a is not None or b is not None)
    return "pencil", f"Changed {fields}", "", values


def _moved(before: Any, after: Any) -> str:
    if before == after:
        return before.lower() if isinstance(before, str) else "changed"
    return f"{_shown(before)} → {_shown(after)}"


def _shown(value: Any) -> str:
    return "unknown" if value in (None, "", []) else f"{value:,}" if isinstance(value, int) else str(value)


SAYS = {
    "activity.logged": _activity,
    "activity.withdrawn": lambda p, *_: ("undo-2", f"{p['kind'].replace('_', ' ').capitalize()} taken back", "", p["reason"]),
    "account.scored": _scored, "lead.scored": _scored, "account.tier_changed": _tier,
    "account.answered": _answered, "lead.answered": _answered,
    "account.answer_withdrawn": _taken_back, "lead.answer_withdrawn": _taken_back,
    "account.changed": _changed, "lead.changed": _changed, "contact.changed": _changed,
    "account.added": lambda p, *_: ("plus", "Added", "", p["level"].replace("_", " ")),
    "account.moved": lambda p, *_: ("network", "Moved in the hierarchy", "", ""),
    "account.closed": lambda p, *_: ("octagon-x", "Closed", "", p["reason"]),
    "account.assigned": lambda p, *_: ("user-plus", f"Given to {p['owner_name'] or 'nobody'}", "", p["reason"]),
    "account.fact_set": lambda p, *_: ("file-text", f"{p['key'].replace('_', ' ').capitalize()} set", "", f"{_shown(p['before'])} → {_shown(p['after'])}, {p['source']}"),
    "contact.added": lambda p, *_: ("user-round-plus", f"{p['name']} added", "", p["role"]),
    "seat.filled": lambda p, *_: ("users", f"{p['contact']} on the committee", "", f"{p['role']}, {p['stance']}, influence {p['influence']} of 5"),
    "intelligence.noted": lambda p, *_: ("sticky-note", f"Noted: {p['topic']}", "", f"{p['area']}, from {p['source']}"),
    "lead.captured": lambda p, *_: ("inbox", f"Lead: {p['name']}", "", f"{p['source'] or 'source unknown'}, scored {p['score']}"),
    "lead.assigned": lambda p, a, lead: ("user-plus", f"Lead given to {p['owner_name'] or 'nobody'}", f"({lead.name})" if lead else "", p["reason"]),
    "lead.status_changed": lambda p, a, lead: ("flag", f"Lead {p['before']} → {p['after']}", f"({lead.name})" if lead else "", p["reason"]),
    "task.completed": lambda p, a, lead: ("circle-check", f"Done: {p['title']}", f"({lead.name})" if lead else "", p["outcome"]),
    "task.added": lambda p, a, lead: ("plus", f"To do: {p['title']}", f"({lead.name})" if lead else "", p["owner_name"]),
    "task.dropped": lambda p, a, lead: ("circle-minus", f"Dropped: {p['title']}", f"({lead.name})" if lead else "", p["why"]),
    "task.escalated": lambda p, a, lead: ("alarm-clock", f"Late: {p['title']}", f"({lead.name})" if lead else "", ", ".join(p["told"])),
    "lead.clocks_started": lambda p, a, lead: ("clock", "Promises made", f"({lead.name})" if lead else "", ", ".join(
        one["clock"].replace("_", " ") for one in p["opened"])),
    **CUSTOMER_SAYS, **MAIL_SAYS,
}  # fmt: skip
"""Kind → (icon, title, rest of the title, what it means) from its payload, its activity, its lead."""


def people_in(ids: list[UUID]) -> list[str]:
    """Everybody who did something in the timeline, for its filter."""
    return sorted(name for name in Event.objects.filter(Q(account_id__in=ids) & ~Q(by_name="")).values_list(
        "by_name", flat=True).distinct()[:100])  # fmt: skip
