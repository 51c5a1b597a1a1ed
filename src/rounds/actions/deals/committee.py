"""The committee of a deal: who is on it in which part, who listens to whom (ACCT-13, ACCT-14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import CommitteeSeat, Contact, DealContact, DealInfluence, Event, Opportunity
from rounds.models.base import signature
from rounds.models.flow.active import active

FIELDS = ("roles", "influence", "stance", "level", "preference", "motivation")
HIGHEST = 5


class SeatRefused(Refusal):
    """This person cannot be on the committee like this."""

    status = 422


class ReportsInACircle(Refusal):
    """Somebody would be their own chief."""

    field = "reports_to"


@phi.texts("motivation")
def seat(deal: Opportunity, contact: Contact, *, by: Actor, at: datetime, roles: Sequence[str] | None = None, influence: int | None = None,
         stance: str | None = None, level: str | None = None, preference: str | None = None, motivation: str | None = None) -> DealContact:  # fmt: skip
    """Put a contact on the committee of a deal, or change their part; what is not said stays as it is. Who comes new
    brings along what is said of them on the account's committee, and has at least the role of their title.

    Effects: DealContact, committee.seated or committee.changed, an audit entry. Raises SeatRefused (422).
    """
    said = {"roles": None if roles is None else list(dict.fromkeys(roles)), "influence": influence, "stance": stance, "level": level,
            "preference": preference, "motivation": motivation}  # fmt: skip
    _check(said)
    if contact.left_on is not None:
        raise SeatRefused(f"{contact.name} has left; choose somebody who is there.", field="contact")
    with deed(by):
        row = DealContact.objects.select_for_update(of=("self",)).filter(opportunity=deal, contact=contact).first()
        if row is None:
            return _seated(deal, contact, {**known_of(contact), **{name: value for name, value in said.items() if value is not None}}, by=by, at=at)
        given = {name: value for name, value in said.items() if value is not None and getattr(row, name) != value}
        if row.ended_at is not None:
            row.ended_at = None
            given = given or {"roles": row.roles}
            return _again(deal, row, given, by=by, at=at)
        if not given:
            return row
        changed = {name: [None, None] if name == "motivation" else [getattr(row, name), value] for name, value in given.items()}
        _write(row, given, at)
        _tell(deal, "committee.changed", {"contact": contact.name, "changed": changed}, row, by=by, at=at)
        audit.note("committee.change", by=by, at=at, kind="opportunity", subject=deal.id, detail={"fields": sorted(given)})
    return row


def known_of(contact: Contact) -> dict[str, Any]:
    """What the account's committee says of a contact: roles, the highest influence, stance, level, preference, motive."""
    seats = list(CommitteeSeat.objects.filter(contact=contact, ended_at=None).order_by("-influence", "id"))
    roles = list(dict.fromkeys([*(one.role for one in seats if one.role), *([contact.role] if contact.role else [])]))
    first = seats[0] if seats else None
    levels = {one.level for one in active().playbook.committee.decision_levels.listed}
    return {
        "roles": roles, "influence": max((one.influence for one in seats), default=0), "stance": first.stance if first else "neutral",
        "level": first.decision_level if first and first.decision_level in levels else "",
        "preference": contact.preference or (first.preference if first else ""), "motivation": first.motivation if first else "",
    }  # fmt: skip


def _seated(deal: Opportunity, contact: Contact, said: dict[str, Any], *, by: Actor, at: datetime) -> DealContact:
    row = DealContact.objects.create(opportunity=deal, contact=contact, updated_at=at, **said, **signature(by, at))
    told = {"contact": contact.name, **{name: getattr(row, name) for name in ("roles", "influence", "stance", "level")}}
    _tell(deal, "committee.seated", told, row, by=by, at=at)
    audit.note("committee.seat", by=by, at=at, kind="opportunity", subject=deal.id, detail={"contact": str(contact.id)})
    return row


def _again(deal: Opportunity, row: DealContact, given: dict[str, Any], *, by: Actor, at: datetime) -> DealContact:
    """Somebody who left the committee is on it again."""
    _write(row, given, at, "ended_at")
    told = {"contact": row.contact.name, **{name: getattr(row, name) for name in ("roles", "influence", "stance", "level")}}
    _tell(deal, "committee.seated", told, row, by=by, at=at)
    audit.note("committee.seat", by=by, at=at, kind="opportunity", subject=deal.id, detail={"contact": str(row.contact_id)})
    return row


def _write(row: DealContact, given: dict[str, Any], at: datetime, *further: str) -> None:
    for name, value in given.items():
        setattr(row, name, value)
    row.updated_at = at
    row.save(update_fields=[*given, "updated_at", *further])


