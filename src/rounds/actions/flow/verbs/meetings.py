"""Deeds of meetings: times are offered, and what is to come is prepared (AUTO-13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.desk import tasks
from rounds.actions.flow.verbs.people import owner_of
from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, Said, done, refused, verb
from rounds.actions.reach import booking, hosts, meeting_links
from rounds.kit.actor import Actor
from rounds.models import Meeting, User
from rounds.models.flow.active import active
from rounds.rules.calendar import after, zone_of

OFFERED = 5
"""Times a task names."""
KINDS = {"lead": "intro", "opportunity": "discovery"}
"""Which meeting is offered where the automation names none."""
SOON = timedelta(days=1)


class Offered(Said):
    """`kind`: a kind of meeting of the playbook."""

    kind: str = ""


@verb("meeting.schedule", shape=Offered, says="offer times for a meeting", emits=("task.added",), needs="record")
def schedule(context: Context, said: Offered, *, by: Actor, at: datetime) -> Outcome:
    """A task for the owner with their next free times and a link on which this person alone books one of them."""
    who = context.deal or context.lead
    if who is None:
        return refused("a meeting is offered to the person of a lead or a deal")
    owner = owner_of(context)
    if owner is None:
        return refused("nobody owns it yet, so nobody could be met")
    kind = said.kind or KINDS[who._meta.model_name or "lead"]
    if kind not in active().playbook.meetings.kinds:
        return refused(f"there is no meeting of the kind “{kind}” in the playbook")
    there = Meeting.objects.filter(**{str(who._meta.model_name): who}, state="planned", starts_at__gt=at).first()
    if there is not None:
        return done("a meeting is planned already", meeting=there.id)
    page = booking.page_for(owner, kind, by=by, at=at)
    task = tasks.add(f"Offer times: {active().playbook.meetings.kinds[kind].title}, {who.name}"[:300], kind="meeting", owner=owner, lead=context.lead,
                     account=None if context.lead else context.account, opportunity=context.deal, note=_note(owner, kind, meeting_links.link_for(page, who), at),
                     priority="high", due_at=_hour(at), key=f"meeting:offer:{who.pk}", automation=context.automation.automation, by=by, at=at)  # fmt: skip
    return done(f"times are offered by {owner.name}", task=task.id, page=page.id)


@verb("meeting.prepare", says="prepare meetings", emits=("task.added",))
def prepare(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """A task for the host of each meeting of the coming day, once a meeting."""
    rows = Meeting.objects.filter(state="planned", starts_at__gt=at, starts_at__lte=at + SOON, host__is_active=True)
    count = 0
    for row in rows.select_related("host", "lead", "account", "opportunity", "contact").order_by("starts_at")[:500]:
        tasks.add(f"Prepare: {row.title}"[:300], kind="meeting", owner=row.host, lead=row.lead, account=None if row.lead else row.account,
                  contact=row.contact, opportunity=row.opportunity, due_at=max(row.starts_at - timedelta(hours=1), at), key=f"meeting:{row.id}:prepare",
                  automation=context.automation.automation, by=by, at=at)  # fmt: skip
        count += 1
    return done(f"{count} {'meeting is' if count == 1 else 'meetings are'} prepared" if count else "no meeting in the coming day")


def _note(owner: User, kind: str, link: str, at: datetime) -> str:
    """The times on the owner's clock, and the link."""
    from zoneinfo import ZoneInfo

    found = hosts.times(owner, kind, at=at, most=OFFERED)
    lines = [f"- {one.starts.astimezone(ZoneInfo(owner.time_zone)):%A, %-d %B, %H:%M}" for one in found]
    return "\n".join(["Free on your calendar:" if lines else "Nothing is free in these weeks.", *lines, "", f"Or send this link, on which they choose for themselves: {link}"])


def _hour(at: datetime) -> datetime:
    """An hour of working time from now."""
    book = active().playbook

    class Hour:
        value, unit, clock = 1, "hours", "business"

    return after(book.calendar, Hour, at, zone_of(book.calendar))
