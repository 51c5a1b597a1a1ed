"""What the events of a lead's qualification and conversion say on its timeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rounds.models.flow.active import active
from rounds.web.templatetags.marks import SHEETS

ICONS = {
    "lead.sheet_answered": "clipboard-check", "lead.qualified": "badge-check", "lead.converted": "handshake",
    "opportunity.opened": "handshake",
}  # fmt: skip


def _answered(said: dict[str, Any]) -> tuple[str, str]:
    items = active().playbook.qualification.items
    title = items[said["item"]].title if said["item"] in items else said["item"].replace("_", " ")
    return f"{title}: {said['answer']}", f"BANT: {SHEETS.get(said['bant'], SHEETS['unknown'])[0].lower()}"


def _qualified(said: dict[str, Any]) -> tuple[str, str]:
    if said["way"] == "gate":
        return "Passed the gate of qualification", ""
    return "Qualified by hand", said.get("reason", "")


def _converted(said: dict[str, Any]) -> tuple[str, str]:
    made = [word for word, was in (("account", said["account_made"]), ("contact", said["contact_made"])) if was]
    return "Converted to a deal", f"{' and '.join(made).capitalize()} added" if made else ""


def _opened(said: dict[str, Any]) -> tuple[str, str]:
    return "Deal opened", said["name"]


SAYS: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "lead.sheet_answered": _answered, "lead.qualified": _qualified, "lead.converted": _converted,
    "opportunity.opened": _opened,
}  # fmt: skip
