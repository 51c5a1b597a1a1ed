"""What is wrong with a chain where it breaks: altered, deleted, inserted, swapped or cut, and which entry it was."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rounds.kit.clock import now

JUST_NOW = timedelta(hours=2)
"""How long after its key was made an entry of the read chain may still wait for its seal."""
SAYS = {
    "altered": "was altered after it was sealed",
    "deleted": "was deleted",
    "inserted": "was put in past the door and has no seal",
    "swapped": "was swapped with another",
    "cut": "and all after it were cut off; an anchor outside the database knows them",
    "replaced": "is not the one an anchor outside the database knows: the chain was written anew",
    "anchors": "cannot be held against the anchors outside the database, which were altered or cut",
}
OF = {"write": "e.chain <> 'read'", "read": "e.chain = 'read'"}
"""Which entries are counted with a chain: one of no chain we know counts with the writes, where none may lack its seal."""
# A second entry under an id that is sealed never gets a seal. A read waits for its seal as long as its key and its moment
# were made just now; one that only speaks of long ago did not come through the door.
INSERTED = """
    SELECT e.id, e.at, e.verb FROM rounds_auditentry e
     WHERE {of} AND age(e.xmin) > 0 AND NOT EXISTS (
           SELECT 1 FROM rounds_auditseal s WHERE s.id = e.id AND s.entry_at = e.at AND s.chain = e.chain)
       AND (e.chain <> 'read' OR EXISTS (SELECT 1 FROM rounds_auditseal s WHERE s.id = e.id)
            OR (e.at < (SELECT entry_at FROM rounds_auditseal WHERE chain = %(chain)s AND seq = %(seq)s)
                AND NOT (e.at > %(since)s AND substr(e.id::text, 15, 1) = '7' AND to_timestamp(
                    ('x' || substr(replace(e.id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0) > %(since)s)))
     ORDER BY e.at, e.id LIMIT 1
"""
SEALED = "SELECT seq, id, entry_at, previous, digest FROM rounds_auditseal WHERE chain = %s AND "
SWAPPED = """
    SELECT o.id FROM rounds_auditentry o
     WHERE o.chain = %(chain)s AND o.id <> %(id)s AND EXISTS (
           SELECT 1 FROM (VALUES (o.at), (%(at)s::timestamptz)) moment(at)
            WHERE sha256(%(previous)s || convert_to(rounds_entry_text(ROW(%(id)s, moment.at, o.by_kind, o.by_id, o.by_name,
                  o.chain, o.verb, o.subject_kind, o.subject_id, o.scope_hash, o.detail)::rounds_auditentry), 'UTF8')) = %(digest)s)
     LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A link that holds: its number and its digest."""

    seq: int
    digest: bytes

    @classmethod
    def first(cls, chain: str) -> Place:
        """The place before the first link of a chain."""
        return cls(0, hashlib.sha256(f"rounds {chain}".encode()).digest())


@dataclass(frozen=True, slots=True)
class Fault:
    """The first fault of a chain. `kind` is a key of SAYS; what it was about where that is known."""

    kind: str
    seq: int
    entry: UUID | None = None
    at: datetime | None = None
    verb: str = ""

    @property
    def says(self) -> str:
        """The fault in one sentence."""
        which = f" ({self.verb or 'entry'} {self.entry}{f', {self.at:%Y-%m-%d %H:%M:%S} UTC' if self.at else ''})" if self.entry else ""
        return f"Link {self.seq:,}{which} {SAYS[self.kind]}."

    def plain(self) -> dict[str, Any]:
        """The fault as data."""
        return {"kind": self.kind, "seq": self.seq, "entry": str(self.entry) if self.entry else None,
                "at": self.at.isoformat() if self.at else None, "verb": self.verb, "says": self.says}  # fmt: skip


def name_fault(cursor: Any, chain: str, before: Place, seq: int | None) -> Fault:
    """The fault at link `seq` (None: nothing stands where links should), given a place before it that holds."""
    cursor.execute(f"{SEALED} seq > %s AND seq <= %s ORDER BY seq DESC LIMIT 2", [chain, before.seq, seq or before.seq])
    rows = cursor.fetchall()
    if len(rows) == 2:  # the link just before stands in the same stretch
        last = Place(rows[1][0], bytes(rows[1][4]))
    else:
        last = before
    if seq is None or rows[0][0] != last.seq + 1:
        return _gone(cursor, chain, last, rows[0] if seq is not None else None)
    link = rows[0]
    if bytes(link[3]) != last.digest:
        return _loose(cursor, chain, last, link)
    return _wrong_entry(cursor, chain, link)


def inserted(cursor: Any, chain: str, head: Place) -> Fault | None:
    """The oldest entry without a seal that was put in past the door, if there is one."""
    cursor.execute(INSERTED.format(of=OF[chain]), {"chain": chain, "seq": head.seq, "since": now() - JUST_NOW})
    row = cursor.fetchone()
    return Fault("inserted", _before(cursor, chain, row[1]), *row) if row else None


def slipped_below(cursor: Any, chain: str) -> Fault:
    """A link numbered below the first: nothing of ours writes one."""
    cursor.execute(f"{SEALED} seq < 1 ORDER BY seq LIMIT 1", [chain])
    return _fault(cursor, "inserted", cursor.fetchone())


def _before(cursor: Any, chain: str, at: datetime) -> int:
    """The number of the link an entry of `at` would stand after."""
    cursor.execute("SELECT coalesce(max(seq), 0) FROM rounds_auditseal WHERE chain = %s AND entry_at <= %s", [chain, at])
    return cursor.fetchone()[0]


def _gone(cursor: Any, chain: str, last: Place, link: tuple | None) -> Fault:
    """A number is missing. The entry may still be there, its seal alone gone: then the next link tells which."""
    if link is not None and link[0] <= last.seq:
        return _fault(cursor, "inserted", link)
    if link is not None:
        cursor.execute(
            "SELECT e.id, e.at, e.verb FROM rounds_auditentry e WHERE e.chain = %s AND NOT EXISTS (SELECT 1 FROM rounds_auditseal s"
            " WHERE s.id = e.id) AND sha256(%s || convert_to(rounds_entry_text(e), 'UTF8')) = %s LIMIT 1",
            [chain, last.digest, link[3]],
        )
        if row := cursor.fetchone():
            return Fault("deleted", last.seq + 1, *row)
    return Fault("deleted", last.seq + 1)


def _loose(cursor: Any, chain: str, last: Place, link: tuple) -> Fault:
    """A link that does not follow from the one before it."""
    cursor.execute(f"{SEALED} seq = %s", [chain, last.seq])
    before = cursor.fetchone()
    if before is not None and bytes(before[3]) == bytes(link[3]):
        return _fault(cursor, "inserted", before)  # two links follow from the same one: the first was slipped in
    cursor.execute(f"{SEALED} previous = %s AND seq > %s LIMIT 1", [chain, last.digest, link[0]])
    if cursor.fetchone():
        return _fault(cursor, "swapped", link)
    cursor.execute("SELECT 1 FROM rounds_auditseal WHERE chain = %s AND seq = %s AND previous = %s", [chain, link[0] + 1, link[4]])
    if before is not None and (cursor.fetchone() or link[0] == _head(cursor, chain)) and _own(cursor, link):
        return _fault(cursor, "altered", before)  # this link holds: the one before it was written anew
    return _fault(cursor, "altered", link)


def _wrong_entry(cursor: Any, chain: str, link: tuple) -> Fault:
    """A link whose entry is gone or says something else."""
    _, key, at, previous, digest = link
    cursor.execute(SWAPPED, {"chain": chain, "id": key, "at": at, "previous": previous, "digest": digest})
    if cursor.fetchone():
        return _fault(cursor, "swapped", link)
    cursor.execute("SELECT 1 FROM rounds_auditentry WHERE id = %s LIMIT 1", [key])
    return _fault(cursor, "altered" if cursor.fetchone() else "deleted", link)


def _own(cursor: Any, link: tuple) -> bool:
    """Whether the digest of a link follows from what it names as the one before, and its entry."""
    cursor.execute(
        "SELECT 1 FROM rounds_auditentry e WHERE e.id = %s AND e.at = %s"
        " AND sha256(%s || convert_to(rounds_entry_text(e), 'UTF8')) = %s",
        [link[1], link[2], link[3], link[4]],
    )
    return cursor.fetchone() is not None


def _head(cursor: Any, chain: str) -> int:
    cursor.execute("SELECT max(seq) FROM rounds_auditseal WHERE chain = %s", [chain])
    return cursor.fetchone()[0]


def _fault(cursor: Any, kind: str, link: tuple) -> Fault:
    cursor.execute("SELECT verb FROM rounds_auditentry WHERE id = %s LIMIT 1", [link[1]])
    row = cursor.fetchone()
    return Fault(kind, link[0], link[1], link[2], row[0] if row else "")
