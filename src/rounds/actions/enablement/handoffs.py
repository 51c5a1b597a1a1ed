"""Hand-offs between departments: given, accepted, sent back, done (AUTO-17)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from rounds.actions.desk import notifications
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, HandOff, Opportunity, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.playbook.shapes.routing import Clock
from rounds.rules import calendar


class HandOffRefused(Refusal):
    """A hand-off that cannot be given like this."""

    status = 422


class NotYours(Refusal):
    """Somebody of the department it goes to accepts it."""

    status = 403


class HandOffClosed(Refusal):
    """This hand-off is done or was sent back; give a new one."""


@phi.texts("title", "note", hold=False)
def give(kind: str, title: str, *, note: str = "", deal: Opportunity | None = None, account: Account | None = None, key: str | None = None,
         automation: str = "", by: Actor, at: datetime) -> HandOff:  # fmt: skip
    """Give something to another department; one of the same `key` answers that one and writes nothing.

    Effects: HandOff, handoff.given, its department told, an audit entry. Raises HandOffRefused (422).
    """
    book = active().playbook.handoffs
    said = book.kinds.get(kind)
    if said is None:
        raise HandOffRefused(f"“{kind[:40]}” is no kind of hand-off; choose {', '.join(book.kinds)}.", field="kind")
    title = title.strip()[:200]
    if not title:
        raise HandOffRefused("Say in a line what is handed over.", field="title")
    if key and (there := HandOff.objects.filter(key=key).first()):
        return there
    account = account or (deal.account if deal else None)
    territory = deal.territory if deal else account.territory if account else ""
    with deed(by):
        row = HandOff.objects.create(
            kind=kind, from_department=said.from_, to_department=said.to, title=title, note=note.strip()[:4000], account=account, opportunity=deal,
            buying_unit_id=account.buying_unit_id if account else None, territory=territory,
            team=deal.team if deal else None, accept_by=_business(at, said.accept_hours, "hours", territory), key=key, automation=automation,
            **signature(by, at),
        )  # fmt: skip
        _tell("handoff.given", row, {"to": said.to}, by=by, at=at)
        notifications.notify(people_of(said.to), kind="approval.asked", title=f"Handed to {book.departments[said.to].title}: {title}",
                             url=f"/handoffs/{row.pk}/", group=f"handoff:{row.pk}", account=account, subject=row.pk, by=by, at=at)  # fmt: skip
    return row


def accept(row: HandOff, user: User, *, by: Actor, at: datetime) -> HandOff:
    """Somebody of the department takes it: theirs from now on, due by its clock.

    Effects: owner, accepted_at, due_at, handoff.accepted, an audit entry. Raises NotYours (403), HandOffClosed.
    """
    book = active().playbook.handoffs
    if user.role not in book.departments[row.to_department].roles and user.role != "admin":
        raise NotYours(f"Somebody of {book.departments[row.to_department].title} accepts it.")
    with deed(by):
        row = _open(row)
        if row.accepted_at is None:
            days = book.kinds[row.kind].done_days if row.kind in book.kinds else 5
            row.accepted_at, row.accepted_by, row.owner, row.team_id = at, user.name, user, user.team_id or row.team_id
            row.due_at = _business(at, days, "days", row.territory)
            row.save(update_fields=["accepted_at", "accepted_by", "owner", "team", "due_at"])
            _tell("handoff.accepted", row, {"by_whom": user.name, "late": at > row.accept_by}, by=by, at=at)
    return row


@phi.texts("why", hold=False)
def send_back(row: HandOff, *, why: str, by: Actor, at: datetime) -> HandOff:
    """It is not taken, and what is missing is said. Effects: returned_at, handoff.returned, its giver told, an audit entry."""
    if not why.strip():
        raise HandOffRefused("Say what is missing.", field="why")
    with deed(by):
        row = _open(row)
        row.returned_at, row.returned_why = at, why.strip()[:1000]
        row.save(update_fields=["returned_at", "returned_why"])
        _tell("handoff.returned", row, {"why": row.returned_why}, by=by, at=at)
        giver = User.objects.filter(pk=row.by_id, is_active=True) if row.by_kind == "user" else ()
        notifications.notify(giver, kind="record.changed", title=f"Sent back: {row.title}", body=row.returned_why, url=f"/handoffs/{row.pk}/",
                             account=row.account_id, subject=row.pk, by=by, at=at)  # fmt: skip
    return row


@phi.texts("outcome", hold=False)
def finish(row: HandOff, *, outcome: str, by: Actor, at: datetime) -> HandOff:
    """It is done; what came of it is said. Effects: done_at, handoff.done, an audit entry. Raises HandOffRefused, HandOffClosed."""
    if not outcome.strip():
        raise HandOffRefused("Say what came of it.", field="outcome")
    with deed(by):
        row = _open(row)
        if row.accepted_at is None:
            raise HandOffRefused("Accept it first.", field="outcome")
        row.done_at, row.outcome = at, outcome.strip()[:2000]
        row.save(update_fields=["done_at", "outcome"])
        _tell("handoff.done", row, {"outcome": row.outcome, "late": row.due_at is not None and at > row.due_at}, by=by, at=at)
    return row


def tell_late(*, by: Actor, at: datetime) -> int:
    """Tell the department once of each hand-off nobody accepted in time; how many. Effects: told_late_at, Notification."""
    rows = HandOff.objects.filter(accepted_at=None, returned_at=None, told_late_at=None, accept_by__lt=at)
    with deed(by):
        count = 0
        for row in rows.select_for_update(skip_locked=True):
            row.told_late_at = at
            row.save(update_fields=["told_late_at"])
            notifications.notify(people_of(row.to_department), kind="clock.late", title=f"Nobody accepted: {row.title}", url=f"/handoffs/{row.pk}/",
                                 subject=row.pk, by=by, at=at)  # fmt: skip
            count += 1
    return count


def people_of(department: str) -> list[User]:
    """Who works in a department."""
    said = active().playbook.handoffs.departments.get(department)
    return list(User.objects.filter(is_active=True, role__in=said.roles)) if said else []


def _business(at: datetime, value: int, unit: Literal["hours", "days"], territory: str) -> datetime:
    clock, book = Clock(value=value, unit=unit, clock="business", title="", added=True), active().playbook.calendar
    return calendar.after(book, clock, at, calendar.zone_of(book, territory=territory))


def _open(row: HandOff) -> HandOff:
    found = HandOff.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if found.done_at or found.returned_at:
        raise HandOffClosed
    return found


def _tell(kind: str, row: HandOff, said: dict[str, Any], *, by: Actor, at: datetime) -> None:
    told = {"title": row.title, "kind": row.kind, **said}
    events.record(kind, told, by=by, at=at, account=row.account_id, opportunity=row.opportunity_id, subject=row.id)
    audit.note(kind, by=by, at=at, kind="handoff", subject=row.id, detail=told)
