"""The text of a mail: what its writer wrote, without what it quotes; what was attached; what a report of a mail server says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.policy import compat32
from html.parser import HTMLParser

from rounds.rules.reach.mail_heads import Head, Party, of_message

MOST_PARTS = 60
MOST_FILES = 30
LONGEST_READ = 400_000
"""Characters of one part that are read at all."""
LONGEST_BYTES = 1_600_000
"""The same in bytes: no letter takes more than four."""
_QUOTED = re.compile(
    r"^\s*(?:>.*|on .{6,200} wrote:\s*|-{2,}\s*original message\s*-{2,}.*|_{10,}\s*|from:\s.{3,200}|begin forwarded message:.*)$", re.I)
_FORWARDED = re.compile(r"^\s*(?:-{2,}\s*forwarded message\s*-{2,}|begin forwarded message:)", re.I | re.M)
_FROM = re.compile(r"^\s*\*?from:\*?\s*(?P<name>[^<\n]{0,120}?)\s*<?(?:mailto:)?(?P<address>[^\s<>\[\]]+@[^\s<>\[\]]+)>?", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, read. `report`: what a mail server reports of one of ours (RFC 3464), as text; `about`: the ids of the
    mails the report is about. `forwarded`: who wrote what it passes on."""

    head: Head
    text: str
    files: tuple[dict[str, object], ...] = ()
    report: str = ""
    about: tuple[str, ...] = ()
    forwarded: Party | None = None


def mail_of(key: str, raw: bytes, longest: int) -> Mail:
    """Read a whole mail; `longest`: characters of text that are kept."""
    said = message_from_bytes(raw, policy=compat32)
    head = of_message(key, said)
    plain, html, files, report, about = [], [], [], [], []
    for part in _parts(said):
        kind = part.get_content_type()
        name = _file_name(part)
        if kind in ("message/delivery-status", "message/feedback-report", "message/rfc822", "text/rfc822-headers"):
            report.append(_flat(part))
            about += _about(part, kind)
        elif name or part.get_content_disposition() == "attachment":
            files.append({"name": name or "attachment", "type": kind[:100], "bytes": _size(part)})
        elif kind == "text/plain":
            plain.append(_decoded(part))
        elif kind == "text/html":
            html.append(_decoded(part))
    whole = "\n".join(plain).strip() or "\n".join(_plain(one) for one in html).strip()
    passed_on = _passed_on(whole)
    text = whole if passed_on else unquoted(whole)  # what is passed on stands nowhere else
    return Mail(head, text[:longest], tuple(files[:MOST_FILES]), "\n".join(report)[:longest], tuple(dict.fromkeys(about)), passed_on)


def unquoted(text: str) -> str:
    """What its writer wrote: up to the first line that begins a quotation. Where nothing stands before it, all."""
    kept: list[str] = []
    for line in text.splitlines():
        if _QUOTED.match(line):
            if not "".join(kept).strip():
                return text.strip()
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip() or text.strip()


def _passed_on(text: str) -> Party | None:
    """Who wrote the mail that is passed on in `text`."""
    found = _FORWARDED.search(text)
    said = _FROM.search(text, found.end()) if found else None
    return Party(said["address"].lower().strip(".,;"), said["name"].strip(" \"'*")) if said else None


def _parts(said: Message):
    """The parts one by one. Of a mail within the mail only that it is there; a bomb of parts ends early."""
    seen, waiting = 0, [said]
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting = list(part.get_payload()) + waiting
        else:
            yield part


def _decoded(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        text = raw[:LONGEST_BYTES].decode(part.get_content_charset() or "utf-8", errors="replace")
    except LookupError:
        text = raw[:LONGEST_BYTES].decode("utf-8", errors="replace")
    return text[:LONGEST_READ].replace("\x00", "").replace("\r\n", "\n")


def _flat(part: Message) -> str:
    try:
        return "\n".join(str(one) for one in part.get_payload()) if part.is_multipart() else _decoded(part)
    except (MessageError, LookupError, UnicodeError):
        return ""


def _about(part: Message, kind: str) -> list[str]:
    """The Message-ID of the mail a report brings along, whole or as its headers."""
    if kind in ("message/delivery-status", "message/feedback-report"):
        return []
    return re.findall(r"^message-id:\s*(<[^<>\s]{1,250}>)", _flat(part), re.I | re.M)[:1]


def _file_name(part: Message) -> str:
    try:
        return " ".join("".join(c if c.isprintable() else " " for c in str(part.get_filename() or "")).split())[:160]
    except (MessageError, LookupError, UnicodeError, TypeError):
        return "attachment"


def _size(part: Message) -> int:
    raw = part.get_payload(decode=True)
    return len(raw) if isinstance(raw, bytes) else 0


class _Words(HTMLParser):
    """The words of an HTML text, a line a block; nothing of its styles and scripts."""

    BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "blockquote", "hr"})
    SILENT = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.said.append("\n> " if tag == "blockquote" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in self.SILENT))
        if tag in self.BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.said.append(data)


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html)
    lines = (" ".join(line.split()) for line in "".join(words.said).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
