"""Messages: what a mail or a channel is told, as plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """Something the message offers: words and an address."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `lines` are sentences; `items` a list below them, each (words, address); `why` says why somebody
    gets it, `change` where they change that. Everything is plain text: what draws it escapes it."""

    subject: str
    lines: tuple[str, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    why: str = ""
    change: str = ""
    greeting: str = ""
    event: str = ""
    """The kind of what happened, for a receiver that is a program."""
    reply_to: str = ""
    """Whose answer it is, where somebody of ours stands behind it."""
    invite: str = ""
    """An invitation (documents.invitations) that goes along, and `method`, what it asks of a mail program."""
    method: str = ""

    @classmethod
    def read(cls, said: dict) -> Message:
        """A message that was kept as JSON."""
        items = tuple((words, url) for words, url in said.get("items", ()))
        buttons = tuple(Button(**one) for one in said.get("buttons", ()))
        return cls(**{**said, "lines": tuple(said.get("lines", ())), "items": items, "buttons": buttons})
