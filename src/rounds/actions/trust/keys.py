"""Keys: a new one, sealing everything again under it, and letting an old one go. No key is ever said or logged."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit import keys
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import KeyRotation
from rounds.models.base import signature
from rounds.models.sealed import SealedColumn, about, blind_indexes, sealed_columns

SETTLED = 3 * keys.LOOK_AGAIN
"""Seconds after which every process surely knows a changed ring, and writes with its new keys."""


class KeyInUse(Refusal):
    """Values are still sealed with that key; `rounds keys rotate` seals them anew."""


class NoSuchKey(Refusal):
    """The ring holds no key of that name."""

    status = 404


class Unopened(Refusal):
    """A sealed value does not open, so it cannot be sealed anew."""

    status = 503


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one step did: `sealed` values replaced; `place` is where the next begins, None at the end."""

    sealed: int
    place: list[str] | None


def going_on() -> KeyRotation | None:
    """The rotation that is not finished, if there is one."""
    return KeyRotation.objects.filter(finished_at=None).order_by("-at", "-id").first()


def rotate(*, by: Actor, at: datetime) -> KeyRotation:
    """Begin to seal everything under a new key, or go on with what a killed run left.

    Effects: a key in the ring's file (first, so that a kill leaves nothing sealed with a key nobody has), KeyRotation,
    an audit entry. The work itself is the job's.
    """
    if (there := going_on()) is not None:
        return there
    ring = keys.ring(look=True)
    finished = KeyRotation.objects.filter(key=ring.active).exists()
    if finished or not _left_behind(ring.active):
        ring = keys.change(keys.where(), keys.with_key)
    return _begin(ring.active, "keys.rotate", by, at)


def rotate_blind(*, by: Actor, at: datetime) -> KeyRotation:
    """Begin to make every blind index under a new key. The old key stays in the ring: what is kept as an index alone
    (people who must not come back) is found with it. Effects: as `rotate`."""
    if (there := going_on()) is not None:
        return there
    ring = keys.change(keys.where(), keys.with_blind)
    return _begin(f"blind-{len(ring.blind_before) + 1}", "keys.rotate_blind", by, at)


def _begin(key: str, verb: str, by: Actor, at: datetime) -> KeyRotation:
    with deed(by):
        row = KeyRotation.objects.create(key=key, **signature(by, at))
        audit.note(verb, by=by, at=at, kind="keys", subject=row.id, detail={"key": key})
    return row


def _left_behind(active: str) -> bool:
    """Whether a key was made and its rotation never begun: values stand under others although nothing goes on."""
    began = KeyRotation.objects.exists() or len(keys.ring().keys) > 1
    return began and any(name != active and n for name, n in counted().items())


def counted() -> dict[str, int]:
    """How many sealed values stand under each key."""
    found: dict[str, int] = dict.fromkeys(keys.ring().keys, 0)
    with connection.cursor() as cursor:
        for one in sealed_columns():
            cursor.execute(f"SELECT split_part({one.column}, ':', 2), count(*) FROM {one.table} WHERE {one.column} <> '' GROUP BY 1")
            for key, number in cursor.fetchall():
                found[key] = found.get(key, 0) + number
    return found


def reseal(rotation: KeyRotation, place: list[str], most: int) -> Chunk:
    """Seal the next values (at most `most`) of one column again; readers and writers go on meanwhile.

    `place`: [table.column, last key], [] at the beginning. Effects: the values, the place kept in `rotation`.
    Raises Unopened, naming the row, where a value was altered or its key is gone.
    """
    columns = sealed_columns()
    names = [f"{one.table}.{one.column}" for one in columns]
    at, last = (names.index(place[0]), place[1]) if place and place[0] in names else (0, "")
    with transaction.atomic():
        found = _next(columns[at], last, rotation.key, most)
        sealed = _replace(columns[at], found) if found else 0
        following: list[str] | None = [names[at], str(found[-1][0])] if len(found) == most else None
        if following is None and at + 1 < len(names):
            following = [names[at + 1], ""]
        rotation.place, rotation.rows = following or [], rotation.rows + sealed
        rotation.save(update_fields=["place", "rows"])
    return Chunk(sealed, following)


