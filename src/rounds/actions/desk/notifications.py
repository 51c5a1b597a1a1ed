"""Notifications: people are told, each as they wish; what comes together is told together."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from rounds.access.scope import visible
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.kit.actor import Actor
from rounds.kit.ids import new_id
from rounds.kit.refusal import Refusal
from rounds.kit.scope import Scope
from rounds.models import Account, Lead, Notification, NotificationChoice, User
from rounds.models.flow.active import active
from rounds.playbook.shapes.notices import NoticeKind

TASK = "desk.mail_notices"
"""The worker's task, deferred by its name: actions never import jobs."""
WAYS = ("off", "app", "digest", "mail")
LONGEST = 300


class NoSuchWay(Refusal):
    """One can be told in the bell, at once by mail, in the morning, or not at all."""

    status = 422


@dataclass
class _Gathered:
    """What a piece of work tells whom: by (person, kind)."""

    told: dict[tuple[UUID, str], dict[str, Any]] = field(default_factory=dict)
    count: dict[tuple[UUID, str], int] = field(default_factory=lambda: defaultdict(int))


_gathering: ContextVar[_Gathered | None] = ContextVar("gathering", default=None)


@contextmanager
def gathered(*, by: Actor, at: datetime) -> Iterator[None]:
    """What is told in the block is told once at its end: one notice a person and kind, with how many there were."""
    if _gathering.get() is not None:
        yield
        return
    token = _gathering.set(here := _Gathered())
    try:
        yield
    finally:
        _gathering.reset(token)
    rows = [{**row, "count": here.count[key]} for key, row in here.told.items()]
    if rows:
        with deed(by):
            _write(rows, by=by, at=at)


def notify(users: Iterable[User], *, kind: str, title: str, url: str, body: str = "", group: str = "", lead: Any = None,
           account: Any = None, subject: Any = None, by: Actor, at: datetime, count: int = 1) -> int:  # fmt: skip
    """Tell `users` one thing of `kind` (notifications.yaml); how many were told. Nobody is told what they did themselves,
    nobody who left, nobody who wishes not to be.

    What is unread of the same kind and `group` becomes one notice. In a batch or a `gathered` block everything of a kind
    does, and its mail goes when the batch is done. `subject` is what the message offers to act on (the lead where nothing
    is said). Effects: Notification; by their wish a mail later (desk.mail_notices);
    the channels that get this kind are told, outside a batch.
    """
    people = {user.pk: user for user in users if user is not None and user.is_active and not (by.is_human and user.pk == by.id)}
    if not people:
        return 0
    said, batch, wishes = active().playbook.notifications, events.running_batch(), ways(people)
    rows = []
    for key in people:
        how = wishes.get((key, kind)) or said.kind(kind).how
        if how != "off":
            rows.append({"id": str(new_id()), "user": str(key), "kind": kind, "title": title[:LONGEST], "url": url,
                         "body": body[:2000], "group": f"batch:{batch}" if batch else group[:120], "count": count, "how": how,
                         "lead": _key(lead), "account": _key(account), "subject": _key(subject), "by_name": by.name, "at": at.isoformat(),
                         "mail_at": _mail_at(how, at, said, batch)})  # fmt: skip
    here = _gathering.get()
    if here is not None:
        for row in rows:
            key = (UUID(row["user"]), kind)
            here.told[key] = {**row, "group": row["group"] or f"together:{at.isoformat()}"}
            here.count[key] += count
        return len(rows)
    with deed(by):
        _write(rows, by=by, at=at)
        if batch is None:
            _tell_channels(list(people.values()), kind=kind, title=title, url=url, body=body, lead=lead, subject=subject or lead, by=by, at=at)
    return len(rows)


def ways(people: Iterable[UUID]) -> dict[tuple[UUID, str], str]:
    """What `people` chose, by (person, kind); what they left to the playbook is not there."""
    chosen = NotificationChoice.objects.filter(user_id__in=list(people))
    return {(row.user_id, row.kind): row.how for row in chosen}


def _mail_at(how: str, at: datetime, said: Any, batch: UUID | None) -> str | None:
    if how == "digest":
        return at.isoformat()
    return (at + (said.batch_settles if batch else said.together).span).isoformat() if how == "mail" else None


def _key(row: Any) -> str | None:
    return str(getattr(row, "pk", row)) if row is not None else None


def _write(rows: list[dict[str, Any]], *, by: Actor, at: datetime) -> None:
    """Effects: Notification rows, one statement; a job for each person who is told by mail, outside a batch."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM rounds_notify(%s)", [json.dumps(rows)])
    if events.running_batch() is None:
        for row in rows:
            if row["how"] == "mail":
                defer_mail(UUID(row["user"]), at=datetime.fromisoformat(row["mail_at"]))


def defer_mail(user: UUID, *, at: datetime | None = None) -> None:
    """Ask the worker to mail what `user` is to be told at once, in the running transaction; at `at`."""
    from procrastinate.contrib.django import app

    app.configure_task(TASK, schedule_at=at).defer(user=str(user))


def _tell_channels(people: list[User], **said: Any) -> None:
    from rounds.actions.links import webhooks

    webhooks.tell(people, **said)


def own(user: User, scope: Scope) -> QuerySet[Notification]:
    """What `user` was told and may see now: about a lead or an account, while their scope reaches it."""
    return Notification.objects.filter(
        Q(lead=None) | Q(lead__in=visible(Lead, scope)), Q(account=None) | Q(account__in=visible(Account, scope)), user=user)  # fmt: skip


def words(row: Notification, kind: NoticeKind) -> str:
    """What a notice says: its own words, or of several their number."""
    return row.title if row.count == 1 else kind.many.format(count=row.count)


def place(row: Notification, kind: NoticeKind) -> str:
    """Where a notice leads."""
    return row.url if row.count == 1 else kind.opens


def read(user: User, rows: Iterable[UUID] | None, *, at: datetime) -> int:
    """`user` read these of their notices (all where None); how many were new. Effects: read_at, of their own alone."""
    mine = Notification.objects.filter(user=user, read_at=None)
    return (mine if rows is None else mine.filter(pk__in=list(rows))).update(read_at=at)


def unread(user: User, rows: Iterable[UUID], *, at: datetime) -> int:
    """Take `read` back: what stands in no newer notice. Effects: read_at; nothing is mailed for it again."""
    back = 0
    for row in Notification.objects.filter(user=user, pk__in=list(rows)).exclude(read_at=None):
        newer = row.group and Notification.objects.filter(user=user, kind=row.kind, group=row.group, read_at=None).exists()
        back += 0 if newer else Notification.objects.filter(pk=row.pk).update(read_at=None)
    return back


def settle(user: User, kind: str, group: str, *, at: datetime) -> int:
    """What `user` was told of is settled: what of it is unread is read, and is mailed no more. Effects: read_at."""
    return read(user, Notification.objects.filter(user=user, kind=kind, group=group, read_at=None).values_list("pk", flat=True), at=at)


def choose(user: User, kind: str, how: str, *, by: Actor, at: datetime) -> None:
    """`user` wishes to be told of `kind` so; the playbook's own way needs no row. Effects: NotificationChoice. Raises NoSuchWay."""
    said = active().playbook.notifications
    if kind not in said.kinds or how not in WAYS:
        raise NoSuchWay
    with deed(by):
        if how == said.kinds[kind].how:
            NotificationChoice.objects.filter(user=user, kind=kind).delete()
        else:
            NotificationChoice.objects.update_or_create(user=user, kind=kind, defaults={"how": how})
