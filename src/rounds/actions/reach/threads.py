"""Threads: mails that name each other, in whichever order they arrive (RFC 5322 §3.6.4)."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from rounds.actions.flow.deeds import OnHold, deed
from rounds.actions.reach.filing import Filed
from rounds.actions.reach.known import Known
from rounds.kit.actor import Actor
from rounds.models import Message, Thread
from rounds.models.base import signature

TURN = "rounds.reach.capture"
COUNTED = """
    UPDATE rounds_thread t SET mails = c.mails, last_at = c.last_at FROM
        (SELECT thread_id, count(*) AS mails, max(coalesce(sent_at, at)) AS last_at FROM rounds_message WHERE thread_id = ANY(%s) GROUP BY thread_id) c
     WHERE t.id = c.thread_id
"""


@dataclass
class _Desk:
    """What is joined so far: `here` the threads an id of a mail stands for, with their health system; `found` the thread
    of each mail; `new` threads that are not written yet; `into` what a thread was taken into."""

    here: dict[str, tuple[UUID, UUID | None]] = field(default_factory=dict)
    found: dict[str, UUID] = field(default_factory=dict)
    new: dict[UUID, Thread] = field(default_factory=dict)
    into: dict[UUID, UUID] = field(default_factory=dict)

    def now(self, key: UUID) -> UUID:
        while key in self.into:
            key = self.into[key]
        return key


def in_turn() -> None:
    """One batch, or one answer, at a time: two mailboxes that hold the same mail, or two ends of a thread, would each find it missing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [TURN])


def place(filed: Sequence[Filed], known: Known, *, by: Actor, at: datetime) -> dict[str, UUID]:
    """The thread of each mail, by its Message-ID. One that joins threads which did not know of each other makes them one.

    Effects: Thread made, filled and joined.
    """
    desk = _Desk()
    for one in filed:
        there = _threads(one, known, desk)
        if not there:
            row = Thread(subject=one.mail.head.subject, last_at=one.mail.head.at or at, **signature(by, at))
            desk.new[row.pk] = row
            there = [row.pk]
        for other in there[1:]:
            if _joined(other, there[0], desk, by):
                desk.into[other] = there[0]
        desk.found[one.key] = there[0]
        for key in (one.key, *one.mail.head.references):
            desk.here.setdefault(key, (there[0], one.unit))
    found = {key: desk.now(thread) for key, thread in desk.found.items()}
    _fill(filed, found, desk.new)
    return found


def _threads(one: Filed, known: Known, desk: _Desk) -> list[UUID]:
    """The threads a mail belongs to: those that are written first, of them that of what it answers."""
    named = (one.key, *reversed(one.mail.head.references))
    rows = [one.parent] if one.parent is not None else []
    if one.parent is not None:
        unit = one.parent.buying_unit_id
        near = [known.mails[key] for key in named if key in known.mails] + [row for key in named for row in known.joins.get(key, ())]
        rows += [row for row in near if row.buying_unit_id == unit]
    keys = [row.thread_id for row in rows]
    keys += [thread for key in named if key in desk.here for thread, unit in [desk.here[key]] if one.unit is None or unit in (one.unit, None)]
    found = list(dict.fromkeys(desk.now(key) for key in keys))
    return [key for key in found if key not in desk.new] + [key for key in found if key in desk.new]


def _joined(other: UUID, into: UUID, desk: _Desk, by: Actor) -> bool:
    """Whether `other` was taken into a thread; not where a legal hold keeps it as it is."""
    if other in desk.new:
        del desk.new[other]
        return True
    try:
        with transaction.atomic(), deed(by):
            Message.objects.filter(thread_id=other).update(thread_id=into)
            Thread.objects.filter(pk=other).delete()
    except OnHold:
        return False
    return True


def _fill(filed: Sequence[Filed], found: dict[str, UUID], new: dict[UUID, Thread]) -> None:
    """Threads learn what they are about from the first of their mails that knows. Effects: threads made or filled."""
    rows = {row.pk: row for row in Thread.objects.filter(pk__in={*found.values()} - new.keys())} | new
    changed = set()
    for one in filed:
        row = rows[found[one.key]]
        for name, value in (("opportunity_id", one.deal), ("lead_id", one.lead), ("account_id", one.account)):
            if value is not None and getattr(row, name) is None:
                setattr(row, name, value)
                changed.add(row.pk)
    Thread.objects.bulk_create(new.values())
    Thread.objects.bulk_update([rows[key] for key in changed - new.keys()], ["opportunity", "lead", "account"])


def recount(keys: Set[UUID]) -> None:
    """Count mails and the last of them anew. Effects: the threads."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [list(keys)])
