"""The providers a mailbox may be connected at by a log-in of theirs: Microsoft 365 and Gmail, where the deployment is known there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from rounds.access.sight import system_sight
from rounds.actions.reach import mailboxes
from rounds.connectors.calendars.google import GoogleDiary
from rounds.connectors.calendars.graph import GraphDiary
from rounds.connectors.mailboxes.gmail import GmailBox
from rounds.connectors.mailboxes.graph import GraphBox
from rounds.connectors.mailboxes.oauth import Asking, Provider, Tokens, exchanged, way_in
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Mailbox

BOXES: Mapping[str, Callable[[Asking], GraphBox | GmailBox]] = {"graph": GraphBox, "gmail": GmailBox}
TITLES = {"graph": "Microsoft 365", "gmail": "Gmail"}
CALENDARS = {
    "graph": "Calendars.ReadWrite",
    "gmail": "https://www.googleapis.com/auth/calendar.freebusy https://www.googleapis.com/auth/calendar.events.owned",
}
"""What is asked for besides, where somebody wants their calendar used as well: when they are busy, and to write what is booked."""


class NotKnownThere(Refusal):
    """The deployment is not known at this provider."""

    status = 422


def provider(kind: str) -> Provider:
    """The provider of a kind. Raises NotKnownThere with the settings that are missing."""
    said, allow = settings.CONFIG, frozenset(settings.CONFIG.outbound_allow)
    if kind == "graph" and said.microsoft_client_id:
        base = f"{said.microsoft_login}/{said.microsoft_tenant}/oauth2/v2.0"
        return Provider("graph", TITLES[kind], f"{base}/authorize", f"{base}/token", said.microsoft_api, "offline_access User.Read Mail.Read",
                        said.microsoft_client_id, said.microsoft_client_secret, {"response_mode": "query"}, allow)  # fmt: skip
    if kind == "gmail" and said.google_client_id:
        return Provider("gmail", TITLES[kind], f"{said.google_login}/o/oauth2/v2/auth", f"{said.google_tokens}/token", said.google_api,
                        "https://www.googleapis.com/auth/gmail.readonly", said.google_client_id, said.google_client_secret,
                        {"access_type": "offline", "prompt": "consent"}, allow)  # fmt: skip
    if kind not in TITLES:
        raise NotKnownThere("There is no such provider.")
    name = "MICROSOFT" if kind == "graph" else "GOOGLE"
    raise NotKnownThere(f"Nobody can connect {TITLES[kind]} yet: an admin sets ROUNDS_{name}_CLIENT_ID and ROUNDS_{name}_CLIENT_SECRET first.")


def known() -> dict[str, str]:
    """The providers one may connect at, with their titles."""
    return {kind: title for kind, title in TITLES.items() if (settings.CONFIG.microsoft_client_id if kind == "graph" else settings.CONFIG.google_client_id)}


def begin(kind: str, *, state: str, verifier: str, hint: str, calendar: bool = False) -> str:
    """The address of the provider at which somebody agrees to their mail, and to their calendar where they want that.
    Raises NotKnownThere."""
    there = provider(kind)
    if calendar:
        there = replace(there, scope=f"{there.scope} {CALENDARS[kind]}")
    return way_in(there, redirect=back_here(), state=state, verifier=verifier, hint=hint)


def finish(kind: str, code: str, *, verifier: str) -> tuple[str, str, datetime]:
    """(whose mailbox it is, its tokens as they are sealed, until when they hold) for the code somebody came back with.

    Raises MailboxFailed, NotKnownThere.
    """
    tokens = exchanged(provider(kind), code, verifier=verifier, redirect=back_here())
    kept = [tokens]
    address = BOXES[kind](Asking(provider(kind), tokens, kept.append)).address()
    return address, sealed(kept[-1]), until(kept[-1])


def opened(box: Mailbox) -> GraphBox | GmailBox:
    """A mailbox at a provider."""
    return BOXES[box.kind](asking(box, provider(box.kind)))


def diary(box: Mailbox, zone: str) -> GraphDiary | GoogleDiary:
    """The calendar beside a mailbox, opened by the same word; `zone`: its owner's clock. Raises NotKnownThere."""
    there = provider(box.kind)
    if box.kind == "graph":
        return GraphDiary(asking(box, there), zone)
    return GoogleDiary(asking(box, replace(there, api=settings.CONFIG.google_calendars)))


def asking(box: Mailbox, there: Provider) -> Asking:
    """Questions with the tokens of a mailbox; those a provider gives anew are kept at once."""
    said: dict[str, Any] = json.loads(box.secret)

    def keep(tokens: Tokens) -> None:
        with system_sight():
            mailboxes.renew(box.pk, json.loads(sealed(tokens)), until(tokens), at=now())

    return Asking(there, Tokens(said["access"], said["refresh"], 0), keep)


def sealed(tokens: Tokens) -> str:
    return json.dumps({"access": tokens.access, "refresh": tokens.refresh})


def until(tokens: Tokens) -> datetime:
    return now() + timedelta(seconds=tokens.seconds)


def back_here() -> str:
    """Where a provider sends people back to."""
    return f"{settings.CONFIG.public_url.rstrip('/')}/me/mailboxes/return/"
