"""A mailbox by IMAP (RFC 3501): UIDVALIDITY and UID say how far each folder was read. Nothing in it is changed: folders are
opened to be read alone, and no mail is marked as seen."""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rounds.connectors.addresses import unfit
from rounds.connectors.mail import is_loopback
from rounds.connectors.mailboxes.box import LONGEST, Cursor, LogInFailed, Look, MailboxFailed, Slip
from rounds.connectors.outbound import find

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HEADERS = ("DATE FROM TO CC SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES CONTENT-TYPE AUTO-SUBMITTED PRECEDENCE LIST-ID LIST-UNSUBSCRIBE SENSITIVITY"
           " REPLY-TO X-ORIGINAL-FROM X-ORIGINAL-SENDER X-AUTOREPLY X-AUTORESPOND AUTHENTICATION-RESULTS")  # fmt: skip
_UID = re.compile(rb"\bUID (\d+)")
_FOLDER = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>"(?:[^"\\]|\\.)*"|[^\s]+)')
TURNED_AWAY = (imaplib.IMAP4.error,)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a mailbox lies and how it is opened. `security`: "tls" from the first byte, "starttls", or "none" on this
    machine alone. `folders`: which are read; none: what came and what was sent. `allow`: "host:port" that may be private."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    folders: tuple[str, ...] = ()
    allow: frozenset[str] = frozenset()
    authority: Path | None = None
    patience: float = 30.0


class _Guarded(imaplib.IMAP4):
    """A conversation with a checked number: a name that leads into our own network is not spoken to."""

    def __init__(self, server: Server, trust: ssl.SSLContext) -> None:
        self.server, self.trust = server, trust
        super().__init__(server.host, server.port, timeout=server.patience)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        private = f"{self.server.host}:{self.server.port}" in self.server.allow
        numbers = list(dict.fromkeys(find(self.server.host, self.server.port)))
        for number in numbers:
            if not private and (why := unfit(number)):
                raise MailboxFailed(f"{self.server.host} leads to {why}; it was not spoken to.")
        if not numbers:
            raise OSError("no address")
        plain = socket.create_connection((numbers[0], self.server.port), timeout)
        if self.server.security != "tls":
            return plain
        return self.trust.wrap_socket(plain, server_hostname=self.server.host)


