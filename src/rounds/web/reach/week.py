"""The viewer's week: what is planned and cannot be kept, when they are free, and a time for each meeting that is still to be had."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import need_to_read
from rounds.access.scope import visible
from rounds.actions.reach import hosts
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.running import Cell, behind
from rounds.kit.clock import now
from rounds.models import Demo, Meeting, Task
from rounds.models.flow.active import active
from rounds.playbook import Playbook
from rounds.rules.reach import week
from rounds.rules.reach.slots import Host
from rounds.web.doors import noted, page

WEEKS = (("this-week", "This week"), ("next-week", "Next week"))
MOST = 20
"""Meetings still to be had that are looked at, the most pressing."""


@require_GET
@page
def show(request: HttpRequest) -> HttpResponse:
    """A week of the viewer's own: fixed queries, however full it is."""
    need_to_read(request.user, "task")
    at, book = now(), active().playbook
    said = request.GET.get("week") if request.GET.get("week") in dict(WEEKS) else "this-week"
    zone = ZoneInfo(request.user.time_zone)
    first = at.astimezone(zone).date() - timedelta(days=at.astimezone(zone).weekday()) + timedelta(days=7 * (said == "next-week"))
    host = hosts.host_of(request.user, at)
    days = _days(request, book, host, first, at)
    noted(request, "meetings.week", "meeting", week=first.isoformat())
    return render(request, "reach/meetings/week.html", {
        "place": "meetings", "days": days, "first": first, "planned": sum(len(day["rows"]) for day in days), "wrong": sum(1 for day in days for row in day["rows"] if row["why"]),
        "wanted": _wanted(request, book, host, at), "weeks": [{"name": name, "url": f"?week={code}", "current": code == said} for code, name in WEEKS],
    })  # fmt: skip


def _days(request: HttpRequest, book: Playbook, host: Host, first: date, at: datetime) -> list[dict[str, Any]]:
    starts, ends = (datetime.combine(day, datetime.min.time(), tzinfo=host.zone) for day in (first, first + timedelta(days=7)))
    rows = _planned(request, book, starts, ends, at)
    gaps = week.free(book.meetings, book.calendar, host, at, starts, ends)
    days = []
    for day in (first + timedelta(days=n) for n in range(7)):
        mine = [row for row in rows if row["starts"].astimezone(host.zone).date() == day]
        free = [gap for gap in gaps if gap.starts.astimezone(host.zone).date() == day]
        if mine or free or day.weekday() < 5:
            days.append({"day": day, "rows": mine, "free": free, "over": ends_of(day, host) <= at, "hours": sum((gap.ends - gap.starts).total_seconds() for gap in free) / 3600})
    return days


def ends_of(day: date, host: Host) -> datetime:
    """The midnight with which a day of the host ends."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=host.zone)


def _planned(request: HttpRequest, book: Playbook, starts: datetime, ends: datetime, at: datetime) -> list[dict[str, Any]]:
    """Meetings and demonstrations of the viewer's, each with why it cannot be kept: as the number Meetings in conflict has it."""
    within = {"state": "planned", "starts_at__gte": starts, "starts_at__lt": ends}
    meetings = visible(Meeting, request.scope).filter(host=request.user, **within)
    demos = visible(Demo, request.scope).filter(presenter=request.user, **within).select_related("opportunity")
    rows = [{"key": str(row.pk), "title": row.title, "with": row.guest_name, "where": row.place, "starts": row.starts_at, "ends": row.ends_at, "url": f"/meetings/{row.pk}/"} for row in meetings]
    rows += [{"key": str(row.opportunity_id), "title": f"Demonstration for {row.opportunity.name}", "with": "", "where": row.place, "starts": row.starts_at,
              "ends": row.starts_at + timedelta(minutes=row.minutes), "url": f"/opportunities/{row.opportunity_id}/"} for row in demos]  # fmt: skip
    why = _conflicts(request, book, starts.date(), at) if len(rows) > 1 else {}
    return [row | {"why": why.get(row["key"], "")} for row in sorted(rows, key=lambda row: row["starts"])]


def _conflicts(request: HttpRequest, book: Playbook, day: date, at: datetime) -> dict[str, str]:
    period = periods.containing("week", day, book)
    return {row.id: row.why for row in behind(find("meetings_in_conflict"), Cell(period), Live(request.scope, book), at)}


def _wanted(request: HttpRequest, book: Playbook, host: Host, at: datetime) -> list[dict[str, Any]]:
    """The viewer's open tasks to meet somebody, each with a time and the page on which it is booked."""
    rows = visible(Task, request.scope).filter(owner=request.user, kind="meeting", done_at=None, dropped_at=None)
    rows = list(rows.select_related("lead", "contact", "opportunity", "account").order_by("due_at", "rank", "id")[:MOST])
    kinds = {str(row.pk): kind_of(row, book) for row in rows}
    asked = [week.Wanted(key, book.meetings.kinds[kind].minutes, row.due_at) for row, (key, kind) in zip(rows, kinds.items(), strict=True)]
    found = week.suggested(book.meetings, book.calendar, host, asked, at)
    return [{"row": row, "kind": book.meetings.kinds[kinds[str(row.pk)]].title, "slot": (slot := found[str(row.pk)]), "late": bool(slot and row.due_at and slot.starts > row.due_at),
             "about": row.opportunity or row.lead or row.contact or row.account, "url": _booking(row, kinds[str(row.pk)], slot.starts if slot else None, host)} for row in rows]  # fmt: skip


def kind_of(task: Task, book: Playbook) -> str:
    """The kind of meeting that fulfils a task: of a promised act the first that counts for it, else the first there is."""
    act = book.tasks.acts.promised.get(task.clock)
    counts = set(act.fulfilled_by) if act else set()
    return next((code for code, one in book.meetings.kinds.items() if one.activity in counts), next(iter(book.meetings.kinds)))


def _booking(task: Task, kind: str, starts: datetime | None, host: Host) -> str:
    of = next(((name, key) for name, key in (("opportunity", task.opportunity_id), ("lead", task.lead_id), ("contact", task.contact_id)) if key), None)
    if of is None:
        return ""
    when = {"other": f"{starts.astimezone(host.zone):%Y-%m-%dT%H:%M}"} if starts else {}
    return f"/meetings/new/?{urlencode({of[0]: str(of[1]), 'kind': kind, **when})}"
