"""Checks an evidence bundle of the Rounds audit trail. Needs Python 3.10 or later, nothing of Rounds and no database;
and the package `cryptography`, without which no signature can be checked and nothing is proven.

    python check.py BUNDLE.zip PUBLIC-KEY-IN-HEX

A link of the chain is sha256(digest of the link before, then the sealed text). The sealed text of an entry is its
columns parted by the unit separator (0x1f): id, seconds since 1970, by_kind, by_id, by_name, chain, verb,
subject_kind, subject_id, scope_hash, detail. The last line of each chain in anchors.jsonl that has a "bundle" is the
signed statement of what this bundle holds: its days, the first link, how many entries, and sha256 over the digests of
its links in hex, one a line. No figure the bundle gives otherwise is believed; all are counted again.

It ends with 0 where everything is proven, 1 where something is wrong, 2 where nothing is wrong and it is not proven.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from typing import Any

CHAINS = ("write", "read")
COLUMNS = ("id", "seconds", "by_kind", "by_id", "by_name", "chain", "verb", "subject_kind", "subject_id", "scope_hash", "detail")
FILES = ("entries.jsonl", "seals.jsonl", "anchors.jsonl", "gaps.json", "public-key.txt", "about.json")


def check(path: str, key: str | None = None) -> dict[str, Any]:
    """{"holds", "proven", "says": [sentences], "entries", "links", "signed"}: the bundle at `path`, held against itself
    and `key`. It `holds` when nothing is wrong with it; it is `proven` when `key` signed what it holds, too."""
    try:
        return _checked(path, key)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        return {"holds": False, "proven": False, "entries": 0, "links": 0, "signed": None,
                "says": [f"This is no evidence bundle, or it was damaged ({type(error).__name__}).", "NOT PROVEN."]}  # fmt: skip


def _checked(path: str, key: str | None) -> dict[str, Any]:
    faults: list[str] = []
    doubts: list[str] = []
    with zipfile.ZipFile(path) as pack:
        missing = [name for name in FILES if name not in pack.namelist()]
        if missing:
            return {"holds": False, "proven": False, "entries": 0, "links": 0, "signed": None,
                    "says": [f"The bundle lacks {', '.join(missing)}.", "NOT PROVEN."]}  # fmt: skip
        about = json.loads(pack.read("about.json"))
        gaps = json.loads(pack.read("gaps.json"))
        lines = pack.read("anchors.jsonl").splitlines()
        sealed, digests = _chains(pack, faults)
        entries = _entries(pack, sealed, faults)
        public = (key or pack.read("public-key.txt").decode().split()[-1]).strip().lower()
    _nothing_missing(sealed, gaps, faults)
    said = [json.loads(line) for line in lines]
    _anchors_agree(said, digests, faults)
    signed = _signatures(lines, public, faults, doubts)
    _statement(said, about, digests, entries, faults, doubts)
    if not key:
        doubts.append("the public key came with the bundle; check it again with the one you were given on another way")
    return _found(about, sum(entries.values()), sum(len(chain) for chain in digests.values()), signed, faults, doubts)


def _found(about: dict, entries: int, links: int, signed: bool | None, faults: list[str], doubts: list[str]) -> dict[str, Any]:
    says = list(faults)
    if not faults:
        until = about["to"] or about["made_at"]
        says.append(f"The bundle holds: {entries:,} entries, {links:,} links, from {about['from'] or 'the first'} to {until}.")
    if not faults and not doubts:
        says.append("PROVEN: the key signed that these are all entries of these days.")
    else:
        says.append(f"NOT PROVEN{': ' * bool(doubts)}{'; '.join(doubts)}.")
    return {"holds": not faults, "proven": not faults and not doubts, "says": says, "entries": entries, "links": links, "signed": signed}


def _chains(pack: zipfile.ZipFile, faults: list[str]) -> tuple[dict[str, dict], dict[str, dict[int, str]]]:
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
            if seal["seq"] in chain or seal["id"] in sealed:
                faults.append(f"{seal['chain']} link {seal['seq']}: stands here twice.")
            chain[seal["seq"]] = seal["digest"]
            sealed[seal["id"]] = {**seal, "seen": False}
    return sealed, digests


def _entries(pack: zipfile.ZipFile, sealed: dict[str, dict], faults: list[str]) -> dict[str, int]:
    """How many entries of each chain there are, each held against its seal."""
    count: dict[str, int] = {}
    with pack.open("entries.jsonl") as lines:
        for line in lines:
            entry = json.loads(line)
            seal = sealed.get(entry["id"])
            if seal is None or seal["seen"]:
                faults.append(f"entry {entry['id']}: inserted (it has no seal of its own).")
                continue
            seal["seen"] = True
            count[seal["chain"]] = count.get(seal["chain"], 0) + 1
            text = entry["sealed_text"]
            told = dict(zip(COLUMNS, [*text.split("\x1f"), *[""] * len(COLUMNS)], strict=False))
            if hashlib.sha256(bytes.fromhex(seal["previous"]) + text.encode()).hexdigest() != seal["digest"]:
                faults.append(f"{seal['chain']} link {seal['seq']}: entry {entry['id']} was altered.")
            elif not _agree(entry, told) or entry["chain"] != seal["chain"]:
                faults.append(f"{seal['chain']} link {seal['seq']}: what is shown of entry {entry['id']} is not what was sealed.")
    return count


def _agree(entry: dict[str, Any], told: dict[str, str]) -> bool:
    """Whether the readable columns of a line say what its sealed text says."""
    from datetime import datetime

    moment = datetime.fromisoformat(entry["at"])
    plain = all((entry[name] or "").replace("\x1f", "") == told[name] for name in COLUMNS if name not in ("seconds", "detail"))
    return plain and json.loads(told["detail"] or "null") == entry["detail"] and abs(moment.timestamp() - float(told["seconds"])) < 1e-3


def _nothing_missing(sealed: dict[str, dict], gaps: list[dict], faults: list[str]) -> None:
    """Every link has its entry here, or lies in a stretch that was purged by right."""
    for key, seal in sealed.items():
        purged = any(g["chain"] == seal["chain"] and g["first_seq"] <= seal["seq"] <= g["last_seq"] for g in gaps)
        if not seal["seen"] and not purged:
            faults.append(f"{seal['chain']} link {seal['seq']}: entry {key} is missing.")


def _anchors_agree(said: list[dict], digests: dict[str, dict[int, str]], faults: list[str]) -> None:
    begin = max((place for place, one in enumerate(said) if "begins" in one), default=-1)
    for anchor in said[begin + 1 :]:
        held = digests.get(anchor["chain"], {}).get(anchor["seq"])
        if held is not None and held != anchor["digest"]:
            faults.append(f"{anchor['chain']} link {anchor['seq']}: not the one anchored on {anchor['at']}; the chain was written anew.")


def _statement(said: list[dict], about: dict, digests: dict[str, dict[int, str]], entries: dict[str, int],
               faults: list[str], doubts: list[str]) -> None:  # fmt: skip
    """What was signed about this bundle, against what is counted in it."""
    for chain in digests:
        if chain not in CHAINS:
            faults.append(f"{chain}: there is no such chain.")
    for chain in CHAINS:
        signed = next((one for one in reversed(said) if one.get("chain") == chain and one.get("bundle", {}).get("id") == about["bundle"]), None)
        if signed is None:
            doubts.append(f"no anchor covers the entries of the {chain} chain")
            continue
        links = digests.get(chain, {})
        told, last = signed["bundle"], max(links, default=0)
        if (told["from"], told["to"], signed["at"]) != (about["from"], about["to"], about["made_at"]):
            faults.append(f"{chain}: the anchor was signed for other days, or on another, than the bundle says.")
        if (told["first"], signed["seq"]) != (min(links, default=0), last):
            faults.append(f"{chain}: the anchor covers the links {told['first']} to {signed['seq']}, here are {min(links, default=0)} to {last}.")
        elif told["seals"] != hashlib.sha256("".join(f"{links[seq]}\n" for seq in sorted(links)).encode()).hexdigest():
            faults.append(f"{chain}: the links are not those the anchor covers.")
        if told["entries"] != entries.get(chain, 0):
            faults.append(f"{chain}: the anchor covers {told['entries']:,} entries, here are {entries.get(chain, 0):,}.")


def _signatures(lines: list[bytes], key: str, faults: list[str], doubts: list[str]) -> bool | None:
    """True when the anchors follow one another and the key signed them, the last one at least; lines of keys before it
    are vouched for by what follows them. None where nothing could be checked."""
    if len(key) != 64 or set(key) - set("0123456789abcdef"):
        faults.append("The key is no public key: it has 64 hex digits.")
        return False
    if not lines:
        doubts.append("there are no anchors: nothing shows that these entries are the real ones, and all of them")
        return None
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        doubts.append("the signatures of the anchors were not checked; install the package cryptography")
        return None
    before, name = "", hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]
    for number, line in enumerate(lines, 1):
        said = json.loads(line)
        signature = bytes.fromhex(said.pop("signature"))
        if said["before"] != before:
            faults.append(f"anchor {number}: does not follow from the one before it.")
            return False
        before = hashlib.sha256(line).hexdigest()
        if said["key"] != name and number < len(lines):
            continue
        text = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, text)
        except (InvalidSignature, ValueError):
            faults.append(f"anchor {number}: not signed by the key, or altered.")
            return False
    return True


def status(found: dict[str, Any]) -> int:
    """The exit status for what `check` found."""
    return 0 if found["proven"] else 2 if found["holds"] else 1


if __name__ == "__main__":
    found = check(*sys.argv[1:3])
    print("\n".join(found["says"]))
    sys.exit(status(found))
