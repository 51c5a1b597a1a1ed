"""Counting the audit chains again, in stretches, so that ten million links need no more memory than a few thousand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from rounds.actions.trust import anchors
from rounds.actions.trust import gaps as purged_gaps
from rounds.actions.trust.chain_faults import OF, Fault, Place, inserted, name_fault, slipped_below

CHAINS = ("write", "read")
STRETCH = 50_000
"""Links counted at a time."""
HURRY = """
    SET LOCAL work_mem = '48MB'; SET LOCAL max_parallel_workers_per_gather = 2; SET LOCAL parallel_setup_cost = 0;
    SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0; SET LOCAL min_parallel_index_scan_size = 0
"""

# A write is sealed by the transaction that makes it: without a seal it did not come through the door. A read waits up
# to some seconds for its seal; one that is older than the newest sealed read and was not made just now (its key says
# when) was put in afterwards.
LINKS = """
    SELECT count(*), max(seq), min(seq) FILTER (WHERE seq <> before + 1 OR previous <> expected),
           min(entry_at), max(entry_at),
           count(*) FILTER (WHERE sealed_at - entry_at > interval '1 day')
      FROM (SELECT seq, digest, previous, entry_at, sealed_at, lag(seq, 1, %(seq)s::bigint) OVER w AS before,
                   lag(digest, 1, %(digest)s::bytea) OVER w AS expected
              FROM rounds_auditseal WHERE chain = %(chain)s AND seq > %(seq)s AND seq <= %(to)s WINDOW w AS (ORDER BY seq)) links
"""
DIGEST = "SELECT digest FROM rounds_auditseal WHERE chain = %(chain)s AND seq = %(seq)s"
ENTRIES = """
    SELECT count(e.id), min(s.seq) FILTER (WHERE CASE WHEN e.id IS NULL THEN NOT s.seq <@ %(gaps)s::int8multirange
                    ELSE s.digest <> sha256(s.previous || convert_to(rounds_entry_text(e), 'UTF8')) END)
      FROM (SELECT id, entry_at, seq, previous, digest FROM rounds_auditseal
             WHERE chain = %(chain)s AND seq > %(seq)s AND seq <= %(to)s) s
      LEFT JOIN (SELECT * FROM rounds_auditentry WHERE at BETWEEN %(first)s AND %(last)s AND chain = %(chain)s) e
             ON e.id = s.id AND e.at = s.entry_at
"""
# An entry is sealed where a link names its id, its moment and its chain; under the id alone a second entry could hide.
# What the asking transaction itself wrote is sealed when it commits: it is not looked at (age 0 or less).
WAITING = """
    SELECT count(*), min(e.at) FROM rounds_auditentry e
     WHERE {of} AND age(e.xmin) > 0 AND NOT EXISTS (
           SELECT 1 FROM rounds_auditseal s WHERE s.id = e.id AND s.entry_at = e.at AND s.chain = e.chain)
"""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of one chain found. `fault` is the first thing that does not hold, None when all does.

    `unsealed` entries at its end wait for their seal, the oldest since `oldest`; `purged` were taken away by right;
    `late` were noted more than a day after the moment they speak of. `anchor`: what stands outside the database.
    """

    chain: str
    links: int
    fault: Fault | None
    unsealed: int
    oldest: datetime | None = None
    purged: int = 0
    late: int = 0
    anchor: anchors.Anchored | None = None

    @property
    def holds(self) -> bool:
        return self.fault is None

    @property
    def broken_at(self) -> int | None:
        """The link the first fault stands at, None when all hold."""
        return self.fault.seq if self.fault else None

    def plain(self) -> dict[str, Any]:
        """The finding as data."""
        return {
            "holds": self.holds, "links": self.links, "broken_at": self.broken_at, "unsealed": self.unsealed,
            "oldest_unsealed": self.oldest.isoformat() if self.oldest else None, "purged": self.purged,
            "late": self.late, "fault": self.fault.plain() if self.fault else None,
            "anchor": self.anchor.plain() if self.anchor else None,
        }  # fmt: skip


