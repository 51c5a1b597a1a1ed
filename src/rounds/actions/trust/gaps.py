"""Gaps of the audit trail: stretches whose entries were purged by right. What a gap says of itself is not believed (who
deletes an entry can write a gap with any date): it counts only as far as the place of its links shows that they are
older than the legal floor, in the chain and by the anchors outside the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ALL = """
    SELECT coalesce(range_agg(int8range(g.first_seq, g.last_seq, '[]')), '{}')::text
      FROM rounds_auditgap g JOIN rounds_purge p ON p.id = g.purge_id
     WHERE g.chain = %(chain)s AND g.last_seq > %(after)s
"""
# The first link that is younger than the floor: whatever stands behind it is younger too, because links are sealed in
# order, and the moments of the entries that still stand are sealed with them.
YOUNG = """
    SELECT seq FROM rounds_auditseal WHERE chain = %(chain)s AND greatest(entry_at, sealed_at) > now() - rounds_legal_floor()
     ORDER BY seq LIMIT 1
"""
# The last link that an anchor knew before the floor.
DATED = """
    SELECT coalesce(max(a.seq), 0)
      FROM unnest(%(seqs)s::bigint[], %(moments)s::timestamptz[], %(digests)s::text[]) a (seq, at, digest)
      JOIN rounds_auditseal s ON s.chain = %(chain)s AND s.seq = a.seq AND encode(s.digest, 'hex') = a.digest
     WHERE a.at <= now() - rounds_legal_floor()
"""
COUNTED = """
    SELECT m::text, (SELECT coalesce(sum(upper(r) - lower(r)), 0)::bigint FROM unnest(m) r)
      FROM (SELECT %(gaps)s::int8multirange * int8multirange(int8range(1, %(young)s::bigint))
                   * (int8multirange(int8range(1, %(dated)s::bigint)) + %(vouched)s::int8multirange) AS m) counted
"""
NONE = "{}"


@dataclass(frozen=True, slots=True)
class Outside:
    """What the signed file outside says of one chain: every head it ever had there, and the gaps a person vouched for
    at a new beginning."""

    heads: list[dict[str, Any]]
    vouched: str = NONE


def standing(cursor: Any, chain: str, after: int = 0) -> str:
    """The gaps of `chain` behind link `after` that name a certificate, as a multirange."""
    cursor.execute(ALL, {"chain": chain, "after": after})
    return cursor.fetchone()[0]


def counted(cursor: Any, chain: str, gaps: str, outside: Outside | None) -> tuple[str, int]:
    """As much of `gaps` as counts, and how many links that is. `outside` is None where nothing is anchored: then the
    chain alone shows how old they are."""
    if gaps == NONE:
        return NONE, 0
    cursor.execute(YOUNG, {"chain": chain})
    young = (cursor.fetchone() or (None,))[0]
    said = {"gaps": gaps, "young": young, "dated": None, "vouched": NONE}
    if outside is not None:
        said |= {"dated": _dated(cursor, chain, outside.heads) + 1, "vouched": outside.vouched}
    cursor.execute(COUNTED, said)
    return cursor.fetchone()


def _dated(cursor: Any, chain: str, heads: list[dict[str, Any]]) -> int:
    cursor.execute(DATED, {"chain": chain, "seqs": [one["seq"] for one in heads], "moments": [one["at"] for one in heads],
                           "digests": [one["digest"] for one in heads]})  # fmt: skip
    return cursor.fetchone()[0]
