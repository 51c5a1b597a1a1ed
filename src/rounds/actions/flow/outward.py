"""Whether this database may speak to the outside. A restored or cloned copy may not, until a person releases it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from rounds.access.allowed import need
from rounds.actions.flow import deliveries
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Release, User
from rounds.models.base import signature


class Held(Refusal):
    """This is a restored copy: nothing leaves it until an admin releases it (Compliance → Releases, or `rounds release`)."""


class ReasonMissing(Refusal):
    """Say why this copy may speak; the reason is kept."""

    status = 422
    field = "reason"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where this database stands (server and line of history) and the release it carries, if any."""

    system: str
    timeline: int
    speaks: bool
    last: Release | None


REMEMBERED = 5.0
_asked: dict[str, tuple[float, bool]] = {}


def may_speak() -> bool:
    """Whether something may be sent outside now; asked of the database every time, and before every sending."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_may_speak()")
        return cursor.fetchone()[0]


def is_copy() -> bool:
    """Whether pages say that this is a copy; asked again every few seconds only, because each page asks."""
    name, moment = connection.settings_dict["NAME"], time.monotonic()
    asked, found = _asked.get(name, (-REMEMBERED, False))
    if moment - asked >= REMEMBERED:
        found = not may_speak()
        _asked[name] = (moment, found)
    return found


def need_to_speak() -> None:
    """Raises Held (409) in a restored or cloned copy that nobody released."""
    if not may_speak():
        raise Held


def standing() -> Standing:
    """Where this database stands and what it was released for."""
    system, timeline = _here()
    return Standing(system, timeline, may_speak(), Release.objects.order_by("-at", "-id").first())


def release(*, reason: str, by: Actor, at: datetime, user: User | None = None) -> Release:
    """Let this very database speak to the outside, as it stands now. Needs outward.release where a person does it.

    Effects: Release, an audit entry. Raises ReasonMissing (422); NotAllowed (403).
    """
    if user is not None:
        need(user, "outward.release")
    if not reason.strip():
        raise ReasonMissing
    return _release(reason.strip(), by, at)


def first_release(*, by: Actor, at: datetime) -> Release | None:
    """The release of a database that was just made: it is nobody's copy. None where there is one already.

    Effects: Release, an audit entry.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rounds.release'))")
        return None if Release.objects.exists() else _release("A new database", by, at)


def _release(reason: str, by: Actor, at: datetime) -> Release:
    with deed(by):
        system, timeline = _here()
        row = Release.objects.create(system=system, timeline=timeline, reason=reason, **signature(by, at))
        said = {"system": system, "timeline": timeline, "reason": reason}
        _asked.clear()
        deliveries.let_go(at=at)
        audit.note("outward.release", by=by, at=at, kind="release", subject=row.id, detail=said)
    return row


def _here() -> tuple[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT system, timeline FROM rounds_here()")
        return cursor.fetchone()
