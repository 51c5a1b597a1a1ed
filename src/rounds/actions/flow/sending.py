"""Sending: the worker takes a delivery, says so, sends, and says how it ended. A person is asked where nobody can know."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import Error, connection, transaction

from rounds.access.allowed import roles_that_may
from rounds.actions.desk import notifications
from rounds.actions.flow import deliveries
from rounds.actions.flow.deeds import deed
from rounds.actions.reach import arriving
from rounds.kit.actor import Actor
from rounds.models import Delivery, OutboundRoute, User, Webhook
from rounds.models.flow.active import active
from rounds.rules import backing_off

LOST = "The worker stopped while it was being sent; it may have arrived."
LOCK = "rounds.route."
NOTED = timedelta(seconds=10)
"""How exact it is when a route last took something: not every letter writes it."""
SWEPT = timedelta(seconds=60)
"""How long something due may lie before a worker asks for it again: its job was lost."""


@contextmanager
def alone(route: str) -> Iterator[bool]:
    """Whether this process has `route` to itself in the block. The database gives it back when the process dies, so that
    what is `sending` on a free route has nobody who sends it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [LOCK + route])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [LOCK + route])
            except Error:
                connection.close()  # the lock goes with it


def claim(route: str, *, by: Actor, at: datetime) -> Delivery | None:
    """The next delivery due on `route`, marked `sending`; None where there is none, or nothing may leave now.

    Effects: sending, or held, or refused for what is not worth sending any more.
    """
    with deed(by):
        speaks, closed = _stands(route, at)
        if not speaks:
            _hold(route, at)
        if not speaks or closed:
            return None
        while row := _next(route, at):
            if why := _unfit(row, at) or arriving.unwanted(row):
                _settle(row, "refused", why, at)
                continue
            row.state, row.sending_at, row.updated_at, row.attempts = "sending", at, at, row.attempts + 1
            row.save(update_fields=["state", "sending_at", "updated_at", "attempts"])
            return row
    return None