@phi.texts("reason")
def leave(member: DealContact, *, by: Actor, at: datetime, reason: str = "") -> DealContact:
    """Take somebody off the committee; their lines go with them. One who is off it stays off.

    Effects: ended_at, the lines of influence and who reported to them, committee.left, an audit entry.
    """
    with deed(by):
        row = DealContact.objects.select_for_update(of=("self",)).select_related("contact", "opportunity").get(pk=member.pk)
        if row.ended_at is not None:
            return row
        row.ended_at, row.reports_to, row.updated_at = at, None, at
        row.save(update_fields=["ended_at", "reports_to", "updated_at"])
        DealContact.objects.filter(reports_to=row).update(reports_to=None, updated_at=at)
        DealInfluence.objects.filter(who=row).delete()
        DealInfluence.objects.filter(whom=row).delete()
        _tell(row.opportunity, "committee.left", {"contact": row.contact.name, "reason": reason.strip()[:500]}, row, by=by, at=at)
        audit.note("committee.leave", by=by, at=at, kind="opportunity", subject=row.opportunity_id, detail={"contact": str(row.contact_id)})
    return row


def report_to(member: DealContact, chief: DealContact | None, *, by: Actor, at: datetime) -> DealContact:
    """Say whom somebody reports to in this decision; None: to nobody here.

    Effects: reports_to, committee.changed, an audit entry. Raises ReportsInACircle (409), SeatRefused (422).
    """
    with deed(by):
        rows = {row.pk: row for row in DealContact.objects.select_for_update(of=("self",)).select_related("contact", "opportunity")
                .filter(opportunity_id=member.opportunity_id, ended_at=None)}  # fmt: skip
        row, above = rows.get(member.pk), rows.get(chief.pk) if chief else None
        if row is None or (chief is not None and above is None):
            raise SeatRefused("Both have to be on the committee of this deal.", field="reports_to")
        if row.reports_to_id == (above.pk if above else None):
            return row
        _no_circle(row, above, rows)
        before = rows.get(row.reports_to_id) if row.reports_to_id else None
        _write(row, {"reports_to": above}, at)
        changed = {"reports_to": [before.contact.name if before else None, above.contact.name if above else None]}
        _tell(row.opportunity, "committee.changed", {"contact": row.contact.name, "changed": changed}, row, by=by, at=at)
        audit.note("committee.change", by=by, at=at, kind="opportunity", subject=row.opportunity_id, detail={"fields": ["reports_to"]})
    return row


def _no_circle(row: DealContact, above: DealContact | None, rows: dict[UUID, DealContact]) -> None:
    walk, steps = above, 0
    while walk is not None and steps <= len(rows):
        if walk.pk == row.pk:
            raise ReportsInACircle(f"{above.contact.name} reports to {row.contact.name} already; change that first.")
        walk, steps = rows.get(walk.reports_to_id), steps + 1


def draw(who: DealContact, whom: DealContact, *, by: Actor, at: datetime) -> bool:
    """Say that `who` influences `whom`; whether the line is new. Effects: DealInfluence, committee.line, an audit entry.
    Raises SeatRefused (422)."""
    if who.pk == whom.pk or who.opportunity_id != whom.opportunity_id or who.ended_at or whom.ended_at:
        raise SeatRefused("A line goes from one person of the committee to another.", field="whom")
    with deed(by):
        _, new = DealInfluence.objects.get_or_create(who=who, whom=whom, defaults={"opportunity_id": who.opportunity_id, **signature(by, at)})
        if new:
            _line(who, whom, True, by=by, at=at)
    return new


def erase(who: DealContact, whom: DealContact, *, by: Actor, at: datetime) -> bool:
    """Take a line of influence away; whether there was one. Effects: DealInfluence, committee.line, an audit entry."""
    with deed(by):
        gone, _ = DealInfluence.objects.filter(who=who, whom=whom).delete()
        if gone:
            _line(who, whom, False, by=by, at=at)
    return bool(gone)


def _line(who: DealContact, whom: DealContact, drawn: bool, *, by: Actor, at: datetime) -> None:
    _tell(who.opportunity, "committee.line", {"who": who.contact.name, "whom": whom.contact.name, "drawn": drawn}, who, by=by, at=at)
    audit.note("committee.line", by=by, at=at, kind="opportunity", subject=who.opportunity_id, detail={"drawn": drawn})


def _tell(deal: Opportunity, kind: str, said: dict[str, Any], row: DealContact, *, by: Actor, at: datetime) -> Event:
    return events.record(kind, said, by=by, at=at, account=deal.account_id, opportunity=deal.id, subject=row.id)


def _check(said: dict[str, Any]) -> None:
    book = active().playbook
    _listed("stance", said["stance"], book.picklists.stance.values)
    _listed("level", said["level"], ("", *(one.level for one in book.committee.decision_levels.listed)))
    _listed("preference", said["preference"], ("", *book.committee.preferences.listed))
    for role in said["roles"] or ():
        _listed("roles", role, book.picklists.contact_role.values)
    if said["influence"] is not None and not 0 <= said["influence"] <= HIGHEST:
        raise SeatRefused("Influence runs from 0 (none) to 5 (decides).", field="influence")
    if said["motivation"] is not None:
        said["motivation"] = said["motivation"].strip()[:2000]


def _listed(name: str, value: str | None, values: Sequence[str]) -> None:
    if value is not None and value not in values:
        raise SeatRefused(f"{name.capitalize()}: “{value}” is not on the list; use one of {', '.join(v for v in values if v)}.", field=name)
