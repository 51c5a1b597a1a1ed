"""What every kind of mailbox does: show the heads of new mails in batches, each with the cursor behind it, and fetch whole
mails by their keys. Whoever reads keeps the cursor with what it kept; a mailbox remembers nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from rounds.kit.refusal import Refusal

Cursor = Mapping[str, Any]
LONGEST = 256 * 1024
"""Bytes of one mail that are fetched at most: its text stands at the front, what is attached stays where it is."""


class MailboxFailed(Refusal):
    """The mailbox cannot be read now. `lasting`: not before somebody does something about it."""

    status = 502
    lasting = False


class LogInFailed(MailboxFailed):
    """The mailbox does not let us in with this user and password."""

    status = 422
    lasting = True


@dataclass(frozen=True, slots=True)
class Slip:
    """A mail as it lies there: `key` says where, `head` its header as bytes."""

    key: str
    head: bytes


@dataclass(frozen=True, slots=True)
class Look:
    """Some new mails, and the cursor behind them. May be empty, where only the cursor moved."""

    slips: Sequence[Slip]
    cursor: Cursor


class Box(Protocol):
    """One open mailbox. All three raise MailboxFailed with a sentence."""

    def look(self, cursor: Cursor, *, most: int, since: date) -> Iterator[Look]:
        """New mails behind `cursor`, oldest first where the mailbox can; at most `most` at once, none older than `since`."""
        ...

    def fetch(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        """Whole mails by key; one that went meanwhile is left out."""
        ...

    def close(self) -> None: ...
