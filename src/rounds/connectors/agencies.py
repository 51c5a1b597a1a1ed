"""Downloads from the agencies' own addresses: capped, resumed where they broke off, and never into our own network.

An address is playbook data, so it is checked as if a stranger had written it: http(s) only, no credentials, every
hop resolved first and only public addresses spoken to, at the very address that was checked.
"""

from __future__ import annotations

import ipaddress
import json
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from rounds.connectors.addresses import unfit
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    import httpx

MIB = 1024 * 1024
HOPS = 5
TRIES = 4
AGENT = "Rounds (public hospital files)"


class DownloadRefused(Refusal):
    """A file could not be downloaded."""

    status = 502


class AddressRefused(DownloadRefused):
    """The address of a file may not be spoken to."""

    status = 422


@dataclass(frozen=True, slots=True)
class Caps:
    """Bytes of one file, and seconds without a byte."""

    file_bytes: int = 512 * MIB
    silence: float = 30.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where a file lies now; `fresh` False where the agency said that ours is still the newest."""

    path: Path
    size: int
    fresh: bool


def fetch(
    address: str,
    folder: Path,
    name: str,
    *,
    own_machine: bool = False,
    caps: Caps = Caps(),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Fetched:
    """Download `address` to `folder/name`. A part that stands from before is continued when the file is still the
    same; a file that stands and has not changed is kept.

    `own_machine` allows addresses that literally name this machine (tests, mirrors). Raises AddressRefused and
    DownloadRefused with a sentence; a broken download leaves its part and never a half file under `name`.
    """
    import httpx

    folder.mkdir(parents=True, exist_ok=True)
    if not re.fullmatch(r"[a-z0-9_.-]{1,80}", name) or name.startswith("."):
        raise AddressRefused(f"“{name}” is no name for a file.")
    target, part, tag = folder / name, folder / f".{name}.part", folder / f".{name}.json"
    timeout = httpx.Timeout(caps.silence)
    with httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client:
        for attempt in range(TRIES):
            try:
                return _attempt(client, address, target, part, tag, own_machine, caps, progress)
            except (httpx.TransportError, _Broken) as fault:
                if attempt == TRIES - 1:
                    raise DownloadRefused(
                        f"{address} broke off {TRIES} times ({fault or type(fault).__name__}). What came is kept: "
                        "run the load again to go on from there, or download the file by hand."
                    ) from fault
    raise AssertionError("unreachable")


class _Broken(Exception):
    """The connection ended before the file did."""


def _attempt(client, address, target, part, tag, own_machine, caps, progress) -> Fetched:
    """One try: ask, follow the hops, write what comes."""
    known = json.loads(tag.read_text()) if tag.exists() else {}
    have = part.stat().st_size if part.exists() and known.get("part") else 0
    headers = {"user-agent": AGENT, "accept-encoding": "identity"}
    if have:
        headers |= {"range": f"bytes={have}-", "if-range": known["part"]}
    elif target.exists() and known.get("whole"):
        headers["if-none-match"] = known["whole"]
    with _hop(client, address, headers, own_machine) as answer:
        if answer.status_code == 304:
            return Fetched(target, target.stat().st_size, fresh=False)
        if answer.status_code == 416:
            part.unlink(missing_ok=True)
            raise _Broken("the part kept from before no longer fits")
        if answer.status_code not in (200, 206):
            raise DownloadRefused(
                f"{address} answered {answer.status_code}. Check the address in the playbook's universe.yaml, or "
                "download the file by hand."
            )
        mark = answer.headers.get("etag") or answer.headers.get("last-modified") or ""
        tag.write_text(json.dumps({**known, "part": mark}))
        size = _write(answer, address, part, have if answer.status_code == 206 else 0, caps, progress)
    part.replace(target)
    tag.write_text(json.dumps({"whole": answer.headers.get("etag", "")}))
    return Fetched(target, size, fresh=True)


def _write(answer: httpx.Response, address: str, part: Path, have: int, caps: Caps, progress) -> int:
    """The body into the part file. Raises _Broken when it ends early, DownloadRefused beyond the cap or for a page."""
    said = answer.headers.get("content-length")
    total = have + int(said) if said and said.isdigit() else 0
    if total > caps.file_bytes:
        raise DownloadRefused(_too_large(address, caps))
    done = have
    with part.open("ab" if have else "wb") as file:
        for piece in answer.iter_raw():
            if not done and (piece.lstrip()[:15].lower().startswith((b"<!doctype", b"<html"))):
                raise DownloadRefused(
                    f"{address} is a web page, not the file. Open it, download the CSV into the folder by hand, or put "
                    "the file's own address into the playbook's universe.yaml."
                )
            done += len(piece)
            if done > caps.file_bytes:
                file.close()
                part.unlink()
                raise DownloadRefused(_too_large(address, caps))
            file.write(piece)
            progress(done, total)
    if total and done < total:
        raise _Broken(f"{done:,} of {total:,} bytes came")
    return done


def _too_large(address: str, caps: Caps) -> str:
    return f"{address} is larger than {caps.file_bytes // MIB:,} MB; no public file is. It was not kept."


def _hop(client: httpx.Client, address: str, headers: dict[str, str], own_machine: bool):
    """A streamed answer behind at most HOPS redirects, each checked like the first."""
    for _ in range(HOPS + 1):
        url, pinned, extra, extensions = _checked(address, own_machine)
        request = client.build_request("GET", pinned, headers={**headers, **extra}, extensions=extensions)
        answer = client.send(request, stream=True)
        if answer.status_code not in (301, 302, 303, 307, 308):
            return _closing(answer)
        answer.close()
        address = urljoin(url, answer.headers.get("location", ""))
    raise DownloadRefused(f"{address} leads on and on. Put the file's own address into the playbook.")


class _closing:
    """`with` over a streamed answer."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer

    def __enter__(self) -> httpx.Response:
        return self.answer

    def __exit__(self, *unused: object) -> None:
        self.answer.close()


def _checked(address: str, own_machine: bool) -> tuple[str, str, dict[str, str], dict[str, str]]:
    """The address, the same address at the number it was resolved to, and what keeps name and certificate right."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    local = _is_own(host)
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password:
        raise AddressRefused(f"{address[:200]} is no plain web address (https://…, without a password).")
    if local and not own_machine:
        raise AddressRefused(f"{host} is this machine; the hospital files come from the agencies' public addresses.")
    if not local and parts.scheme != "https":
        raise AddressRefused(f"{address[:200]} is not encrypted; use its https:// form.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    number = _resolved(host, port, local)
    shown = f"[{number}]" if ":" in number else number
    pinned = parts._replace(netloc=f"{shown}:{port}", fragment="").geturl()
    named = host if parts.port is None else f"{host}:{port}"
    return address, pinned, {"host": named}, {"sni_hostname": host} if parts.scheme == "https" else {}


def _is_own(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _resolved(host: str, port: int, local: bool) -> str:
    """The first number of a name; every number it has must be public."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError as fault:
        raise DownloadRefused(f"{host} cannot be found ({fault}). Check the address and the network.") from fault
    for number in found:
        if not local and unfit(number):
            raise AddressRefused(f"{host} leads into a private network ({number}); it was not spoken to.")
    return sorted(found)[0]
