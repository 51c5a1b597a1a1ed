"""Back-off: who fails too often waits, a little longer each time, and is forgotten after a day.

A counter stands in the database under a key, so that every process counts alike; the table holds only a keyed digest of
it, which tells nobody whose address was tried. What is waited for comes from `back_off` of access/sign_in.yaml.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.kit import keys
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Throttle
from rounds.models.flow.active import active
from rounds.playbook.shapes.access import BackOff


class Throttled(Refusal):
    """There were too many tries. Wait a quarter of an hour, then try again."""

    status = 429


def figures() -> BackOff:
    """The figures in force (access/sign_in.yaml)."""
    return active().playbook.sign_in.back_off


def key(*parts: object) -> str:
    """The key of a counter, made of who, where and what for."""
    return "\0".join(str(part) for part in parts)


def blocked(key: str, *, at: datetime | None = None, lock: bool = False) -> bool:
    """Whether tries under `key` do not count at `at`. With `lock` nobody else counts there until the transaction ends."""
    rows = Throttle.objects.select_for_update() if lock else Throttle.objects
    row = rows.filter(key=_digest(key)).first()
    at = at or now()
    # A wait longer than the longest was written while a clock was wrong; nobody is kept out for that.
    return row is not None and row.blocked_until is not None and at < row.blocked_until <= at + figures().most.span


def check(key: str, *, at: datetime | None = None) -> None:
    """Go on only if `key` is not in back-off. Raises Throttled (429)."""
    if blocked(key, at=at):
        raise Throttled


def failed(key: str, *, at: datetime | None = None, free: int | None = None) -> int:
    """Count one failure; how many there are. After `free` of them (the playbook's where it is None) each doubles the wait.

    A count is forgotten whole a day after its first failure, so that nobody is kept out for ever. Effects: Throttle.
    """
    at, said = at or now(), figures()
    row, _ = Throttle.objects.select_for_update().get_or_create(key=_digest(key), defaults={"since": at})
    if abs(at - row.since) >= said.forgotten_after.span:
        row.count, row.since, row.blocked_until = 0, at, None
    row.count += 1
    over = row.count - (said.free.value if free is None else free)
    if over >= 0:
        row.blocked_until = at + wait(over, said)
    row.save(update_fields=["count", "since", "blocked_until"])
    return row.count


def counted(key: str, *, window: timedelta, at: datetime) -> int:
    """Count one try under `key`, good or bad; how many there were in this `window`. Effects: Throttle."""
    row, _ = Throttle.objects.select_for_update().get_or_create(key=_digest(key), defaults={"since": at})
    if not row.since <= at < row.since + window:
        row.count, row.since = 0, at
    row.count += 1
    row.save(update_fields=["count", "since"])
    return row.count


def wait(over: int, said: BackOff) -> timedelta:
    """How long the failure number `over` beyond the free ones holds up: the first wait, doubled, up to the longest."""
    most = said.most.span
    return most if over > 32 else min(most, said.first.span * 2**over)


def passed(key: str) -> None:
    """Forget the failures under `key`: whoever it was has shown who they are. Effects: the counter goes."""
    Throttle.objects.filter(key=_digest(key)).delete()


def forget(*, at: datetime) -> int:
    """Drop the counters of more than a day ago; how many."""
    return Throttle.objects.filter(since__lt=at - figures().forgotten_after.span).delete()[0]


def _digest(key: str) -> str:
    return keys.ring().blind(key, "throttle")