class ImapBox:
    """An open IMAP mailbox. Raises LogInFailed, MailboxFailed."""

    def __init__(self, server: Server) -> None:
        self.server, self.opened = server, ""
        with _told(server):
            self.imap = _connected(server)

    def close(self) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self.imap.logout()

    def folders(self) -> list[str]:
        """The folders that are read, as the server calls them."""
        if self.server.folders:
            return [_quoted(one) for one in self.server.folders]
        with _told(self.server):
            _, lines = self.imap.list()
        found = ["INBOX"]
        for line in lines:
            said = _FOLDER.match(line) if isinstance(line, bytes) else None
            if said and b"\\sent" in said["flags"].lower():
                found.append(said["name"].decode("ascii", "replace"))
        return found

    def look(self, cursor: Cursor, *, most: int, since: date) -> Iterator[Look]:
        """Folder by folder. A folder that was made anew (another UIDVALIDITY) is read from its beginning."""
        at = dict(cursor)
        for folder in self.folders():
            validity = self._open(folder)
            was = at.get(folder) or {}
            last = int(was.get("uid", 0)) if was.get("validity") == validity else 0
            uids = self._behind(last, since)
            for begin in range(0, len(uids), most):
                bite = uids[begin : begin + most]
                at[folder] = {"validity": validity, "uid": bite[-1]}
                yield Look(self._slips(folder, bite), dict(at))
                self._open(folder)

    def fetch(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        found: dict[str, bytes] = {}
        by_folder: dict[str, list[int]] = {}
        for key in keys:
            folder, _, uid = key.rpartition("/")
            by_folder.setdefault(folder, []).append(int(uid))
        for folder, uids in by_folder.items():
            self._open(folder)
            found |= {f"{folder}/{uid}": body for uid, body in self._fetched(uids, f"BODY.PEEK[]<0.{LONGEST}>")}
        return found

    def _open(self, folder: str) -> int:
        """Open a folder to be read alone; its UIDVALIDITY."""
        if self.opened == folder:
            return self.validity
        with _told(self.server):
            kind, _said = self.imap.select(folder, readonly=True)
            if kind != "OK":
                raise MailboxFailed(f"The folder {folder.strip(chr(34))} of {self.server.host} cannot be opened.")
            _, found = self.imap.response("UIDVALIDITY")
        self.opened, self.validity = folder, int(found[0] or 0) if found and found[0] else 0
        return self.validity

    def _behind(self, last: int, since: date) -> list[int]:
        with _told(self.server):
            _, said = self.imap.uid("SEARCH", f"UID {last + 1}:* SINCE {since.day}-{MONTHS[since.month - 1]}-{since.year}")
        uids = sorted(int(one) for line in said if line for one in line.split())
        return [uid for uid in uids if uid > last]  # n:* names the last mail even where it lies before n

    def _slips(self, folder: str, uids: list[int]) -> list[Slip]:
        return [Slip(f"{folder}/{uid}", head) for uid, head in self._fetched(uids, f"BODY.PEEK[HEADER.FIELDS ({HEADERS})]")]

    def _fetched(self, uids: Iterable[int], what: str) -> list[tuple[int, bytes]]:
        wanted = set(uids)
        with _told(self.server):
            _, said = self.imap.uid("FETCH", _ranges(sorted(wanted)), f"(UID {what})")
        found = [(int(uid[1]), one[1]) for one in said if isinstance(one, tuple) and (uid := _UID.search(one[0]))]
        return [(uid, body) for uid, body in found if uid in wanted]


def _connected(server: Server) -> imaplib.IMAP4:
    """A greeted, encrypted and known conversation. A password is never said where somebody could listen."""
    trust = ssl.create_default_context(cafile=str(server.authority) if server.authority else None)
    trust.minimum_version = ssl.TLSVersion.TLSv1_2
    if server.security == "none" and not is_loopback(server.host):
        raise MailboxFailed("A password is said over TLS only: choose TLS or STARTTLS.")
    imap = _Guarded(server, trust)
    try:
        if server.security == "starttls":
            imap.starttls(ssl_context=trust)
        _log_in(imap, server)
    except BaseException:
        imap.shutdown()
        raise
    return imap


def _log_in(imap: imaplib.IMAP4, server: Server) -> None:
    """Say user and password; those of letters outside ASCII by AUTHENTICATE, for LOGIN has no words for them."""
    try:
        if (server.user + server.password).isascii():
            imap.login(server.user, server.password)
        else:
            imap.authenticate("PLAIN", lambda _: f"\0{server.user}\0{server.password}".encode())
    except imaplib.IMAP4.abort:
        raise
    except TURNED_AWAY as fault:
        raise LogInFailed(f"{server.host} does not let {server.user} in with this password. Some providers ask for an app password.") from fault


class _told(contextlib.AbstractContextManager):
    """What goes wrong in the block, as a sentence; what the server said is not repeated, for it may hold addresses."""

    def __init__(self, server: Server) -> None:
        self.host = f"{server.host}:{server.port}"

    def __exit__(self, kind, fault, trace) -> None:
        if isinstance(fault, MailboxFailed) or fault is None:
            return
        if isinstance(fault, TimeoutError):
            raise MailboxFailed(f"{self.host} did not answer in time.") from fault
        if isinstance(fault, ssl.SSLError):
            raise MailboxFailed(f"{self.host} cannot be spoken to with TLS; look at port and security.") from fault
        if isinstance(fault, socket.gaierror):
            raise MailboxFailed(f"There is no server called {self.host}.") from fault
        if isinstance(fault, (OSError, imaplib.IMAP4.error, ValueError)):
            raise MailboxFailed(f"{self.host} broke off ({type(fault).__name__}).") from fault


def _ranges(uids: Sequence[int]) -> str:
    """Numbers as IMAP writes them: 1:3,7."""
    parts: list[list[int]] = []
    for uid in uids:
        if parts and uid == parts[-1][1] + 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ",".join(f"{first}:{last}" if first != last else str(first) for first, last in parts)


def _quoted(folder: str) -> str:
    """A folder as it is asked for. Nothing somebody typed ends the command."""
    plain = "".join(c for c in folder if c.isprintable() and c not in '"\\').strip()[:200]
    return plain if plain == "INBOX" else f'"{plain}"'
