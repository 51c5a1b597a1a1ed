"""Demos: booked, moved, cancelled, held, or nobody came (DEMO-01 to 05, 07, 09)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from rounds.actions.deals import demo_tasks, stages
from rounds.actions.deals.below import need_open, of_the_deal, tell
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import activities
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.clock import sayable
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Demo, DemoAttendee, DemoChange, Opportunity, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules.calendar import zone_of
from rounds.rules.demos.audience import audience


class DemoRefused(Refusal):
    """A demo that cannot be booked like this."""

    status = 422


class DemoOver(Refusal):
    """This demo is not planned any more: it was held, cancelled, or nobody came."""


class DemoNotBegun(Refusal):
    """This demo has not begun yet; move it first if it took place earlier."""


@phi.texts("place", written="at")
def book(
    deal: Opportunity,
    kind: str,
    *,
    starts_at: datetime,
    attendees: Sequence[Contact] = (),
    presenter: User | None = None,
    minutes: int | None = None,
    zone: str = "",
    place: str = "",
    standard: bool = False,
    by: Actor,
    at: datetime,
) -> Demo:
    """Book a demo of `kind`; who is missing in the room is warned of, never refused. One that took place unbooked is
    written down within days (demos.yaml, `late`): nothing is left to prepare.

    Effects: Demo, its attendees, a DemoChange, the tasks of its preparation, demo.booked, an audit entry. Raises
    DemoRefused, NotOfThisDeal (422), DealClosed (409).
    """
    need_open(deal)
    book_, said = active().playbook, active().playbook.demos.types.get(kind)
    if said is None:
        raise DemoRefused(f"There is no demo of the type “{kind[:40]}”; use one of: {', '.join(book_.demos.types)}.", field="kind")
    length = _length(minutes, said.minutes)
    zone = _zone(zone) or str(zone_of(book_.calendar, state=deal.account.state, territory=deal.territory))
    late = timedelta(days=book_.demos.late.days)
    if not sayable(starts_at) or starts_at < at - late:
        raise DemoRefused(f"That moment has passed; a demo is booked ahead, or written down within {late.days} days of it.", field="starts_at")
    of_the_deal(deal, *attendees, field="attendees")
    warnings = audience(book_, [person.role for person in attendees], kind).warnings
    with deed(by):
        demo = Demo.objects.create(opportunity=deal, kind=kind, standard=standard, starts_at=starts_at, minutes=length, zone=zone,
                                   place=place.strip()[:500], presenter=presenter or deal.owner, **signature(by, at))  # fmt: skip
        for person in {one.pk: one for one in attendees}.values():
            DemoAttendee.objects.create(opportunity=deal, demo=demo, contact=person, role=person.role, **signature(by, at))
        _changed(demo, "planned", after=starts_at, by=by, at=at)
        if starts_at > at:
            demo_tasks.prepare(demo, by=by, at=at)
        told = {"kind": kind, "starts_at": starts_at.isoformat(), "minutes": length, "attendees": len(attendees),
                "standard": standard, "warnings": list(warnings)}  # fmt: skip
        tell("demo.booked", demo, told, by=by, at=at)
        audit.note("demo.book", by=by, at=at, kind="demo", subject=demo.id, detail={"kind": kind})
    return demo


def invite(demo: Demo, person: Contact, *, by: Actor, at: datetime) -> DemoAttendee:
    """One more person in the room; somebody who is invited stays so.

    Effects: DemoAttendee, an audit entry. Raises NotOfThisDeal (422), DemoOver (409).
    """
    of_the_deal(demo.opportunity, person, field="attendees")
    with deed(by):
        demo = _planned(demo)
        row, made = DemoAttendee.objects.get_or_create(
            demo=demo, contact=person, defaults={"opportunity": demo.opportunity, "role": person.role, **signature(by, at)}
        )
        if made:
            audit.note("demo.invite", by=by, at=at, kind="demo", subject=demo.id)
    return row


def uninvite(attendee: DemoAttendee, *, by: Actor, at: datetime) -> None:
    """Take somebody off the list. Effects: the row goes, an audit entry. Raises DemoOver (409)."""
    with deed(by):
        demo = _planned(attendee.demo)
        rows = DemoAttendee.objects.filter(pk=attendee.pk)
        rows._raw_delete(rows.db)  # nobody has said anything of a demo to come, and what was said may not be deleted
        audit.note("demo.uninvite", by=by, at=at, kind="demo", subject=demo.id)


@phi.texts("why")
def move(demo: Demo, starts_at: datetime, *, why: str = "", by: Actor, at: datetime) -> Demo:
    """Hold it at another time; the preparation moves along, and how often it was moved is counted.

    Effects: starts_at, a DemoChange, due times of its tasks, demo.moved, an audit entry. Raises DemoRefused, DemoOver.
    """
    _reachable(starts_at, at)
    with deed(by):
        demo = _planned(demo)
        before = demo.starts_at
        if before == starts_at:
            return demo
        demo.starts_at, demo.moved = starts_at, demo.moved + 1
        demo.save(update_fields=["starts_at", "moved"])
        _changed(demo, "moved", why=why, before=before, after=starts_at, by=by, at=at)
        demo_tasks.move(demo, by=by, at=at)
        said = {"kind": demo.kind, "before": before.isoformat(), "after": starts_at.isoformat(), "why": why.strip()[:500]}
        tell("demo.moved", demo, said, by=by, at=at)
        audit.note("demo.move", by=by, at=at, kind="demo", subject=demo.id)
    return demo


@phi.texts("why", needed=("why",))
def cancel(demo: Demo, *, why: str, by: Actor, at: datetime) -> Demo:
    """Call it off, with the reason. Effects: its state, a DemoChange, its tasks are dropped, demo.cancelled, an audit entry.
    Raises DemoRefused (422) without a reason, DemoOver (409)."""
    if not why.strip():
        raise DemoRefused("Say why it is called off.", field="why")
    return _off(demo, "cancelled", why, by=by, at=at)


@phi.texts("why")
def no_show(demo: Demo, *, why: str = "", by: Actor, at: datetime) -> Demo:
    """Nobody came. Effects: as cancel, with demo.no_show and a task to book it anew. Raises DemoNotBegun, DemoOver (409)."""
    if at < demo.starts_at:
        raise DemoNotBegun
    with deed(by):
        demo = _off(demo, "no_show", why, by=by, at=at)
        demo_tasks.rebook(demo, by=by, at=at)
    return demo


@phi.texts("notes", "next_step")
def complete(
    demo: Demo,
    *,
    came: Collection[Contact],
    notes: str = "",
    next_step: str = "",
    next_step_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Demo:
    """It was held, and these people came.

    Effects: its state, a DemoChange, who came, the tasks that follow, an activity on the lead (which keeps its promise of
    a demo), demo.completed, the stage for the first one held of a deal, an audit entry. Raises DemoRefused (422) where
    nobody came, DemoNotBegun, DemoOver (409).
    """
    if at < demo.starts_at:
        raise DemoNotBegun
    with deed(by):
        demo = _planned(demo)
        here = {person.pk for person in came}
        rows = list(demo.attendees.select_related("contact"))
        if not here & {row.contact_id for row in rows}:
            raise DemoRefused("Tick who came; if nobody did, record a no-show.", field="came")
        first = not Demo.objects.filter(opportunity=demo.opportunity, state="held").exists()
        demo.state, demo.held_at, demo.notes = "held", at, notes.strip()[:20_000]
        demo.next_step, demo.next_step_on = next_step.strip()[:500], next_step_on
        demo.save(update_fields=["state", "held_at", "notes", "next_step", "next_step_on"])
        for row in rows:
            row.came = row.contact_id in here
            row.save(update_fields=["came"])
        _changed(demo, "held", by=by, at=at)
        demo_tasks.follow_up(demo, by=by, at=at)
        _told_held(demo, rows, first, by=by, at=at)
    return demo


def _told_held(demo: Demo, rows: list[DemoAttendee], first: bool, *, by: Actor, at: datetime) -> None:
    deal, came = demo.opportunity, [row for row in rows if row.came]
    if deal.lead_id:
        activities.log("demo_attendance", lead=deal.lead, contact=came[0].contact, happened_at=demo.starts_at, by=by, at=at,
                       subject=active().playbook.demos.types[demo.kind].title, external_id=f"demo:{demo.id}")  # fmt: skip
    said = {"kind": demo.kind, "came": len(came), "invited": len(rows), "ticked": demo.ticks.count(),
            "open_questions": demo.questions.filter(answered_at=None).count(), "first": first}  # fmt: skip
    event = tell("demo.completed", demo, said, by=by, at=at)
    if first:
        stages.triggered(deal, "demo.completed", by=by, at=at, event=event)
    audit.note("demo.complete", by=by, at=at, kind="demo", subject=demo.id, detail={"came": len(came)})


def _off(demo: Demo, state: str, why: str, *, by: Actor, at: datetime) -> Demo:
    with deed(by):
        demo = _planned(demo)
        demo.state = state
        demo.save(update_fields=["state"])
        _changed(demo, state, why=why, by=by, at=at)
        demo_tasks.drop(demo, why="The demo is off", by=by, at=at)
        said = {"kind": demo.kind, "why": why.strip()[:500]}
        tell("demo.no_show" if state == "no_show" else "demo.cancelled", demo, said, by=by, at=at)
        audit.note(f"demo.{'miss' if state == 'no_show' else 'cancel'}", by=by, at=at, kind="demo", subject=demo.id)
    return demo


def _planned(demo: Demo) -> Demo:
    """The row, locked, while it is planned. Raises DemoOver (409)."""
    row = Demo.objects.select_for_update(of=("self",)).select_related("opportunity__account", "opportunity__owner", "presenter").get(pk=demo.pk)
    if not row.is_planned:
        raise DemoOver
    return row


def _changed(demo: Demo, state: str, *, why: str = "", before: datetime | None = None, after: datetime | None = None, by: Actor,
             at: datetime) -> None:  # fmt: skip
    DemoChange.objects.create(opportunity=demo.opportunity, demo=demo, state=state, why=why.strip()[:500], starts_before=before,
                              starts_after=after, **signature(by, at))  # fmt: skip


def _length(said: int | None, usual: int) -> int:
    if said is None:
        return usual
    if not 10 <= said <= 480:
        raise DemoRefused("A demo takes 10 minutes to 8 hours.", field="minutes")
    return said


def _zone(said: str) -> str:
    if said and said not in available_timezones():
        raise DemoRefused(f"“{said[:40]}” is no time zone; write one such as America/Chicago.", field="zone")
    return str(ZoneInfo(said)) if said else ""


def _reachable(starts_at: datetime, at: datetime) -> None:
    if not sayable(starts_at) or starts_at < at:
        raise DemoRefused("That moment has passed; choose a later one.", field="starts_at")
