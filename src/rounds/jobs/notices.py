"""The jobs that tell people by mail: what is to be told at once, and the digest of the morning."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from rounds.access.scope import scope_of
from rounds.access.sight import sight, system_sight
from rounds.actions.desk import telling
from rounds.kit.clock import now
from rounds.models import User


def mail_now(user: str) -> int:
    """Mail what `user` is to be told at once; how many notices. Seen through their own eyes, so that nothing is mailed
    that they may no longer see."""
    person = User.objects.filter(pk=user, is_active=True).first()
    if person is None:
        return 0
    with sight(scope_of(person)):
        return telling.mail_now(person, at=now())


def digest(user: str) -> int:
    """The digest of `user`, if their morning is now and was not looked at yet; how many notices."""
    person = User.objects.filter(pk=user, is_active=True).first()
    if person is None:
        return 0
    with sight(scope_of(person)):
        return telling.digest(person, at=now())


def ask() -> int:
    """Ask the queue for the people whose mails are due and whose morning it is; how many were asked."""
    at = now()
    with system_sight():
        found = [("desk.mail_notices", key) for key in telling.waiting(at=at)]
        found += [("desk.digest", key) for key in telling.mornings(at=at)]
    return sum(_asked(task, str(key)) for task, key in found)


def _asked(task: str, user: str) -> bool:
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=f"{task}:{user}").defer(user=user)
    except AlreadyEnqueued:
        return False
    return True
