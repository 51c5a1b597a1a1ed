"""Mail: letters that cannot be made to say more than they should, and the conversation with the server that takes them.

Each step of the conversation is looked at by itself, because the end depends on how far it came (RFC 5321 §6.1): before
the last line of a letter was sent, it is not ours to wonder; after it, only the server's answer says whether it is taken.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType

from rounds.connectors.outcomes import Later, Never, Unsure
from rounds.kit.mails import is_mail

_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Server:
    """Who takes our mail. `security`: "tls" from the first byte, "starttls" before anything is said, "none"."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    authority: Path | None = None
    patience: float = 30.0
    """Seconds without a word after which it counts as silent."""

    @property
    def envelope(self) -> str:
        """The bare address of the sender."""
        return parseaddr(self.sender)[1]


OURS: Mapping[str, str] = MappingProxyType({"Auto-Submitted": "auto-generated"})
"""What a mail of the product itself says of itself, so that no machine answers it (RFC 3834)."""


def letter(*, sender: str, to: str, name: str, subject: str, text: str, html: str, message_id: str, at: datetime,
           headers: Mapping[str, str] = OURS, invite: tuple[str, str] | None = None, answers: Sequence[str] = ()) -> bytes:  # fmt: skip
    """The bytes of one letter. The same delivery makes the same Message-ID, so that a copy is known as one. `headers`: what
    else stands in its head; `invite`: an invitation (iCalendar, its method), which mail programs offer to keep (RFC 6047);
    `answers`: the ids of the thread it is in, oldest first, the last of what it answers (RFC 5322 §3.6.4).

    Raises Never for an address or a header that would become two.
    """
    if not is_mail(to):
        raise Never("The address is not one that mail can go to.")
    said = EmailMessage(policy=SMTP)
    try:
        shown, own = parseaddr(sender)
        said["From"] = Address(_line(shown), addr_spec=own)
        said["To"] = Address(_line(name), addr_spec=to)
        said["Subject"] = _line(subject)
        said["Date"] = format_datetime(at)
        said["Message-ID"] = message_id
        for header, value in headers.items():
            said[header] = _line(value)
    except (ValueError, IndexError) as fault:
        raise Never("The letter's head cannot be written.") from fault
    said.set_content(text)
    if html:
        said.add_alternative(html, subtype="html")
    if invite is not None:
        said.add_alternative(invite[0].encode(), maintype="text", subtype="calendar", cte="base64", params={"method": invite[1], "charset": "utf-8"})
    return _threading(answers) + said.as_bytes()


def _threading(answers: Sequence[str]) -> bytes:
    """The lines that join a letter to its thread, an id a line: the library would break a long id, or write it as an encoded word.

    Raises Never for what is no id.
    """
    if not answers:
        return b""
    if not all(_ID.fullmatch(one) for one in answers):
        raise Never("The letter's head cannot be written.")
    return f"In-Reply-To: {answers[-1]}\r\nReferences: {f'{chr(13)}{chr(10)} '.join(answers)}\r\n".encode("ascii")


def message_id(key: object, sender: str) -> str:
    """The Message-ID of a delivery, always the same."""
    return f"<{key}@{parseaddr(sender)[1].rpartition('@')[2] or 'rounds.invalid'}>"


def _line(text: str) -> str:
    """Text as one line without signs that no eye sees: nothing a person typed ends a header. Python reads encoded words
    (=?utf-8?q?…=0d=0a…?=) in what it is told to write, and would write the line break in them."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).replace("=?", "= ?").split())[:200]


class Session:
    """One conversation with the server, opened when the first letter comes and kept for the next ones."""

    def __init__(self, server: Server) -> None:
        self.server, self.smtp = server, None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Say good-bye, if there is anybody left to say it to."""
        smtp, self.smtp = self.smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def send(self, to: str, body: bytes) -> None:
        """Hand one letter over. Raises Later, Never or Unsure; after it returns the server has taken it."""
        smtp = self._open()
        try:
            self._say(smtp, 250, *smtp.mail(self.server.envelope))
            self._say(smtp, 250, *smtp.rcpt(to))
            self._say(smtp, 354, *smtp.docmd("DATA"))
        except (OSError, smtplib.SMTPException) as fault:
            self.drop()
            raise _silent(self.server, fault) from fault
        try:
            smtp.sock.sendall(_dotted(body))
            answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as fault:
            self.drop()
            raise Unsure("The mail server went away after it had been given the letter; it may have arrived.") from fault
        self._say(smtp, 250, *answer)

    def drop(self) -> None:
        """Leave a conversation that is broken."""
        if self.smtp is not None:
            self.smtp.close()
            self.smtp = None

    def _say(self, smtp: smtplib.SMTP, wanted: int, code: int, text: bytes) -> None:
        """Go on if the server answered `wanted` (or as well). Raises Later or Never by its code; never quotes its text, in
        which addresses stand."""
        if code == wanted or (wanted == 250 and code == 251):
            return
        told = _told(code, text)
        if code == 421 or not 400 <= code < 600:
            self.drop()
            raise Later(f"The mail server takes nothing now ({told}).", side=True)
        with contextlib.suppress(OSError, smtplib.SMTPException):
            smtp.rset()
        raise Later(f"The mail server asks to try again ({told}).") if code < 500 else Never(f"The mail server refused it ({told}).")

    def _open(self) -> smtplib.SMTP:
        if self.smtp is None:
            try:
                self.smtp = _connected(self.server)
            except smtplib.SMTPAuthenticationError as fault:
                raise Later(f"The mail server does not let us in ({_told(fault.smtp_code, fault.smtp_error)}).", side=True) from fault
            except smtplib.SMTPResponseException as fault:
                raise Later(f"The mail server does not greet us ({_told(fault.smtp_code, fault.smtp_error)}).", side=True) from fault
            except (OSError, smtplib.SMTPException) as fault:
                raise _silent(self.server, fault) from fault
        return self.smtp


def _dotted(body: bytes) -> bytes:
    """The letter as it goes over the wire: its own dots at the beginning of a line doubled, then the dot that ends it."""
    return re.sub(rb"(?m)^\.", b"..", body).rstrip(b"\r\n") + b"\r\n.\r\n"


def _connected(server: Server) -> smtplib.SMTP:
    """A greeted, encrypted and known conversation. A password is never said where somebody could listen."""
    trust = ssl.create_default_context(cafile=str(server.authority) if server.authority else None)
    trust.minimum_version = ssl.TLSVersion.TLSv1_2
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.patience, context=trust)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.patience)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=trust)  # raises where the server does not offer it: nothing is sent in the clear
            smtp.ehlo()
        if server.user:
            if server.security == "none" and not is_loopback(server.host):
                raise smtplib.SMTPNotSupportedError("a password is said over TLS only")
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _silent(server: Server, fault: Exception) -> Later:
    kind = "was silent too long" if isinstance(fault, TimeoutError) else f"cannot be spoken to ({type(fault).__name__})"
    return Later(f"The mail server {server.host} {kind}.", side=True, silent=isinstance(fault, TimeoutError))


def _told(code: int, text: bytes | str) -> str:
    raw = text if isinstance(text, bytes) else str(text).encode()
    found = _ENHANCED.match(raw)
    return f"{code} {found[1].decode()}" if found else str(code)
