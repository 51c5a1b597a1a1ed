"""Evidence bundles: a stretch of the audit trail in one file that anybody can check offline."""

from __future__ import annotations

import inspect
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from rounds.access.allowed import need
from rounds.actions.trust import anchors, audit
from rounds.documents import audit_check
from rounds.kit import signing
from rounds.kit.refusal import Refusal
from rounds.models import User

READ_ME = """Evidence bundle of the Rounds audit trail
=========================================
entries.jsonl   who read, changed or exported what; `sealed_text` is what was sealed, letter for letter
seals.jsonl     the links: digest = sha256(previous, then the sealed text); a deletion or change anywhere shows
anchors.jsonl   signed heads of the chains as they were written outside the database, each naming the one before
gaps.json       stretches whose entries were purged by right after their retention; their links stand
public-key.txt  the Ed25519 key that signs the anchors: compare it with the one you were given on another way
about.json      who made this bundle, when, for which days, and why
check.py        checks all of it: `python check.py BUNDLE.zip`; read it first, it is short

With Rounds installed: `rounds audit check BUNDLE.zip`. No database is needed either way.
"""
ENTRIES = """
    SELECT e.id::text, e.at, e.by_kind, e.by_id::text, e.by_name, e.chain, e.verb, e.subject_kind, e.subject_id::text,
           e.scope_hash, e.detail, rounds_entry_text(e), s.id IS NULL
      FROM rounds_auditentry e LEFT JOIN rounds_auditseal s ON s.id = e.id
     WHERE e.at >= coalesce(%(since)s, '-infinity'::timestamptz) AND e.at <= coalesce(%(until)s, 'infinity'::timestamptz)
       AND e.at <= %(at)s ORDER BY e.at, e.id
"""
# The links from the first to the last entry of the stretch, without a hole; those in between may belong to others.
SEALS = """
    SELECT s.id::text, s.chain, s.seq, encode(s.previous, 'hex'), encode(s.digest, 'hex'),
           s.entry_at >= coalesce(%(since)s, '-infinity'::timestamptz) AND s.entry_at <= coalesce(%(until)s, 'infinity'::timestamptz)
           AND s.entry_at <= %(at)s
      FROM rounds_auditseal s JOIN (
           SELECT chain, min(seq) AS first, max(seq) AS last FROM rounds_auditseal
            WHERE entry_at >= coalesce(%(since)s, '-infinity'::timestamptz)
              AND entry_at <= coalesce(%(until)s, 'infinity'::timestamptz) AND entry_at <= %(at)s GROUP BY chain) b
        ON b.chain = s.chain AND s.seq BETWEEN b.first AND b.last
     ORDER BY s.chain, s.seq
"""
NAMES = ("id", "at", "by_kind", "by_id", "by_name", "chain", "verb", "subject_kind", "subject_id", "scope_hash", "detail",
         "sealed_text", "unsealed")  # fmt: skip


class NoReason(Refusal):
    """Say why the trail leaves the house, and for whom; it is on the record."""

    status = 422
    field = "reason"


def write(
    path: Path, since: datetime | None, until: datetime | None, *, person: User, reason: str, at: datetime
) -> int:
    """Write the bundle of the entries from `since` to `until` (both included) to `path`; how many entries.

    Raises NotAllowed without the permission audit.export, NoReason. Effects: the file (0600), a read entry.
    """
    need(person, "audit.export")
    if not reason.strip():
        raise NoReason
    said = {"since": since, "until": until, "at": at}
    audit.seal_reads()
    path.touch(mode=0o600)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        count = _lines(pack, "entries.jsonl", (_entry(row) for row in _rows(ENTRIES, said)))
        _lines(pack, "seals.jsonl", (dict(zip(("id", "chain", "seq", "previous", "digest", "inside"), row, strict=True))
                                     for row in _rows(SEALS, said)))  # fmt: skip
        _frame(pack, said, person, reason.strip(), count)
    audit.note_read("audit.bundle", by=person.actor, at=at, detail={
        "from": since.isoformat() if since else "", "to": until.isoformat() if until else "", "rows": count,
        "reason": reason.strip()})  # fmt: skip
    return count


def _frame(pack: zipfile.ZipFile, said: dict[str, Any], person: User, reason: str, count: int) -> None:
    """Anchors, gaps, key, the program and the words around them."""
    path, signer = anchors.file_of(), signing.signer()
    pack.writestr("anchors.jsonl", b"".join(line + b"\n" for line in anchors.lines_of(path)) if path else b"")
    gaps = _rows("SELECT chain, first_seq, last_seq, purge_id::text FROM rounds_auditgap ORDER BY chain, first_seq", {})
    pack.writestr("gaps.json", json.dumps([dict(zip(("chain", "first_seq", "last_seq", "purge"), row, strict=True)) for row in gaps]))
    pack.writestr("public-key.txt", f"{signing.name_of(signer.public)} ed25519 {signer.public.hex()}\n")
    pack.writestr("check.py", inspect.getsource(audit_check))
    pack.writestr("README.txt", READ_ME)
    about = {"made_by": person.name, "made_at": said["at"].isoformat(), "reason": reason, "entries": count,
             "from": said["since"].isoformat() if said["since"] else "", "to": said["until"].isoformat() if said["until"] else ""}  # fmt: skip
    pack.writestr("about.json", json.dumps(about, indent=1))


def _entry(row: tuple) -> dict[str, Any]:
    said = dict(zip(NAMES, row, strict=True)) | {"at": row[1].isoformat()}
    if isinstance(said["detail"], str):
        said["detail"] = json.loads(said["detail"])
    if not said["unsealed"]:
        del said["unsealed"]
    return said


def _lines(pack: zipfile.ZipFile, name: str, rows: Iterator[dict[str, Any]]) -> int:
    count = 0
    with pack.open(name, "w", force_zip64=True) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _rows(sql: str, said: dict[str, Any]) -> Iterator[tuple]:
    """The rows of a query, read in stretches: a bundle of millions stays small in memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, said)
        while some := cursor.fetchmany(5000):
            yield from some
