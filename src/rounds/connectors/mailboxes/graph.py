"""A mailbox by Microsoft Graph: each folder is read on by its delta link, a mail's text by its MIME content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from rounds.connectors.mailboxes.box import LONGEST, Cursor, Look, Slip
from rounds.connectors.mailboxes.heads import written
from rounds.connectors.mailboxes.oauth import Asking, read_json

FOLDERS = ("inbox", "sentitems")
FIELDS = "internetMessageId,from,toRecipients,ccRecipients,subject,receivedDateTime,sentDateTime,isDraft,internetMessageHeaders,sensitivity"
GONE, MISSING = 410, 404


class GraphBox:
    """An open mailbox of Microsoft 365. Raises MailboxFailed."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.api = f"{asking.provider.api}/v1.0/me"

    def close(self) -> None:
        """Nothing stays open between questions."""

    def address(self) -> str:
        """Whose mailbox it is."""
        found = self.asking.json(self.api)
        return str(found.get("mail") or found.get("userPrincipalName") or "").lower()

    def look(self, cursor: Cursor, *, most: int, since: date) -> Iterator[Look]:
        at = dict(cursor)
        for folder in FOLDERS:
            first = f"{self.api}/mailFolders/{folder}/messages/delta?" + urlencode(
                {"$select": FIELDS, "$filter": f"receivedDateTime ge {since.isoformat()}T00:00:00Z"}, quote_via=quote)  # fmt: skip
            link, before = at.get(folder) or first, None
            while link != before:
                answer = self.asking.get(link, headers={"prefer": f"odata.maxpagesize={most}"}, fine=(GONE,))
                if answer.status == GONE:  # the link is too old: read the folder anew, nothing is kept twice
                    link = first
                    continue
                page, before = read_json(answer, self.asking.provider), link
                on, end = page.get("@odata.nextLink"), page.get("@odata.deltaLink")
                at[folder] = link = str(on or end or first)
                yield Look(_slips(page.get("value") or []), dict(at))
                if not on:
                    break

    def fetch(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        found = {}
        for key in keys:
            answer = self.asking.get(f"{self.api}/messages/{quote(key, safe='')}/$value", fine=(MISSING,))
            if answer.status == 200:
                found[key] = answer.body[:LONGEST]
        return found


def _slips(rows: list[dict[str, Any]]) -> list[Slip]:
    return [Slip(str(row["id"]), _head(row)) for row in rows if "@removed" not in row and not row.get("isDraft")]


def _head(row: Mapping[str, Any]) -> bytes:
    """The header as the mail has it; of one that was sent from here, which has none yet, from its fields."""
    said = [(str(one.get("name", "")), str(one.get("value", ""))) for one in row.get("internetMessageHeaders") or []]
    there = {name.lower() for name, _ in said}
    made = [("Message-ID", row.get("internetMessageId")), ("From", _people([row.get("from")])), ("To", _people(row.get("toRecipients"))),
            ("Cc", _people(row.get("ccRecipients"))), ("Subject", row.get("subject")), ("Date", row.get("sentDateTime") or row.get("receivedDateTime")),
            ("Sensitivity", row.get("sensitivity") if row.get("sensitivity") != "normal" else "")]  # fmt: skip
    return written(said + [(name, str(value)) for name, value in made if value and name.lower() not in there])


def _people(rows: Any) -> str:
    found = [one["emailAddress"] for one in rows or [] if one and "emailAddress" in one]
    return ", ".join(f"\"{str(one.get('name') or '').replace(chr(34), '')}\" <{one.get('address', '')}>" for one in found)
