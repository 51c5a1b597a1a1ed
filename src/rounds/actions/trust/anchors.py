"""Anchors: the heads of both chains, signed, in an append-only file outside the database. Who cuts the database back,
puts another in its place or writes a chain anew cannot make the file agree.

A line is JSON: {"at", "before", "chain", "digest", "key", "seq", "signature"}; `before` is the digest of the line
before it, `signature` (Ed25519) is over the line without itself. A line with "begins" (a reason) instead of a head says
that the anchors before it belong to a database that is gone by intention; its "gaps" are those of the chains then, which
whoever began anew vouches for.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from rounds.actions.trust import gaps
from rounds.actions.trust.chain_faults import Fault
from rounds.kit import signing
from rounds.kit.refusal import Refusal
from rounds.models import AuditAnchor

CHAINS = ("write", "read")
HOUR = timedelta(minutes=58)
"""Anchors are written hourly; the chore looks every few minutes."""


class NoAnchors(Refusal):
    """No place for anchors is set; ROUNDS_ANCHOR_DIR names a folder outside the database."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """What stands outside the database about one chain: the newest anchor, how many, and the first fault found."""

    file: str
    count: int
    seq: int | None
    at: datetime | None
    fault: Fault | None = None

    def plain(self) -> dict[str, Any]:
        """The finding as data."""
        return {"file": self.file, "count": self.count, "seq": self.seq, "at": self.at.isoformat() if self.at else None,
                "holds": self.fault is None}  # fmt: skip


def file_of() -> Path | None:
    """The file of this database's anchors; None where no folder is set (in tests)."""
    folder = settings.ANCHOR_DIR
    return Path(folder) / f"{connection.settings_dict['NAME']}.jsonl" if folder else None


def write(*, at: datetime, begins: str = "", handed: Sequence[dict[str, Any]] = ()) -> list[AuditAnchor]:
    """Sign the heads of both chains and put them outside. Effects: two lines on disk, two AuditAnchor rows; one more of
    each for each stretch that is `handed` out ({"chain", "seq", "digest", "bundle"}, see bundles.py).

    `begins`: a reason why the anchors so far do not count for this database (it was restored or made anew); a line
    of its own says so first. Raises NoAnchors, KeyMissing.
    """
    path = file_of()
    if path is None:
        raise NoAnchors
    signer = signing.signer()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with transaction.atomic(), open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = _last(file)
        rows = []
        for said in ([_beginning(begins)] if begins else []) + [*handed] + [_head(chain) for chain in CHAINS]:
            line = _signed(said | {"at": at.isoformat(), "before": before, "key": signing.name_of(signer.public)}, signer)
            file.write(line + b"\n")
            if "chain" in said:
                rows.append(_row(json.loads(line), at))
            before = sha256(line).hexdigest()
        file.flush()
        os.fsync(file.fileno())
    return rows


def begin_anew(*, at: datetime) -> None:
    """Say that this database was just made, where anchors of an earlier one of its name lie about.

    Only outside production: there a database that is not the anchored one is what anchors are for, and a person says
    why (`rounds audit anchor --begin`). Effects: those of `write`.
    """
    path = file_of()
    if path is not None and path.exists() and not settings.PRODUCTION:
        write(at=at, begins="A new database of this name was made for trying out")


def hourly(*, at: datetime) -> list[AuditAnchor]:
    """Anchor both chains unless that was done within the hour, by whichever worker. Effects: those of `write`."""
    path = file_of()
    if path is None:
        return []
    lines = lines_of(path)
    newest = datetime.fromisoformat(json.loads(lines[-1])["at"]) if lines else None
    return write(at=at) if newest is None or at - newest >= HOUR else []


def check(cursor: Any, chain: str) -> Anchored | None:
    """Hold one chain against its anchors; None where there is no file and the database knows of none."""
    path = file_of()
    kept = AuditAnchor.objects.filter(chain=chain).order_by("-at", "-id").first()
    if path is None or (kept is None and not path.exists()):
        return None
    lines = lines_of(path)
    wrong = wrong_line(lines, signing.known())
    heads = counted(lines, chain) if wrong is None else []
    newest = heads[-1] if heads else None
    moment = datetime.fromisoformat(newest["at"]) if newest else None
    fault = None
    # The database remembers an anchor the file has lost: the file was cut.
    if wrong is not None or (kept is not None and (moment is None or kept.at > moment)):
        fault = Fault("anchors", kept.seq if kept else 0)
    return Anchored(str(path), len(heads), newest and newest["seq"], moment, fault or _cut(cursor, chain, heads))


