"""Letters of people to people: their own words as text and as simple HTML, with who sends it, from where, and the way out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlsplit

ENDS = ".,;:)"
"""What ends a sentence, not an address."""
_URL = re.compile(r"https?://[^\s<>\"]+")
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>'
    '<body style="margin:0;color:#141a1d;font:15px/1.5 system-ui,-apple-system,Segoe UI,sans-serif"><div style="max-width:600px;padding:16px">{body}'
    '<p style="color:#5f6b70;font-size:12px;margin-top:28px">{foot}</p></div></body></html>'
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as it was posted. `unsubscribe` is an address of ours, `postal` ours too."""

    subject: str
    text: str
    name: str
    reply_to: str
    unsubscribe: str
    message_id: str
    postal: str = ""
    in_reply_to: str = ""
    links: dict[str, str] = field(default_factory=dict)
    """Where a link of the text leads by way of us; one that is not here leads straight on."""
    picture: str = ""
    """Of our own, fetched where the letter is opened; empty for none."""
    references: list[str] = field(default_factory=list)
    """The ids of the thread it is in, oldest first; the last is what it answers."""
    quoted: str = ""
    """The mail it answers, as it stands below it."""

    @classmethod
    def read(cls, said: dict[str, Any]) -> Letter:
        """A letter that was kept as JSON."""
        return cls(**said)

    @property
    def headers(self) -> dict[str, str]:
        """What a mail program reads: where an answer goes, and how one unsubscribes with one click (RFC 8058)."""
        out = {"List-Unsubscribe": f"<{self.unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if self.unsubscribe else {}
        return {"Reply-To": self.reply_to} | out

    @property
    def answers(self) -> list[str]:
        """The ids of what it answers, oldest first."""
        return self.references or ([self.in_reply_to] if self.in_reply_to else [])


def text(letter: Letter, *, company: str) -> str:
    """The letter as plain text."""
    way_out = f"No more of these: {letter.unsubscribe}" if letter.unsubscribe else ""
    foot = "\n".join(line for line in (f"{company}, {letter.postal}" if letter.postal else company, way_out) if line)
    quoted = f"\n\n{letter.quoted}" if letter.quoted else ""
    return f"{letter.text.strip()}{quoted}\n\n-- \n{foot}\n"


def html(letter: Letter, *, company: str) -> str:
    """The letter as HTML: the same words; what looks like an address of the web is a link, nothing else is markup."""
    parts = [f"<p>{_linked(part, letter.links)}</p>" for part in letter.text.strip().split("\n\n")]
    parts += [f'<blockquote style="margin:12px 0;padding-left:12px;border-left:2px solid #c9d2d5;color:#5f6b70">{escape(letter.quoted).replace(chr(10), "<br>")}</blockquote>'] if letter.quoted else []
    postal = f", {escape(letter.postal)}" if letter.postal else ""
    foot = f'{escape(company)}{postal}'
    foot += f'<br><a style="color:#0b5766" href="{escape(letter.unsubscribe)}">No more of these</a>' if letter.unsubscribe else ""
    foot += f'<img src="{escape(letter.picture)}" alt="" width="1" height="1">' if letter.picture else ""
    return PAGE.format(title=escape(letter.subject), body="".join(parts), foot=foot)


def links_of(said: str) -> list[str]:
    """The addresses of the web in a text, each once, in order."""
    return list(dict.fromkeys(match[0].rstrip(ENDS) for match in _URL.finditer(said)))


def _linked(part: str, links: dict[str, str]) -> str:
    """What leads by way of us says whose page it is, not its address: a text that is one address over a link that is another is
    what mail programs warn of."""
    found, at = [], 0
    for match in _URL.finditer(part):
        url = match[0].rstrip(ENDS)
        words = urlsplit(url).hostname or url if url in links else url
        found += [escape(part[at : match.start()]), f'<a style="color:#0b5766" href="{escape(links.get(url, url))}">{escape(words)}</a>']
        at = match.start() + len(url)
    return "".join([*found, escape(part[at:])]).replace("\n", "<br>")
