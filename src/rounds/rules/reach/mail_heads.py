"""The head of a mail: who, to whom, about what, in answer to what. Read from bytes that strangers wrote: nothing in it is
trusted, everything is bounded, nothing in it breaks the reading."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from rounds.kit.mails import is_mail

_ID = re.compile(r"<[^<>\s]{1,250}>")
MOST_REFERENCES = 50
"""Of a thread; the oldest and the newest are the ones that join."""
MOST_PEOPLE = 100
LONGEST_SUBJECT = 300
TOLD = ("auto-submitted", "content-type", "from", "list-id", "list-unsubscribe", "precedence", "reply-to", "return-path", "sensitivity",
        "subject", "x-autoreply", "x-autorespond", "x-original-from", "x-original-sender", "x-failed-recipients", "authentication-results")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody a mail names. `address` in small letters."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def shown(self) -> str:
        """As it is kept: with the name where it says one."""
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class Head:
    """`key` is where the mail lies in its mailbox, as the mailbox calls it. `at` None: it says no day one can read.
    `references` are oldest first, what it answers is always among them. `headers` hold TOLD alone."""

    key: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    sender: Party
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    subject: str
    at: datetime | None
    headers: Mapping[str, str]

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody it names, the sender first."""
        return tuple({one.address: one for one in (self.sender, *self.to, *self.cc) if one.address}.values())


def head_of(key: str, raw: bytes) -> Head:
    """The head in `raw`: the header alone, or a whole mail."""
    return of_message(key, message_from_bytes(raw, policy=compat32))


def of_message(key: str, said: Message) -> Head:
    sender = next(iter(_people(said, "from")), Party(""))
    answers = _ids(said, "in-reply-to")
    # Microsoft's and old programs write more than one id, or words, in what it answers: the last id counts.
    in_reply_to = answers[-1] if answers else ""
    references = list(dict.fromkeys([*_ids(said, "references"), *answers]))
    if len(references) > MOST_REFERENCES:
        references = references[:1] + references[1 - MOST_REFERENCES :]
    return Head(
        key=key, message_id=next(iter(_ids(said, "message-id")), "") or _made_up(said), in_reply_to=in_reply_to, references=tuple(references),
        sender=sender, to=tuple(_people(said, "to"))[:MOST_PEOPLE], cc=tuple(_people(said, "cc"))[:MOST_PEOPLE],
        subject=_line(_said(said, "subject"))[:LONGEST_SUBJECT], at=_moment(_said(said, "date")),
        headers={name: _line(_said(said, name))[:1000] for name in TOLD if said.get(name) is not None},
    )  # fmt: skip


def _said(said: Message, name: str) -> str:
    """A header in plain words, however it is packed."""
    raw = said.get(name)
    if raw is None:
        return ""
    try:
        return str(make_header(decode_header(str(raw))))
    except (MessageError, ValueError, LookupError):
        return str(raw)


def _ids(said: Message, name: str) -> list[str]:
    return _ID.findall(_line(str(said.get(name) or "")))


def _people(said: Message, name: str) -> list[Party]:
    found = []
    for raw in said.get_all(name, [])[:5]:
        for shown, address in getaddresses([str(raw)]):
            plain = address.strip().strip("'\"").lower()
            if is_mail(plain):
                found.append(Party(plain, _name(shown, plain)))
    return list({one.address: one for one in found}.values())


def _name(shown: str, address: str) -> str:
    try:
        words = _line(str(make_header(decode_header(shown))))
    except (MessageError, ValueError, LookupError):
        words = _line(shown)
    words = re.sub(r"[<>\",;]", " ", words).strip(" '")
    if "@" in words and words.lower() != address:
        return ""
    return "" if words.lower() == address else " ".join(words.split())[:120]


def _line(text: str) -> str:
    """As one line, without signs no eye sees."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _moment(text: str) -> datetime | None:
    try:
        # Microsoft says when in the form of ISO 8601 where a mail has no header yet.
        found = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _made_up(said: Message) -> str:
    """An id for a mail that has none: always the same for the same mail."""
    told = "\n".join(str(said.get(name) or "") for name in ("date", "from", "to", "subject"))
    return f"<{hashlib.sha256(told.encode(errors='replace')).hexdigest()[:32]}@no-id.invalid>"
