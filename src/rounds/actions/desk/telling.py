"""Telling by mail: at once, together with whatever else came; in the morning, once a day, nothing where nothing is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from rounds.access.scope import scope_of
from rounds.actions.desk import notifications
from rounds.actions.flow import deliveries
from rounds.actions.flow.deeds import deed
from rounds.actions.links.webhooks import outside
from rounds.actions.trust import action_links
from rounds.documents.messages import Button, Message
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Digest, Lead, Notification, User
from rounds.models.flow.active import active
from rounds.rules import digests

MOST = 60
"""Notices one mail names; of the others it says how many there are."""
CHANGE = "/me/notices/"


def mail_now(user: User, *, at: datetime) -> int:
    """Post one mail about everything `user` is to be told at once; how many notices. Called with their own sight.

    Effects: ActionLink, Delivery, mailed_at.
    """
    with deed(SYSTEM_ACTOR):
        rows = list(_open(user).filter(how="mail", mail_at__lte=at))
        if not rows or not settings.MAIL:
            return 0
        last = max(row.at for row in rows)
        _post(user, _single(user, rows[0], at) if len(rows) == 1 else _several(user, rows), f"notices:{user.pk}:{rows[0].pk}:{last.timestamp()}", at)
        _mailed(rows, at)
    return len(rows)


def digest(user: User, *, at: datetime) -> int:
    """Post the digest of the day, if the person's morning is now and was not looked at yet; how many notices it tells.

    Effects: Digest (also where nothing is new), Delivery, mailed_at. Two workers post one.
    """
    day = digests.due_on(active().playbook.notifications.digest, at, user.time_zone)
    if day is None or not settings.MAIL:
        return 0
    with deed(SYSTEM_ACTOR):
        rows = list(_open(user).filter(how="digest"))
        try:
            with transaction.atomic():
                Digest.objects.create(user=user, day=day, told=len(rows), at=at)
        except IntegrityError:
            return 0
        if rows:
            _post(user, _several(user, rows, morning=True), f"digest:{user.pk}:{day}", at)
            _mailed(rows, at)
    return len(rows)


def waiting(*, at: datetime) -> set[UUID]:
    """People to whom something is to be mailed at once and was not. Asked with the worker's sight."""
    rows = Notification.objects.filter(how="mail", read_at=None, mailed_at=None, mail_at__lte=at, user__is_active=True)
    return set(rows.values_list("user_id", flat=True)) if settings.MAIL else set()


def mornings(*, at: datetime) -> set[UUID]:
    """People whose morning it is and was not looked at yet. Asked with the worker's sight."""
    if not settings.MAIL:
        return set()
    said, found = active().playbook.notifications.digest, {}
    for key, zone in User.objects.filter(is_active=True).exclude(joined_at=None).values_list("id", "time_zone"):
        if day := digests.due_on(said, at, zone):
            found[key] = day
    done = set(Digest.objects.filter(user_id__in=found, day__in=set(found.values())).values_list("user_id", "day"))
    return {key for key, day in found.items() if (key, day) not in done}


def _open(user: User):
    return notifications.own(user, scope_of(user)).filter(read_at=None, mailed_at=None).select_related("lead").order_by("-at")


def _mailed(rows: Iterable[Notification], at: datetime) -> None:
    Notification.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=at)


def _single(user: User, row: Notification, at: datetime) -> Message:
    """One thing, with what can be done about it."""
    kind = active().playbook.notifications.kind(row.kind)
    offers = action_links.offered(row.kind, _subject(user, row), user, by=SYSTEM_ACTOR, at=at)
    return Message(
        subject=notifications.words(row, kind), greeting=f"Hello {user.name}", event=row.kind,
        lines=tuple(line for line in (notifications.words(row, kind) + ".", row.body if row.count == 1 else "") if line),
        buttons=(*(Button(words, outside(path)) for words, path in offers), Button("Open it in Rounds", outside(notifications.place(row, kind)))),
        why=f"You get this because you are told of “{kind.title}” by mail.", change=outside(CHANGE),
    )  # fmt: skip


def _subject(user: User, row: Notification) -> Any | None:
    """What one notice offers to act on: what it names where the person still sees that, else its lead; of several nothing."""
    if row.count != 1:
        return None
    if row.subject_id is None:
        return row.lead if isinstance(row.lead, Lead) else None
    return action_links.subject(row.kind, row.subject_id, user)


def _several(user: User, rows: Sequence[Notification], *, morning: bool = False) -> Message:
    said = active().playbook.notifications
    items = tuple((notifications.words(row, said.kind(row.kind)), outside(notifications.place(row, said.kind(row.kind)))) for row in rows[:MOST])
    more = len(rows) - len(items)
    lines = ("This is new since the last time:" if morning else "This came in together:",)
    count = sum(row.count for row in rows)
    return Message(
        subject=f"Your morning: {count} new" if morning else f"{count} things for you", greeting=f"Hello {user.name}", event="digest",
        lines=(*lines, *((f"And {more} more.",) if more else ())), items=items, buttons=(Button("Open all of it in Rounds", outside("/notices/")),),
        why="You get this because you chose to be told by mail, each morning where something is new." if morning
        else "You get this because you are told of these things by mail.", change=outside(CHANGE),
    )  # fmt: skip


def _post(user: User, said: Message, key: str, at: datetime) -> None:
    deliveries.post("email", user.email, said, key=key, user=user, about=said.event, by=SYSTEM_ACTOR, at=at)
