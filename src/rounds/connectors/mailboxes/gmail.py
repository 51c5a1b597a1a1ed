"""A mailbox by the Gmail API: what is new by its history id, the past page by page, a mail's text by its raw form."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from rounds.connectors.mailboxes.box import LONGEST, Cursor, Look, Slip
from rounds.connectors.mailboxes.heads import written
from rounds.connectors.mailboxes.oauth import Asking, read_json

LEFT_OUT = {"DRAFT", "SPAM", "TRASH", "CHAT"}
MISSING = 404


class GmailBox:
    """An open mailbox of Gmail. Raises MailboxFailed."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.api = f"{asking.provider.api}/gmail/v1/users/me"

    def close(self) -> None:
        """Nothing stays open between questions."""

    def address(self) -> str:
        """Whose mailbox it is."""
        return str(self.asking.json(f"{self.api}/profile").get("emailAddress") or "").lower()

    def look(self, cursor: Cursor, *, most: int, since: date) -> Iterator[Look]:
        """The past first, page by page (`page` stands in the cursor until it is through), then what is new."""
        at = dict(cursor)
        if "history" not in at:
            at = {"history": str(self.asking.json(f"{self.api}/profile")["historyId"]), "page": ""}
        while "page" in at:
            said = {"q": f"after:{since:%Y/%m/%d} -in:drafts -in:chats", "maxResults": most} | ({"pageToken": at["page"]} if at["page"] else {})
            found = self.asking.json(f"{self.api}/messages?{urlencode(said)}")
            on = found.get("nextPageToken")
            at = at | {"page": str(on)} if on else {"history": at["history"]}
            yield Look(self._slips([str(row["id"]) for row in found.get("messages") or []]), dict(at))
        yield from self._new(at, most)

    def _new(self, at: dict[str, Any], most: int) -> Iterator[Look]:
        page = ""
        while True:
            said = {"startHistoryId": at["history"], "historyTypes": "messageAdded", "maxResults": most} | ({"pageToken": page} if page else {})
            answer = self.asking.get(f"{self.api}/history?{urlencode(said)}", fine=(MISSING,))
            if answer.status == MISSING:  # too long ago: the past is read anew, nothing is kept twice
                yield Look([], {})
                return
            found = read_json(answer, self.asking.provider)
            added = {str(one["message"]["id"]): None for row in found.get("history") or [] for one in row.get("messagesAdded") or []}
            page = str(found.get("nextPageToken") or "")
            if not page:
                at = {"history": str(found.get("historyId") or at["history"])}
            yield Look(self._slips(list(added)), dict(at))
            if not page:
                return

    def _slips(self, ids: Sequence[str]) -> list[Slip]:
        found = []
        for key in ids:
            answer = self.asking.get(f"{self.api}/messages/{key}?format=metadata", fine=(MISSING,))
            row = read_json(answer, self.asking.provider) if answer.status == 200 else {}
            if row and not LEFT_OUT & set(row.get("labelIds") or []):
                said = (row.get("payload") or {}).get("headers") or []
                found.append(Slip(key, written((str(one.get("name", "")), str(one.get("value", ""))) for one in said)))
        return found

    def fetch(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        found = {}
        for key in keys:
            answer = self.asking.get(f"{self.api}/messages/{key}?format=raw", fine=(MISSING,))
            if answer.status == 200:
                found[key] = _raw(read_json(answer, self.asking.provider).get("raw"))
        return found


def _raw(said: Any) -> bytes:
    try:
        return base64.urlsafe_b64decode(str(said) + "=" * (-len(str(said)) % 4))[:LONGEST]
    except (binascii.Error, ValueError):
        return b""
