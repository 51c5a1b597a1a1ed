"""What the timeline of an account says of mail."""

from __future__ import annotations

from typing import Any

BY_MAILBOX = "mail:"
"""How the external_id of an act begins that a mailbox brought: the mail itself is told."""


def _captured(p: dict[str, Any], *_: Any) -> tuple[str, str, str, str]:
    whom = p["whom"] or "somebody of theirs"
    if p["taken_for"] == "away":
        return "mail", f"An automatic answer of {whom}", "", "away, or no longer there"
    return "mail", f"Wrote to {whom}" if p["direction"] == "out" else f"{whom[:1].upper()}{whom[1:]} wrote", "", "by mail"


MAIL_SAYS = {
    "mail.captured": _captured,
    "mail.answered": lambda p, *_: ("mail", f"{p['whom'] or 'Somebody of theirs'} wrote to us", "", "by mail"),
    "mail.returned": lambda p, *_: ("undo-2", "A mail is not delivered yet" if p["soft"] else "A mail came back", "", p["why"]),
}
