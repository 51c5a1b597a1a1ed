"""The job behind the compliance checks: counts the chains again, asks what is due, runs every check, keeps the run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.access.sight import system_sight
from rounds.actions.flow import backups
from rounds.actions.trust import audit, checking, retention
from rounds.analytics.trust.checks import Look
from rounds.analytics.trust.checks import run as look_at_all
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import CheckRun, User
from rounds.models.flow.active import active
from rounds.playbook import Playbook


def run(by: str | None = None) -> str:
    """Run every check now, asked by the person `by`; the id of the CheckRun."""
    return str(check(by).id)


def check(by: str | None = None) -> CheckRun:
    """As `run`, answering the row. What waits for its seal is sealed first, in a transaction of its own: nobody waits
    for the lock of that chain while it is counted."""
    with system_sight():
        audit.seal_reads()
    with system_sight():
        person = User.objects.filter(pk=by, is_active=True).first() if by else None
        at, book = now(), active().playbook
        look = Look(at, book, _chains(), _due(book, at), backups.last())
        return checking.keep(look_at_all(look), by=person.actor if person else SYSTEM_ACTOR, at=now())


def _chains() -> dict[str, dict[str, Any]]:
    found = {chain: audit.verify(chain) for chain in ("write", "read")}
    return {chain: one.plain() for chain, one in found.items()}


def _due(book: Playbook, at: datetime) -> dict[str, dict[str, Any]]:
    """What waits to go, by rule; overdue where the oldest could have gone longer ago than `overdue_after`."""
    patience, found = book.retention.overdue_after.span, {}
    for one in retention.plan(at):
        said = found.setdefault(one.rule, {"due": 0, "held": 0, "overdue": False})
        said["due"] += one.due
        said["held"] += one.held
        said["overdue"] |= one.oldest is not None and one.due > 0 and one.before - one.oldest > patience
    return found
