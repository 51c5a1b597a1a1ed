"""Evidence bundles: a stretch of the audit trail in one file that anybody can check offline."""

from __future__ import annotations

import inspect
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection

from rounds.access.allowed import need
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.trust import anchors, audit, gaps
from rounds.documents import audit_check
from rounds.kit import signing
from rounds.kit.ids import new_id
from rounds.kit.refusal import Refusal
from rounds.models import User

READ_ME = """Evidence bundle of the Rounds audit trail
=========================================
entries.jsonl   who read, changed or exported what; `sealed_text` is what was sealed, letter for letter
seals.jsonl     the links: digest = sha256(previous, then the sealed text); a deletion or change anywhere shows
anchors.jsonl   signed heads of the chains as they were written outside the database, each naming the one before; the
                last ones with a "bundle" sign which entries and links this bundle holds, and for which days
gaps.json       stretches whose entries were purged by right after their retention; their links stand
public-key.txt  the Ed25519 key that signs the anchors: compare it with the one you were given on another way
about.json      who made this bundle, when, for which days, and why
check.py        checks all of it: `python check.py BUNDLE.zip KEY`; read it first, it is short

KEY is the public key you were given on another way. What the check cannot prove it calls NOT PROVEN, and ends with a
status other than 0. With Rounds installed: `rounds audit check BUNDLE.zip --key KEY`. No database is needed either way.
"""
# The links from the first to the last entry of the days, without a hole: each with its entry, also where that one speaks
# of another day, so that who checks need not believe us which are missing.
BOUNDS = """
    SELECT chain, min(seq), max(seq) FROM rounds_auditseal
     WHERE entry_at >= coalesce(%(since)s, '-infinity'::timestamptz) AND entry_at <= coalesce(%(until)s, 'infinity'::timestamptz)
       AND entry_at <= %(at)s GROUP BY chain
"""
ENTRIES = """
    SELECT e.id::text, e.at, e.by_kind, e.by_id::text, e.by_name, e.chain, e.verb, e.subject_kind, e.subject_id::text,
           e.scope_hash, e.detail, rounds_entry_text(e)
      FROM rounds_auditseal s JOIN rounds_auditentry e ON e.id = s.id AND e.at = s.entry_at AND e.chain = s.chain
     WHERE s.chain = %(chain)s AND s.seq BETWEEN %(first)s AND %(last)s ORDER BY s.seq
"""
SEALS = """
    SELECT id::text, chain, seq, encode(previous, 'hex'), encode(digest, 'hex') FROM rounds_auditseal
     WHERE chain = %(chain)s AND seq BETWEEN %(first)s AND %(last)s ORDER BY seq
"""
NAMES = ("id", "at", "by_kind", "by_id", "by_name", "chain", "verb", "subject_kind", "subject_id", "scope_hash", "detail",
         "sealed_text")  # fmt: skip


class NoReason(Refusal):
    """Say why the trail leaves the house, and for whom; it is on the record."""

    status = 422
    field = "reason"


def write(
    path: Path, since: datetime | None, until: datetime | None, *, person: User, reason: str, at: datetime
) -> int:
    """Write the bundle of the entries from `since` to `until` (both included) to `path`; how many entries.

    Not to be called in a transaction: what is signed outside must stand in the database whatever happens afterwards.
    Raises NotAllowed without the permission audit.export, NoReason. Effects: the reads are sealed; the file (0600); where
    anchors are kept, a signed statement of what it holds among them; a read entry.
    """
    need(person, "audit.export")
    if not reason.strip():
        raise NoReason
    with sight(EVERYTHING):
        audit.seal_reads()
    path.touch(mode=0o600)
    said = {"since": since, "until": until, "at": at}
    frame = {"id": str(new_id()), "from": since.isoformat() if since else "", "to": until.isoformat() if until else ""}
    with sight(EVERYTHING), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        stretches = _stretches(said)
        counts = _entry_lines(pack, stretches)
        handed = [_statement(one, frame, counts[one["chain"]], digests)
                  for one, digests in zip(stretches, _seal_lines(pack, stretches), strict=True)]  # fmt: skip
        if anchors.file_of() is not None:
            anchors.write(at=at, handed=handed)
        count = sum(counts.values())
        _frame(pack, frame, person, reason.strip(), count, at)
        audit.note_read("audit.bundle", by=person.actor, at=at, detail={
            "bundle": frame["id"], "from": frame["from"], "to": frame["to"], "rows": count, "reason": reason.strip()})  # fmt: skip
    return count