def _next(one: SealedColumn, last: str, key: str, most: int) -> list[tuple]:
    pk = one.model._meta.pk.attname
    after = f"AND {pk} > %s" if last else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {pk}, {one.row}, {one.column} FROM {one.table}"
            f" WHERE {one.column} <> '' AND split_part({one.column}, ':', 2) <> %s {after} ORDER BY {pk} LIMIT %s",
            [key, *([last] if last else []), most],
        )
        return cursor.fetchall()


def _replace(one: SealedColumn, found: list[tuple]) -> int:
    ring = keys.ring()
    new = []
    for _, row, old in found:
        bound = about(one.whose, one.column, row)
        try:
            new.append(ring.seal(ring.open(old, bound), bound))
        except keys.KeyMissing as error:
            raise Unopened(f"{error} The rotation stands still there; restore the value or the key, then go on.") from error
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_reseal(%s, %s, %s, %s, %s)",
                       [one.table, one.column, [str(key) for key, *_ in found], [old for *_, old in found], new])  # fmt: skip
        return cursor.fetchone()[0]


def reindex(rotation: KeyRotation, place: list[str], most: int) -> Chunk:
    """Make the next blind indexes (at most `most`) under the ring's newest key. Effects: as `reseal`."""
    pairs = blind_indexes()
    names = [f"{model._meta.db_table}.{index.attname}" for model, index in pairs]
    at, last = (names.index(place[0]), UUID(place[1]) if place[1] else None) if place and place[0] in names else (0, None)
    model, index = pairs[at]
    with transaction.atomic():
        rows = model.objects.exclude(**{index.of: ""}).filter(**({"pk__gt": last} if last else {})).order_by("pk")
        found = list(rows.only("pk", index.of, index.attname)[:most])
        changed = 0
        for row in found:
            said, stood = index.blind(model, getattr(row, index.of)), getattr(row, index.attname)
            if said != stood:
                changed += model.objects.filter(pk=row.pk, **{index.attname: stood}).update(**{index.attname: said})
        following: list[str] | None = [names[at], str(found[-1].pk)] if len(found) == most else None
        if following is None and at + 1 < len(names):
            following = [names[at + 1], ""]
        rotation.place, rotation.rows = following or [], rotation.rows + changed
        rotation.save(update_fields=["place", "rows"])
    return Chunk(changed, following)


def finish(rotation: KeyRotation, *, by: Actor, at: datetime) -> KeyRotation:
    """The rotation has reached everything. Effects: its end, an audit entry."""
    with deed(by):
        rotation.finished_at, rotation.place = at, []
        rotation.save(update_fields=["finished_at", "place"])
        said = {"key": rotation.key, "values": rotation.rows}
        audit.note("keys.rotated", by=by, at=at, kind="keys", subject=rotation.id, detail=said)
    return rotation


def retire(name: str, *, by: Actor, at: datetime) -> None:
    """Take a key that seals nothing any more out of the ring. What it opens in old backups it opens nowhere else.

    Effects: the ring's file, an audit entry. Raises NoSuchKey (404), KeyInUse (409).
    """
    ring = keys.ring(look=True)
    if name not in ring.keys:
        raise NoSuchKey(f"The ring holds no key {name}; it holds {', '.join(ring.keys)}.")
    if name == ring.active:
        raise KeyInUse(f"{name} is the key that seals now; `rounds keys rotate` makes another first.")
    if time.time() - keys.where().stat().st_mtime < SETTLED:
        time.sleep(SETTLED)  # whoever still held the ring before would write with the old key
    if held := counted().get(name, 0):
        raise KeyInUse(f"{held:,} values are still sealed with {name}; `rounds keys rotate` seals them anew.")
    with deed(by):
        audit.note("keys.retire", by=by, at=at, kind="keys", detail={"key": name})
        keys.change(keys.where(), lambda ring: keys.without(ring, name))


def renew_backup(*, by: Actor, at: datetime) -> str:
    """Seal backups with a new key from now on; its name. Effects: the ring's file, an audit entry."""
    with deed(by):
        name = keys.change(keys.where(), keys.with_backup).backup_active
        audit.note("keys.renew_backup", by=by, at=at, kind="keys", detail={"key": name})
    return name


def leave_to_worker() -> None:
    """Ask the worker to bring the unfinished rotation to its end. Effects: a job in the queue, once."""
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    with contextlib.suppress(AlreadyEnqueued):
        app.configure_task("trust.reseal", queueing_lock="trust.reseal").defer()
