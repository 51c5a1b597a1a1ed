"""Sections about what is to be done: tasks that press, what was taken up to managers."""

from __future__ import annotations

from datetime import UTC, timedelta

from rounds.access.scope import visible
from rounds.analytics.numbers import period as periods
from rounds.analytics.reports.asked import Asked
from rounds.analytics.reports.content import Filled, Named, Row, Table, Word
from rounds.analytics.reports.pipeline import figures
from rounds.models import Task
from rounds.models.flow.days import day_of
from rounds.playbook.shapes.reports import ReportSection

WEEK = timedelta(weeks=1)


def tasks(asked: Asked, said: ReportSection) -> Filled:
    """Open tasks that are late or fall due within a week, the most pressing first."""
    whole, until = figures(asked, said), asked.at + WEEK
    rows = visible(Task, asked.scope).filter(done_at=None, dropped_at=None, due_at__lt=until).select_related("owner", "opportunity")
    total, late = rows.count(), rows.filter(due_at__lt=asked.at).count()
    if not total:
        return Filled((("Nothing is late and nothing falls due within a week.",), *whole.sentences), whole.figures)
    zone = periods.zone_of(asked.book)
    table = Table(("Task", "Due", "Priority", "Whose"), tuple(
        Row((_named(row), f"{row.due_at.astimezone(zone):%-d %b}", row.priority.capitalize(), _whose(row)),
            str(row.opportunity_id or ""), str(row.account_id or "")) for row in rows.order_by("rank", "due_at", "id")[: asked.length]), max(total - asked.length, 0))  # fmt: skip
    are = "task is" if total == 1 else "tasks are"
    return Filled(((f"{total:,} {are} late or due within a week, {late:,} of them late.",), *whole.sentences), whole.figures, (table,))


def escalations(asked: Asked, said: ReportSection) -> Filled:
    """Tasks that were taken up to a manager in the last week and are still open."""
    whole, since = figures(asked, said), asked.at.astimezone(UTC) - WEEK
    rows = visible(Task, asked.scope).filter(escalated_at__gte=since, escalated_at__lte=asked.at, done_at=None, dropped_at=None).select_related("owner")
    found = list(rows.order_by("-escalated_at", "id")[: asked.length])
    if not found:
        return Filled((("Nothing that was taken up to a manager in the last week is still open.",), *whole.sentences), whole.figures)
    total = rows.count()
    table = Table(("Task", "Taken up on", "Whose"), tuple(
        Row((_named(row), f"{day_of(asked.book, row.escalated_at):%-d %b}", _whose(row)), str(row.opportunity_id or ""), str(row.account_id or "")) for row in found), total - len(found))  # fmt: skip
    return Filled(((f"{total} {'task' if total == 1 else 'tasks'} taken up to a manager in the last week {'is' if total == 1 else 'are'} open.",),
                   *whole.sentences), whole.figures, (table,))  # fmt: skip


def _named(row: Task) -> Word:
    """A task in the archive: one about a person by its kind alone, so that whoever is erased is not named for years."""
    about = row.lead_id or row.contact_id
    place = f"/tasks/{row.pk}/"
    return (f"{row.kind.replace('_', ' ').capitalize()}, about a person", place) if about else Named(row.title, place)


def _whose(row: Task) -> Word:
    return Named(row.owner.name) if row.owner else "Nobody"