def outside(chain: str) -> gaps.Outside | None:
    """What the file says of `chain`, the heads before a new beginning too; None where nothing was ever anchored."""
    path = file_of()
    if path is None or not (path.exists() or AuditAnchor.objects.filter(chain=chain).exists()):
        return None
    lines = lines_of(path)
    said = [json.loads(line) for line in lines] if wrong_line(lines, signing.known()) is None else []
    begins = [one["gaps"][chain] for one in said if "begins" in one and "gaps" in one]
    return gaps.Outside([one for one in said if one.get("chain") == chain], begins[-1] if begins else gaps.NONE)


def lines_of(path: Path) -> list[bytes]:
    """The whole lines of an anchor file; one that was never finished is none."""
    text = path.read_bytes() if path.exists() else b""
    return text[: text.rfind(b"\n") + 1].splitlines()


def wrong_line(lines: list[bytes], known: dict[str, bytes]) -> int | None:
    """The number (from 1) of the first line that does not follow or is signed by nobody we know; None when all hold.

    Each line names the one before it, so the last signature stands for all; the others are read alike.
    """
    before = ""
    for number, line in enumerate(lines, 1):
        try:
            said = json.loads(line)
            fits = said["before"] == before and said["key"] in known
            if number == len(lines):
                signature = bytes.fromhex(said["signature"])
                bare = {name: value for name, value in said.items() if name != "signature"}
                fits = fits and signing.holds(known[said["key"]], signature, _text(bare))
        except (ValueError, KeyError, TypeError):
            return number
        if not fits:
            return number
        before = sha256(line).hexdigest()
    return None


def counted(lines: list[bytes], chain: str) -> list[dict[str, Any]]:
    """The heads of `chain` since the last new beginning."""
    said = [json.loads(line) for line in lines]
    begin = max((place for place, one in enumerate(said) if "begins" in one), default=-1)
    return [one for one in said[begin + 1 :] if one.get("chain") == chain]


def _cut(cursor: Any, chain: str, heads: list[dict[str, Any]]) -> Fault | None:
    """The first anchored link the chain lacks or knows otherwise."""
    cursor.execute(
        "SELECT seq, encode(digest, 'hex') FROM rounds_auditseal WHERE chain = %s AND seq = ANY (%s)",
        [chain, sorted({head["seq"] for head in heads})],
    )
    there = dict(cursor.fetchall())
    cursor.execute("SELECT coalesce(max(seq), 0) FROM rounds_auditseal WHERE chain = %s", [chain])
    top = cursor.fetchone()[0]
    for head in heads:
        if head["seq"] > top:
            return Fault("cut", top + 1)
        if head["seq"] and there.get(head["seq"]) != head["digest"]:
            return Fault("replaced", head["seq"])
    return None


def _beginning(reason: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        return {"begins": reason, "gaps": {chain: gaps.standing(cursor, chain) for chain in CHAINS}}


def _head(chain: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, encode(digest, 'hex') FROM rounds_auditseal WHERE chain = %s ORDER BY seq DESC LIMIT 1", [chain])
        row = cursor.fetchone()
    seq, digest = row or (0, sha256(f"rounds {chain}".encode()).hexdigest())
    return {"chain": chain, "seq": seq, "digest": digest}


def _row(said: dict[str, Any], at: datetime) -> AuditAnchor:
    return AuditAnchor.objects.create(
        chain=said["chain"], seq=said["seq"], digest=bytes.fromhex(said["digest"]), before=said["before"],
        signature=bytes.fromhex(said["signature"]), key=said["key"], at=at,
    )  # fmt: skip


def _last(file: Any) -> str:
    """The digest of the last line, "" of an empty file. What a crash left of an unfinished line is taken away."""
    file.seek(0)
    text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    if len(whole) < len(text):
        file.truncate(len(whole))
    lines = whole.splitlines()
    return sha256(lines[-1]).hexdigest() if lines else ""


def _signed(said: dict[str, Any], signer: signing.Signer) -> bytes:
    return _text(said | {"signature": signer.sign(_text(said)).hex()})


def _text(said: dict[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
