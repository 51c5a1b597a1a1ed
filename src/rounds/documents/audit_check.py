"""Checks an evidence bundle of the Rounds audit trail. Needs Python 3.10 or later, nothing of Rounds and no database;
with the package `cryptography` it checks the signatures of the anchors as well.

    python check.py BUNDLE.zip [PUBLIC-KEY-IN-HEX]

A link of the chain is sha256(digest of the link before, then the sealed text). The sealed text of an entry is its
columns parted by the unit separator (0x1f): id, seconds since 1970, by_kind, by_id, by_name, chain, verb,
subject_kind, subject_id, scope_hash, detail.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from typing import Any

COLUMNS = ("id", "seconds", "by_kind", "by_id", "by_name", "chain", "verb", "subject_kind", "subject_id", "scope_hash", "detail")
FILES = ("entries.jsonl", "seals.jsonl", "anchors.jsonl", "gaps.json", "public-key.txt", "about.json")


def check(path: str, key: str | None = None) -> dict[str, Any]:
    """{"holds", "says": [sentences], "entries", "links", "signed"}: the bundle at `path`, held against itself and `key`."""
    faults: list[str] = []
    with zipfile.ZipFile(path) as pack:
        missing = [name for name in FILES if name not in pack.namelist()]
        if missing:
            return {"holds": False, "says": [f"The bundle lacks {', '.join(missing)}."], "entries": 0, "links": 0, "signed": None}
        about = json.loads(pack.read("about.json"))
        gaps = json.loads(pack.read("gaps.json"))
        sealed, digests = _chains(pack, gaps, faults)
        entries = _entries(pack, sealed, faults)
        _anchors_agree(pack, digests, faults)
        signed = _signatures(pack, key or pack.read("public-key.txt").decode().split()[-1], faults)
    _nothing_missing(sealed, gaps, about, faults)
    links = sum(len(chain) for chain in digests.values())
    says = faults or [f"The bundle holds: {entries:,} entries, {links:,} links, from {about['from'] or 'the first'} to {about['to'] or about['made_at']}."]
    says.append({True: "The signatures of its anchors hold.", False: "The signatures of its anchors do NOT hold.",
                 None: "The signatures of its anchors were not checked: install the package cryptography."}[signed])  # fmt: skip
    if not key:
        says.append("The public key came with the bundle: compare it with the one you were given on another way.")
    return {"holds": not faults, "says": says, "entries": entries, "links": links, "signed": signed}


def _chains(pack: zipfile.ZipFile, gaps: list[dict], faults: list[str]) -> tuple[dict[str, dict], dict[str, dict[int, str]]]:
    """Every seal by the id of its entry, and each chain's digests by number; each link follows from the one before."""
    sealed: dict[str, dict] = {}
    digests: dict[str, dict[int, str]] = {}
    with pack.open("seals.jsonl") as lines:
        for line in lines:
            seal = json.loads(line)
            chain = digests.setdefault(seal["chain"], {})
            before = chain.get(seal["seq"] - 1)
            if seal["seq"] == 1:
                before = hashlib.sha256(f"rounds {seal['chain']}".encode()).hexdigest()
            if chain and seal["seq"] - 1 not in chain:
                faults.append(f"{seal['chain']} link {max(chain) + 1}: deleted (the numbers jump).")
            elif before is not None and before != seal["previous"]:
                faults.append(f"{seal['chain']} link {seal['seq']}: does not follow from the one before.")
            chain[seal["seq"]] = seal["digest"]
            sealed[seal["id"]] = {**seal, "seen": False}
    return sealed, digests


def _entries(pack: zipfile.ZipFile, sealed: dict[str, dict], faults: list[str]) -> int:
    count = 0
    with pack.open("entries.jsonl") as lines:
        for line in lines:
            entry, count = json.loads(line), count + 1
            seal = sealed.get(entry["id"])
            if seal is None:
                if not entry.get("unsealed"):
                    faults.append(f"entry {entry['id']}: inserted (it has no seal).")
                continue
            seal["seen"] = True
            text = entry["sealed_text"]
            told = dict(zip(COLUMNS, [*text.split("\x1f"), *[""] * len(COLUMNS)], strict=False))
            if hashlib.sha256(bytes.fromhex(seal["previous"]) + text.encode()).hexdigest() != seal["digest"]:
                faults.append(f"{seal['chain']} link {seal['seq']}: entry {entry['id']} was altered.")
            elif not _agree(entry, told):
                faults.append(f"{seal['chain']} link {seal['seq']}: what is shown of entry {entry['id']} is not what was sealed.")
    return count


def _agree(entry: dict[str, Any], told: dict[str, str]) -> bool:
    """Whether the readable columns of a line say what its sealed text says."""
    from datetime import datetime

    moment = datetime.fromisoformat(entry["at"])
    plain = all((entry[name] or "").replace("\x1f", "") == told[name] for name in COLUMNS if name not in ("seconds", "detail"))
    return plain and json.loads(told["detail"] or "null") == entry["detail"] and abs(moment.timestamp() - float(told["seconds"])) < 1e-3


def _nothing_missing(sealed: dict[str, dict], gaps: list[dict], about: dict[str, Any], faults: list[str]) -> None:
    for key, seal in sealed.items():
        purged = any(g["chain"] == seal["chain"] and g["first_seq"] <= seal["seq"] <= g["last_seq"] for g in gaps)
        if not seal["seen"] and not purged and seal["inside"]:
            faults.append(f"{seal['chain']} link {seal['seq']}: entry {key} is missing.")


def _anchors_agree(pack: zipfile.ZipFile, digests: dict[str, dict[int, str]], faults: list[str]) -> None:
    said = [json.loads(line) for line in pack.read("anchors.jsonl").splitlines()]
    begin = max((place for place, one in enumerate(said) if "begins" in one), default=-1)
    for anchor in said[begin + 1 :]:
        held = digests.get(anchor["chain"], {}).get(anchor["seq"])
        if held is not None and held != anchor["digest"]:
            faults.append(f"{anchor['chain']} link {anchor['seq']}: not the one anchored on {anchor['at']}; the chain was written anew.")


def _signatures(pack: zipfile.ZipFile, key: str, faults: list[str]) -> bool | None:
    """True when every anchor follows the one before it and is signed by the key; None without `cryptography`."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None
    before = ""
    for number, line in enumerate(pack.read("anchors.jsonl").splitlines(), 1):
        said = json.loads(line)
        signature = bytes.fromhex(said.pop("signature"))
        text = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, text)
        except (InvalidSignature, ValueError):
            faults.append(f"anchor {number}: signed by nobody we know, or altered.")
            return False
        if said["before"] != before:
            faults.append(f"anchor {number}: does not follow from the one before it.")
            return False
        before = hashlib.sha256(line).hexdigest()
    return True


if __name__ == "__main__":
    found = check(*sys.argv[1:3])
    print("\n".join(found["says"]))
    sys.exit(0 if found["holds"] else 1)