def _stands(route: str, at: datetime) -> tuple[bool, bool]:
    """Whether anything may leave (no unreleased copy, no kill switch), and whether this route is left alone now: asked
    of the database before every sending, in one breath."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_may_speak() AND NOT EXISTS (SELECT 1 FROM rounds_outboundhold WHERE lifted_at IS NULL),"
                       " EXISTS (SELECT 1 FROM rounds_outboundroute WHERE name = %s AND open_until > %s)", [route, at])  # fmt: skip
        return cursor.fetchone()


def _next(route: str, at: datetime) -> Delivery | None:
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    return rows.filter(route=route, state="due", due_at__lte=at).order_by("due_at", "id").first()


def _hold(route: str, at: datetime) -> None:
    Delivery.objects.filter(route=route, state="due").update(
        state="held", updated_at=at, detail="Nothing leaves now; it goes when outbound is let go.")  # fmt: skip


def _closed_until(route: str, at: datetime) -> datetime | None:
    return OutboundRoute.objects.filter(name=route, open_until__gt=at).values_list("open_until", flat=True).first()


def _unfit(row: Delivery, at: datetime) -> str:
    """Why a delivery is not sent after all; "" where it is."""
    if row.expires_at is not None and row.expires_at <= at:
        return "It waited too long to be worth sending."
    if row.user is not None and not row.user.is_active:
        return f"{row.user.name} no longer works here."
    if row.route == deliveries.MAIL and not settings.MAIL:
        return "No mail server is set up (ROUNDS_SMTP_HOST)."
    if row.route != deliveries.MAIL and not Webhook.objects.filter(pk=row.target, off_at=None, ended_at=None).exists():
        return "The channel was switched off."
    return "" if row.content else "Its content is gone."


@transaction.atomic
def sent(row: Delivery, *, at: datetime) -> None:
    """It was taken. Effects: sent, the content goes, the route is well."""
    _settle(row, "sent", "", at)
    well = OutboundRoute.objects.filter(name=row.route, failures=0, last_ok_at__gt=at - NOTED)
    if not well.exists():
        OutboundRoute.objects.update_or_create(name=row.route, defaults={"failures": 0, "open_until": None, "last_ok_at": at})
    _told(row, True, "Taken", at)


@transaction.atomic
def later(row: Delivery, said: str, *, at: datetime, side: bool = False, silent: bool = False, header: str = "") -> None:
    """It was not taken and may be tried again: after a pause, or given up. Effects: due or failed; with `side` the route
    counts a failure and may be left alone for a while; a job."""
    book = active().playbook.outbound
    asked = backing_off.retry_after(header, at) if header else None
    closed = _failed(row.route, said, silent, at) if side else None
    if row.attempts >= book.tries.value:
        _settle(row, "failed", f"Given up after {row.attempts} tries. {said}", at)
        _tell_stuck(at)
    else:
        due = max(at + backing_off.pause(book, row.attempts, random.random(), asked), closed or at)  # noqa: S311
        Delivery.objects.filter(pk=row.pk, state="sending").update(state="due", due_at=due, detail=said, updated_at=at)
        deliveries.defer(row.id, at=due)
    if closed:
        deliveries.defer(row.id, at=closed)
    _told(row, False, said, at)


@transaction.atomic
def never(row: Delivery, said: str, *, at: datetime) -> None:
    """It was refused for good. Effects: refused; the content stays for a person who mends the cause."""
    _settle(row, "refused", said, at)
    _told(row, False, said, at)


@transaction.atomic
def unsure(row: Delivery, said: str, *, at: datetime) -> None:
    """It may have arrived: it waits for a person. Effects: unknown, a notice."""
    Delivery.objects.filter(pk=row.pk, state="sending").update(state="unknown", detail=said, updated_at=at)
    arriving.settled([row.pk], at=at)
    _tell_stuck(at)
    _told(row, False, said, at)


@transaction.atomic
def lost(route: str, *, at: datetime) -> int:
    """What a dead worker left `sending` on a route one is `alone` on; how many. Effects: unknown, a notice."""
    found = list(Delivery.objects.filter(route=route, state="sending").values_list("id", flat=True))
    if found:
        Delivery.objects.filter(pk__in=found).update(state="unknown", detail=LOST, updated_at=at)
        arriving.settled(found, at=at)
        _tell_stuck(at)
    return len(found)


def waits(route: str, *, at: datetime) -> bool:
    """Whether something could be sent on `route` now."""
    if _closed_until(route, at):
        return False
    return Delivery.objects.filter(route=route, state="due", due_at__lte=at).exists()


def sweep(*, at: datetime) -> int:
    """What nobody looks after: `sending` on a route nobody works on becomes unknown, `due` without a job gets one; how
    many routes. Effects: states, jobs."""
    stranded = Delivery.objects.filter(state="sending").values_list("route", flat=True).distinct()
    found = 0
    for route in stranded:
        with alone(route) as mine:
            found += bool(mine and lost(route, at=at))
    for route, key in _forgotten(at).items():
        if waits(route, at=at):
            with alone(route) as mine:
                if mine:
                    deliveries.defer(key)
                    found += 1
    return found


def _forgotten(at: datetime) -> dict[str, UUID]:
    """The first delivery of each route that has been due for a while and for which no job waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (route) route, id FROM rounds_delivery d WHERE state = 'due' AND due_at < %s AND NOT EXISTS"
            " (SELECT 1 FROM procrastinate_jobs j JOIN rounds_delivery o ON o.id = (j.args ->> 'delivery')::uuid WHERE"
            " j.task_name = %s AND j.status IN ('todo', 'doing') AND coalesce(j.scheduled_at, now()) <= now()"
            " AND o.route = d.route) ORDER BY route, due_at", [at - SWEPT, deliveries.TASK])  # fmt: skip
        return dict(cursor.fetchall())


def _failed(route: str, said: str, silent: bool, at: datetime) -> datetime | None:
    """Count a failure of the route; until when it is left alone, if it is."""
    row, _ = OutboundRoute.objects.get_or_create(name=route)
    row.failures, row.last_failed_at, row.last_said = row.failures + 1, at, said
    pause = backing_off.circuit(active().playbook.outbound, row.failures, silent=silent)
    row.open_until = at + pause if pause else None
    row.save(update_fields=["failures", "last_failed_at", "last_said", "open_until"])
    return row.open_until


def _settle(row: Delivery, state: str, said: str, at: datetime) -> None:
    """How it ended. A sending that was already called unknown is known again when its own worker says so."""
    gone = {"content": ""} if state == "sent" else {}
    Delivery.objects.filter(pk=row.pk, state__in=("due", "sending", "unknown")).update(
        state=state, detail=said, settled_at=at, updated_at=at, **gone)  # fmt: skip
    arriving.settled([row.pk], at=at)


def _told(row: Delivery, ok: bool, said: str, at: datetime) -> None:
    if row.route != deliveries.MAIL:
        Webhook.objects.filter(pk=row.target).update(last_at=at, last_ok=ok, last_said=said)


def _tell_stuck(at: datetime) -> None:
    """Tell whoever looks after deliveries that one did not leave: one notice, however many there are."""
    from rounds.kit.actor import SYSTEM_ACTOR

    people = User.objects.filter(role__in=roles_that_may("deliveries.manage"), is_active=True)
    notifications.notify(people, kind="delivery.stuck", title="A message did not leave", url="/trust/outbound/",
                         group="stuck", by=SYSTEM_ACTOR, at=at)  # fmt: skip
