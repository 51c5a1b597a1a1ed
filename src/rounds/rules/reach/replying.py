"""An answer to a mail: what stands in its head so that it joins the thread (RFC 5322 §3.6.4), its subject, what it quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from rounds.rules.reach.mail_heads import MOST_REFERENCES

_ID = re.compile(r"<[!-;=?-~]{1,250}>")  # plain ASCII: an id from outside never ends a header of ours
_BEFORE = re.compile(r"^(?:\s*(?:re|aw|sv|antw|fw|fwd)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)
LONGEST_READ = 8_000


def references(answered: str, before: Sequence[str], in_reply_to: str = "") -> list[str]:
    """The ids an answer names, oldest first: those its mail names, or what that one answers where it names none, then its own.
    Empty where the mail has no id that can be named."""
    if not is_id(answered) or answered.endswith("@no-id.invalid>"):  # made up by us for a mail that has none
        return []
    named = [one for one in (before or [in_reply_to]) if is_id(one) and one != answered]
    found = [*dict.fromkeys(named), answered]
    return found if len(found) <= MOST_REFERENCES else [found[0], *found[1 - MOST_REFERENCES :]]


def is_id(said: str) -> bool:
    """Whether this is a Message-ID a header may carry."""
    return _ID.fullmatch(said) is not None


def subject(said: str) -> str:
    """The subject of an answer: one “Re:”, however many went before."""
    rest = _BEFORE.sub("", said).strip()
    return f"Re: {rest}" if rest else "Re:"


def quoted(text: str, who: str, at: datetime) -> str:
    """A mail as the answer below quotes it."""
    kept = text.strip()[:LONGEST_READ]
    return "\n".join([f"On {at:%-d %B %Y}, {who} wrote:", *(f"> {line}".rstrip() for line in kept.splitlines())]) if kept else ""
