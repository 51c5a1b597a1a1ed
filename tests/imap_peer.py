"""A real IMAP server on loopback, as far as reading mail asks for one (RFC 3501): LOGIN, LIST, EXAMINE, UID SEARCH, UID FETCH.

It answers what real ones answer and says no where they would; it never gives out more than was asked for, and counts it.
"""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime

SEEN_FLAGS = {"Sent": "\\Sent", "Trash": "\\Trash"}


@dataclass
class Folder:
    validity: int = 7
    mails: dict[int, bytes] = field(default_factory=dict)

    def add(self, raw: bytes) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = raw
        return uid


class ImapPeer:
    """`folders` by name. `bodies`: the UIDs whose whole text was fetched. `drop_after`: so many fetches, then it goes away."""

    def __init__(self, user: str, password: str) -> None:
        self.user, self.password = user, password
        self.folders: dict[str, Folder] = {"INBOX": Folder(), "Sent": Folder(), "Trash": Folder()}
        self.bodies: list[tuple[str, int]] = []
        self.drop_after: int | None = None
        self.fetches = 0
        self.log_ins = 0
        self.changes: list[str] = []
        """What somebody wanted to change: nothing of ours ever does."""

    def put(self, raw: bytes, folder: str = "INBOX") -> int:
        return self.folders[folder].add(raw)


class _Talk(socketserver.StreamRequestHandler):
    peer: ImapPeer

    def handle(self) -> None:
        self.chosen: Folder | None = None
        self.name, self.known = "", False
        self.say("* OK ready")
        while line := self.rfile.readline(65536):
            tag, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            verb, _, said = rest.partition(" ")
            if verb.upper() == "UID":
                sub, _, said = said.partition(" ")
                verb = f"UID {sub}"
            if not self.do(tag, verb.upper(), said):
                return

    def do(self, tag: str, verb: str, said: str) -> bool:
        peer = self.peer
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1 AUTH=PLAIN SPECIAL-USE")
        elif verb == "LOGIN":
            user, password = (one.strip('"') for one in re.findall(r'"[^"]*"|\S+', said))
            if (user, password) != (peer.user, peer.password):
                self.say(f"{tag} NO [AUTHENTICATIONFAILED] no such user")
                return True
            self.known = True
            peer.log_ins += 1
        elif verb == "LOGOUT":
            self.say("* BYE")
            self.say(f"{tag} OK")
            return False
        elif not self.known:
            self.say(f"{tag} BAD log in first")
            return True
        elif verb == "LIST":
            for name in peer.folders:
                self.say(f'* LIST (\\HasNoChildren {SEEN_FLAGS.get(name, "")}) "/" "{name}"')
        elif verb in ("EXAMINE", "SELECT"):
            name = said.strip().strip('"')
            if name not in peer.folders:
                self.say(f"{tag} NO no such folder")
                return True
            if verb == "SELECT":
                peer.changes.append("opened to be written")
            self.chosen, self.name = peer.folders[name], name
            self.say(f"* {len(self.chosen.mails)} EXISTS")
            self.say(f"* OK [UIDVALIDITY {self.chosen.validity}] valid")
        elif verb == "UID SEARCH":
            self.search(said)
        elif verb == "UID FETCH":
            peer.fetches += 1
            if peer.drop_after is not None and peer.fetches > peer.drop_after:
                peer.drop_after = None
                return False
            self.fetch(said)
        elif verb in ("UID STORE", "UID COPY", "APPEND", "EXPUNGE", "CREATE", "DELETE"):
            peer.changes.append(verb)
        self.say(f"{tag} OK done")
        return True

    def search(self, said: str) -> None:
        first = int(re.search(r"UID (\d+):\*", said)[1])
        day = datetime.strptime(re.search(r"SINCE (\S+)", said)[1], "%d-%b-%Y").date()
        mails, last = self.chosen.mails, max(self.chosen.mails, default=0)
        found = [uid for uid, raw in mails.items() if (uid >= first or uid == last) and _day(raw) >= day]
        self.say("* SEARCH " + " ".join(map(str, found)))

    def fetch(self, said: str) -> None:
        ranges, _, what = said.partition(" ")
        wanted = set()
        for part in ranges.split(","):
            low, _, high = part.partition(":")
            wanted |= set(range(int(low), int(high or low) + 1))
        for uid in sorted(wanted & self.chosen.mails.keys()):
            raw = self.chosen.mails[uid]
            if "HEADER.FIELDS" in what:
                names = {one.lower() for one in re.search(r"HEADER\.FIELDS \(([^)]*)\)", what)[1].split()}
                label, body = re.search(r"BODY\.PEEK(\[.*?\)\])", what)[1], _header(raw, names)
            else:
                limit = int(re.search(r"<0\.(\d+)>", what)[1])
                label, body = "[]<0>", raw[:limit]
                self.peer.bodies.append((self.name, uid))
            self.wfile.write(f"* {uid} FETCH (UID {uid} BODY{label} {{{len(body)}}}\r\n".encode() + body + b")\r\n")

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


def _header(raw: bytes, names: set[str]) -> bytes:
    """The wanted fields of a header, with the lines that continue them."""
    kept, keeping = [], False
    for line in raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].split(b"\n"):
        if not line.startswith((b" ", b"\t")):
            keeping = line.partition(b":")[0].decode("latin-1").lower() in names
        if keeping:
            kept.append(line)
    return b"\r\n".join(kept) + b"\r\n\r\n"


def _day(raw: bytes) -> date:
    found = re.search(rb"^date: (.*)$", raw, re.I | re.M)
    try:
        return parsedate_to_datetime(found[1].decode().strip()).date()
    except (TypeError, ValueError):
        return date.max


@contextmanager
def imap_peer(user: str = "olivia", password: str = "a real password", port: int = 0) -> Iterator[tuple[ImapPeer, int]]:
    """A server for the block: (what lies there, its port)."""
    peer = ImapPeer(user, password)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    with Server(("127.0.0.1", port), type("Talk", (_Talk,), {"peer": peer})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield peer, server.server_address[1]
        finally:
            server.shutdown()