def _stretches(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The first and the last link of each chain in these days; 0 and 0 where there is none."""
    found = {chain: (first, last) for chain, first, last in _rows(BOUNDS, said)}
    return [dict(zip(("chain", "first", "last"), (chain, *found.get(chain, (0, 0))), strict=True)) for chain in anchors.CHAINS]


def _entry_lines(pack: zipfile.ZipFile, stretches: list[dict[str, Any]]) -> dict[str, int]:
    counts = dict.fromkeys(anchors.CHAINS, 0)

    def rows() -> Iterator[dict[str, Any]]:
        for one in stretches:
            for row in _rows(ENTRIES, one):
                counts[one["chain"]] += 1
                yield _entry(row)

    _lines(pack, "entries.jsonl", rows())
    return counts


def _seal_lines(pack: zipfile.ZipFile, stretches: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Of each chain the digest over its digests, and its last digest."""
    whole = {one["chain"]: sha256() for one in stretches}
    last = {one["chain"]: sha256(f"rounds {one['chain']}".encode()).hexdigest() for one in stretches}

    def rows() -> Iterator[dict[str, Any]]:
        for one in stretches:
            for row in _rows(SEALS, one):
                said = dict(zip(("id", "chain", "seq", "previous", "digest"), row, strict=True))
                whole[one["chain"]].update(f"{said['digest']}\n".encode())
                last[one["chain"]] = said["digest"]
                yield said

    _lines(pack, "seals.jsonl", rows())
    return [(whole[one["chain"]].hexdigest(), last[one["chain"]]) for one in stretches]


def _statement(stretch: dict[str, Any], frame: dict[str, str], entries: int, digests: tuple[str, str]) -> dict[str, Any]:
    """What is signed of one chain of the bundle: its last link as an anchor, and what was counted up to there."""
    return {"chain": stretch["chain"], "seq": stretch["last"], "digest": digests[1],
            "bundle": {**frame, "first": stretch["first"], "entries": entries, "seals": digests[0]}}  # fmt: skip


def _frame(pack: zipfile.ZipFile, frame: dict[str, str], person: User, reason: str, count: int, at: datetime) -> None:
    """Anchors, gaps, key, the program and the words around them."""
    path, signer = anchors.file_of(), signing.signer()
    pack.writestr("anchors.jsonl", b"".join(line + b"\n" for line in anchors.lines_of(path)) if path else b"")
    pack.writestr("gaps.json", json.dumps([gap for chain in anchors.CHAINS for gap in _gaps(chain)]))
    pack.writestr("public-key.txt", f"{signing.name_of(signer.public)} ed25519 {signer.public.hex()}\n")
    pack.writestr("check.py", inspect.getsource(audit_check))
    pack.writestr("README.txt", READ_ME)
    about = {"bundle": frame["id"], "made_by": person.name, "made_at": at.isoformat(), "reason": reason, "entries": count,
             "from": frame["from"], "to": frame["to"]}  # fmt: skip
    pack.writestr("about.json", json.dumps(about, indent=1))


def _gaps(chain: str) -> list[dict[str, Any]]:
    """The purged stretches that count (gaps.py): one that does not is no excuse for a missing entry."""
    with connection.cursor() as cursor:
        found, _ = gaps.counted(cursor, chain, gaps.standing(cursor, chain), anchors.outside(chain))
        cursor.execute("SELECT lower(r), upper(r) - 1 FROM unnest(%s::int8multirange) r", [found])
        return [{"chain": chain, "first_seq": first, "last_seq": last} for first, last in cursor.fetchall()]


def _entry(row: tuple) -> dict[str, Any]:
    said = dict(zip(NAMES, row, strict=True)) | {"at": row[1].isoformat()}
    if isinstance(said["detail"], str):
        said["detail"] = json.loads(said["detail"])
    return said


def _lines(pack: zipfile.ZipFile, name: str, rows: Iterator[dict[str, Any]]) -> None:
    with pack.open(name, "w", force_zip64=True) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _rows(sql: str, said: dict[str, Any]) -> Iterator[tuple]:
    """The rows of a query, read in stretches: a bundle of millions stays small in memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, said)
        while some := cursor.fetchmany(5000):
            yield from some
