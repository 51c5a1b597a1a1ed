"""How a meeting ended: it was held and something came of it, or nobody came (AUTO-13, COMM-13)."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.flow.deeds import deed
from rounds.actions.leads import activities
from rounds.actions.reach import meeting_mails
from rounds.actions.reach.meetings import MeetingRefused, find_a_new_day, planned, settled, tell
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Meeting
from rounds.models.flow.active import active


class MeetingNotBegun(Refusal):
    """This meeting has not begun yet; move it first if it took place earlier."""


@phi.texts("note")
def hold(row: Meeting, *, outcome: str, note: str = "", by: Actor, at: datetime) -> Meeting:
    """It was held; `outcome` is one of tasks.yaml (visits).

    Effects: its state, an activity of the kind the playbook gives this meeting (it scores, and keeps promises), meeting.held,
    an audit entry. Raises MeetingRefused (422), MeetingNotBegun, MeetingOver (409).
    """
    book = active().playbook
    if outcome not in book.tasks.visits.outcomes:
        raise MeetingRefused(f"Say what came of it: {', '.join(book.tasks.visits.outcomes)}.", field="outcome")
    if at < row.starts_at:
        raise MeetingNotBegun
    with deed(by):
        row = settled(planned(row), "held", outcome, at)
        if note.strip():
            row.note = f"{row.note}\n\n{note.strip()}".strip()[:4000]
            row.save(update_fields=["note"])
        if row.lead is not None or row.account is not None:
            activities.log(book.meetings.kinds[row.kind].activity, lead=row.lead, account=None if row.lead else row.account, contact=row.contact,
                           happened_at=row.starts_at, subject=row.title, direction="in", external_id=f"meeting:{row.id}", by=by, at=at)  # fmt: skip
        tell("meeting.held", row, {"kind": row.kind, "starts_at": row.starts_at.isoformat(), "outcome": outcome}, by=by, at=at)
        audit.note("meeting.hold", by=by, at=at, kind="meeting", subject=row.id, detail={"outcome": outcome})
    return row


def no_show(row: Meeting, *, by: Actor, at: datetime) -> Meeting:
    """Nobody came, some minutes after it should have begun (meetings.yaml says how many).

    Effects: its state, a task to find a new day, a mail with other times to who did not come, meeting.no_show, an audit
    entry. Raises MeetingNotBegun, MeetingOver (409).
    """
    wait = active().playbook.meetings.no_show_minutes
    if at < row.starts_at:
        raise MeetingNotBegun
    if at < row.starts_at + timedelta(minutes=wait):
        raise MeetingNotBegun(f"Give them {wait} minutes before you write down that nobody came.")
    with deed(by):
        row = settled(planned(row), "no_show", "", at)
        find_a_new_day(row, "Nobody came", by=by, at=at)
        tell("meeting.no_show", row, {"kind": row.kind, "starts_at": row.starts_at.isoformat()}, by=by, at=at)
        audit.note("meeting.miss", by=by, at=at, kind="meeting", subject=row.id)
        meeting_mails.missed(row, by=by, at=at)
    return row


def remind_due(*, by: Actor, at: datetime) -> int:
    """Remind of what is near; how many mails were posted. Twice at once posts once."""
    hours = tuple(active().playbook.meetings.reminders_hours)
    if not hours:
        return 0
    rows = list(Meeting.objects.select_related("host").filter(state="planned", starts_at__gt=at, starts_at__lte=at + timedelta(hours=max(hours))))
    wanted = meeting_mails.due(rows, hours, at)
    there = meeting_mails.reminded([row for row, _ in wanted], hours) if wanted else set()
    posted = 0
    for row, hour in wanted:
        if meeting_mails.key_of_reminder(row, hour) not in there:
            posted += meeting_mails.remind(row, hour, by=by, at=at)
    return posted
