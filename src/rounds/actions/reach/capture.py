"""Capture: mails of connected mailboxes kept at most once, joined to threads and matched to whom they are with (PLUS-31).

Two looks at each mail. `screen` sees its head alone and says whether its text may be fetched at all; `store` reads it
whole, keeps it and moves the mailbox's cursor in the same transaction: whatever dies when, nothing is kept twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from rounds.actions.flow.deeds import deed
from rounds.actions.reach import filing, heard, threads
from rounds.actions.reach.known import Known, known_of, ours
from rounds.actions.reach.mailboxes import is_tried
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Mailbox, Message
from rounds.rules.reach.mail_heads import Head
from rounds.rules.reach.mail_texts import Mail
from rounds.rules.reach.whose import Privacy


class ReadElsewhere(Refusal):
    """Somebody else read this mailbox on, or it was stopped; what was read here is thrown away."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch."""

    seen: int
    kept: int


def privacy_of(box: Mailbox) -> Privacy:
    return Privacy(box.keep, frozenset(one.strip().lower().lstrip("@") for one in box.never))


def screen(box: Mailbox, heads: Sequence[Head]) -> list[Head]:
    """The mails whose text may be fetched: by their heads alone. Nothing is written."""
    us, privacy = ours(), privacy_of(box)
    known = known_of(heads, us)
    new = [head for head in heads if head.message_id not in known.mails]
    return [head for head in new if filing.may_read(box, head, us, privacy, known)]


def store(box: Mailbox, mails: Sequence[Mail], *, seen: int, was: Mapping[str, Any], cursor: Mapping[str, Any], by: Actor, at: datetime) -> Stored:
    """Keep what is to be kept of a batch and move the cursor from `was` to `cursor`; `seen`: mails that were looked at.

    Effects: Thread, Message, what follows from fresh ones (`heard`), the mailbox's cursor and counts. Raises ReadElsewhere
    (409) where the cursor is not at `was` any more, or the mailbox does not work.
    """
    with deed(by):
        threads.in_turn()
        row = Mailbox.objects.select_for_update().get(pk=box.pk)
        if not (row.state == "working" or is_tried(row)) or row.cursor != was:
            raise ReadElsewhere
        kept = _keep(row, mails, by, at) if mails else 0
        Mailbox.objects.filter(pk=row.pk).update(cursor=cursor, seen=F("seen") + seen, kept=F("kept") + kept, read_at=at, failed=0, said="")
        box.cursor = dict(cursor)
    return Stored(seen, kept)


def _keep(box: Mailbox, mails: Sequence[Mail], by: Actor, at: datetime) -> int:
    us, heads = ours(), [mail.head for mail in mails]
    known = known_of(heads, us, [mail.forwarded for mail in mails if mail.forwarded])
    filed = [one for mail in _each_once(mails, known) if (one := filing.filed(box, mail, us, privacy_of(box), known, at)) is not None]
    if not filed:
        return 0
    places = threads.place(filed, known, by=by, at=at)
    rows = [filing.row_of(one, box, places[one.key], us, by, at) for one in filed]
    Message.objects.bulk_create(rows)
    threads.recount({row.thread_id for row in rows})
    fresh = at - filing.fresh()
    for one, row in zip(filed, rows, strict=True):
        heard.follow(one, row, lively=row.at > fresh, by=by, at=at)
    return len(rows)


def _each_once(mails: Sequence[Mail], known: Known) -> list[Mail]:
    """Oldest first, without those that are here already, or twice in the batch: a copy in another folder."""
    new = {mail.head.message_id: mail for mail in mails if mail.head.message_id not in known.mails}
    return sorted(new.values(), key=lambda mail: (mail.head.at is None, mail.head.at, mail.head.key))


def who_reads(box: Mailbox) -> Actor:
    """Who brings what a mailbox holds: what an integration brings was done by people (`rules/answers.py`)."""
    return Actor("integration", box.pk, f"{box.user.name}’s mailbox" if box.kind != "bcc" else "The copy address")


def count(key: UUID) -> int:
    """How many mails a mailbox brought."""
    return Message.objects.filter(mailbox_id=key).count()