def verify(chain: str = "write", *, last: int | None = None, stretch: int = STRETCH) -> Verified:
    """Count the chain again, link by link, over the entries as they stand, and hold it against the anchors.

    `last`: only that many of its newest links (the page's quick look; anchors and the tail are left out).
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(HURRY)
        begin = _begin(cursor, chain, last)
        gaps, purged = _gaps(cursor, chain, begin)
        links, entries, late, fault, head = _count(cursor, chain, begin, gaps, stretch)
        if last is not None:
            return Verified(chain, links, fault, 0, purged=purged, late=late)
        unsealed, oldest = 0, None
        if fault is None:
            unsealed, oldest = _tail(cursor, chain, entries)
            fault = inserted(cursor, chain, head) if unsealed else None
        anchor = anchors.check(cursor, chain)
    if anchor is not None and anchor.fault is not None and (fault is None or anchor.fault.seq < fault.seq):
        # A chain cut back or written anew is the older fault; one that broke inside is named where it broke.
        fault = fault if fault is not None and fault.kind != "inserted" else anchor.fault
    return Verified(chain, links, fault, unsealed, oldest, purged, late, anchor)


def _count(cursor: Any, chain: str, begin: Place, gaps: str, stretch: int) -> tuple[int, int, int, Fault | None, Place]:
    links = entries = late = 0
    place = begin
    cursor.execute("SELECT max(seq), min(seq) FROM rounds_auditseal WHERE chain = %s", [chain])
    highest, lowest = cursor.fetchone()
    if lowest is not None and lowest < 1:
        return 0, 0, 0, slipped_below(cursor, chain), place
    highest = highest or 0
    while place.seq < highest:
        said = {"chain": chain, "seq": place.seq, "digest": place.digest, "to": place.seq + stretch, "gaps": gaps}
        found, top, loose, first, last, tardy = _row(cursor, LINKS, **said)
        if not found:  # nothing in a whole stretch, and yet the chain goes on above it
            return links, entries, late, name_fault(cursor, chain, place, None), place
        held, wrong = _row(cursor, ENTRIES, **said, first=first, last=last)
        links, entries, late = links + found, entries + held, late + tardy
        at_fault = min((seq for seq in (loose, wrong) if seq is not None), default=None)
        if at_fault is not None:
            return links, entries, late, name_fault(cursor, chain, place, at_fault), place
        place = Place(top, bytes(_row(cursor, DIGEST, chain=chain, seq=top)[0]))
    return links, entries, late, None, place


def _gaps(cursor: Any, chain: str, begin: Place) -> tuple[str, int]:
    """The links behind `begin` whose entries were purged by right, and how many; the anchors are read only for these."""
    found = purged_gaps.standing(cursor, chain, begin.seq)
    return purged_gaps.counted(cursor, chain, found, anchors.outside(chain)) if found != purged_gaps.NONE else (found, 0)


def _begin(cursor: Any, chain: str, last: int | None) -> Place:
    """The place before the first link that is counted."""
    if last is not None:
        cursor.execute(
            "SELECT seq, digest FROM rounds_auditseal WHERE chain = %s AND seq <= (SELECT max(seq) - %s FROM rounds_auditseal"
            " WHERE chain = %s) ORDER BY seq DESC LIMIT 1", [chain, last, chain])  # fmt: skip
        if row := cursor.fetchone():
            return Place(row[0], bytes(row[1]))
    return Place.first(chain)


def _tail(cursor: Any, chain: str, entries: int) -> tuple[int, datetime | None]:
    """How many entries have no seal, and since when the oldest waits. Looked for one by one only if some are missing."""
    (there,) = _row(cursor, f"SELECT count(*) FROM rounds_auditentry e WHERE {OF[chain]}")
    return (0, None) if there == entries else _row(cursor, WAITING.format(of=OF[chain]))


def _row(cursor: Any, sql: str, **said: Any) -> tuple[Any, ...]:
    cursor.execute(sql, said)
    return cursor.fetchone()
