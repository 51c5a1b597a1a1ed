"""What timelines say of mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rounds.web.reach.enrolment_words import title_of

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


def _sent(said: dict[str, Any]) -> tuple[str, str]:
    return "Wrote a letter" if not said.get("sequence") else "A letter went", f"{title_of(said['sequence'])}, {said['step'].replace('_', ' ')}" if said.get("sequence") else "by hand"


def _of_sequence(verb: str) -> Says:
    return lambda said: (f"{title_of(said['sequence'])}: {verb}", said.get("why") or "")


def _stepped(said: dict[str, Any]) -> tuple[str, str]:
    word = {"sent": "sent", "done": "done", "skipped": "passed over", "cancelled": "cancelled"}.get(said["state"], said["state"])
    return f"{title_of(said['sequence'])}, {said['step'].replace('_', ' ')}: {word}", said.get("why") or ""


def _followed(said: dict[str, Any]) -> tuple[str, str]:
    return "Followed a link of a letter" if said["number"] > 0 else "Opened a letter", title_of(said["sequence"]) if said.get("sequence") else ""


SAYS: dict[str, Says] = {
    "mail.sent": _sent, "mail.followed": _followed, "sequence.enrolled": _of_sequence("enrolled"), "sequence.paused": _of_sequence("paused"),
    "sequence.resumed": _of_sequence("goes on"), "sequence.ended": _of_sequence("ended"), "sequence.step_done": _stepped,
    "consent.given": lambda said: ("Agreed to mail", said["source"].replace("_", " ")), "consent.withdrawn": lambda said: ("Wants no more mail of this kind", said["source"].replace("_", " ")),
    "mail.captured": _captured, "mail.answered": _answered, "mail.returned": _returned,
}  # fmt: skip
ICONS = {"mail.sent": "send", "mail.followed": "eye", "sequence.enrolled": "send", "sequence.paused": "pause", "sequence.resumed": "play", "sequence.ended": "circle-stop",
         "sequence.step_done": "circle-check", "consent.given": "badge-check", "consent.withdrawn": "mail-x", "mail.captured": "mail", "mail.answered": "mail", "mail.returned": "undo-2"}
BY_MAILBOX = "mail:"
"""How the external_id of an act begins that a mailbox brought: the mail itself stands in the timeline."""
