"""What timelines say of mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Says = Callable[[dict[str, Any]], tuple[str, str]]


def _captured(said: dict[str, Any]) -> tuple[str, str]:
    whom = said.get("whom") or "somebody of theirs"
    if said["taken_for"] == "away":
        return f"An automatic answer of {whom}", "they are away, or no longer there"
    return (f"Wrote to {whom}" if said["direction"] == "out" else f"{whom[:1].upper()}{whom[1:]} wrote"), "by mail"


def _answered(said: dict[str, Any]) -> tuple[str, str]:
    whom = said.get("whom") or "Somebody of theirs"
    return f"{whom} wrote to us", f"an answer to {said['sequence'].replace('_', ' ')}, {said['step'].replace('_', ' ')}" if said.get("sequence") else "by mail"


def _returned(said: dict[str, Any]) -> tuple[str, str]:
    return ("A mail is not delivered yet" if said["soft"] else "A mail came back"), said["why"]


SAYS: dict[str, Says] = {"mail.captured": _captured, "mail.answered": _answered, "mail.returned": _returned}
ICONS = {"mail.captured": "mail", "mail.answered": "mail", "mail.returned": "undo-2"}
BY_MAILBOX = "mail:"
"""How the external_id of an act begins that a mailbox brought: the mail itself stands in the timeline."""
