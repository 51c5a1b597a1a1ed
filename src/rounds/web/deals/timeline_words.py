"""What the timeline of a deal says of each kind of event: (title, what it means). Parts add theirs with `tell`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rounds.models.deals.committee import STATES
from rounds.models.flow.active import active
from rounds.web.templatetags.words import money_full

Says = Callable[[dict[str, Any]], tuple[str, str]]
SAYS: dict[str, Says] = {}
ICONS: dict[str, str] = {}
BY_NOUN = {"opportunity": "handshake", "committee": "users", "approval": "list-checks", "buying": "gauge", "discovery": "search", "demo": "eye",
           "poc": "chart-line", "path": "route", "challenge": "flag", "note": "sticky-note", "quote": "file-text", "proposal": "file-text",
           "contract": "gavel", "baa": "shield-check", "task": "list-checks"}  # fmt: skip
"""Noun → the icon of its events, where none of their own is told."""
ACTS = {"call": "phone", "executive_meeting": "users", "stakeholder_meeting": "users", "demo_attendance": "eye", "visit": "building-2",
        "personal_email": "mail", "email_open": "mail", "email_click": "mail", "linkedin_message": "message-square", "document_shared": "file-text"}  # fmt: skip


def tell(says: Mapping[str, Says], icons: Mapping[str, str] | None = None) -> None:
    """Say what kinds of event mean. A kind is told once."""
    if twice := sorted(set(says) & set(SAYS)):
        raise ValueError(f"{twice[0]} is told twice")
    SAYS.update(says)
    ICONS.update(icons or {})


def words(kind: str, said: dict[str, Any]) -> tuple[str, str]:
    """Title and meaning of an event; of a kind nobody told, what its name says."""
    if kind in SAYS:
        return SAYS[kind](said)
    noun, _, verb = kind.partition(".")
    named = next((str(said[name]) for name in ("title", "name", "says", "reason", "why") if said.get(name)), "")
    return f"{noun.replace('_', ' ').capitalize() if noun not in ('poc', 'baa') else noun.upper()} {verb.replace('_', ' ')}", named[:200]


def icon(kind: str) -> str:
    return ICONS.get(kind) or BY_NOUN.get(kind.partition(".")[0], "circle-dot")


def _stage(code: str) -> str:
    found = active().playbook.stages.by_code.get(code)
    return found.title if found else code


def _moved(said: dict[str, Any]) -> tuple[str, str]:
    way = {"backward": "Moved back", "skipped": "Moved on, leaving stages out", "won": "Won", "lost": "Lost", "reopened": "Taken up again"}.get(said.get("way", ""), "Moved")
    reason = said.get("reason") or said.get("passed") or ""
    return f"{way}: {_stage(said['before'])} → {_stage(said['after'])}" if said.get("before") else f"Opened in {_stage(said['after'])}", reason


def _proposed(said: dict[str, Any]) -> tuple[str, str]:
    missing = said.get("missing") or []
    return f"May move to {_stage(said['stage'])}", f"Missing: {', '.join(missing)}" if missing else said["kind"].replace(".", " ").replace("_", " ")


def _seated(said: dict[str, Any]) -> tuple[str, str]:
    return f"{said['contact']} is on the committee", ", ".join(said["roles"])


def _pairs(changed: Mapping[str, Any]) -> str:
    told = [name.replace("_", " ") if before is None and after is None else f"{name.replace('_', ' ')}: {_said(before)} → {_said(after)}"
            for name, (before, after) in changed.items()]  # fmt: skip
    return "; ".join(told)[:300]


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "empty" if value in (None, "") else "yes" if value is True else "no" if value is False else str(value)


QUIET = ("amount_company_cents", "amount_from", "rate", "rate_on", "forecast_by_hand")
"""Columns that only follow others."""


def _changed(said: dict[str, Any]) -> tuple[str, str]:
    changed, reason = {name: pair for name, pair in said["changed"].items() if name not in QUIET}, said.get("reason", "")
    if "next_step" in changed:
        due = said["changed"].get("next_step_due", [None, None])[1]
        return f"Next step: {changed['next_step'][1] or 'none'}", f"until {day(due)}" if due else reason
    if "amount_cents" in changed:
        before, after = (None if side is None else money_full(Decimal(side) / 100) for side in changed["amount_cents"])
        months = changed.get("term_months", [None, None])[1]
        return f"{after or 'No amount'} a year" + (f", was {before}" if before else ""), f"for {months} months" if months else reason
    if "close_on" in changed:
        before, after = changed["close_on"]
        return (f"Close moved from {day(before)} to {day(after)}" if before and after else f"Close wanted {day(after)}" if after else "No close wanted any more"), reason
    return "Details changed", _pairs(changed) or reason


def day(said: str | None) -> str:
    """A day of a payload as it is read: 19 Nov 2026."""
    return f"{date.fromisoformat(said):%-d %b %Y}" if said else "no day"


def _approval(said: dict[str, Any]) -> tuple[str, str]:
    whose = f"of {said['whose']}" if said["whose"] else ""
    if said["before"] is None:
        return f"Approval needed: {said['title']}", whose
    if said["before"] == said["after"]:
        return f"{said['title']} changed", said["note"] or whose
    return f"{said['title']}: {STATES.get(said['after'], said['after']).lower()}", said["note"] or whose


def _line(said: dict[str, Any]) -> tuple[str, str]:
    return f"{said['who']} {'influences' if said['drawn'] else 'no longer influences'} {said['whom']}", ""


tell({
    "opportunity.opened": lambda said: ("Opened", said.get("name", "")),
    "opportunity.stage_changed": _moved,
    "opportunity.stage_proposed": _proposed,
    "opportunity.changed": _changed,
    "committee.seated": _seated,
    "committee.changed": lambda said: (f"{said['contact']}: changed on the committee", _pairs(said["changed"])),
    "committee.left": lambda said: (f"{said['contact']} is off the committee", said["reason"]),
    "committee.line": _line,
    "approval.changed": _approval,
    "approval.removed": lambda said: (f"Approval taken off: {said['title']}", ""),
    "buying.said": lambda said: ("How they decide and pay", _pairs(said["changed"])),
    "discovery.planned": lambda said: ("Discovery call planned", ""),
    "discovery.noted": lambda said: ("Discovery notes", ", ".join(said["sections"]).replace("_", " ")),
    "discovery.completed": lambda said: ("Discovery call held", f"notes in {len(said['sections'])} sections"),
    "discovery.dropped": lambda said: ("Discovery call called off", said["why"]),
    "discovery.recorded": lambda said: (f"Found out: {said['title'].lower()}", f"heard from {said['heard_from']}" if said["heard_from"] else ""),
    "discovery.withdrawn": lambda said: (f"Taken back: {said['title'].lower()}", ""),
    "path.changed": lambda said: (f"Path to signature: {said['title']}", _pairs(said["changed"])),
    "challenge.tagged": lambda said: (f"Challenge: {said['title'].lower()}" if said["on"] else f"No longer a challenge: {said['title'].lower()}", ""),
    "note.added": lambda said: ("Note", ""),
    "note.withdrawn": lambda said: ("A note was taken back", ""),
    "text.released": lambda said: ("A text was let through after review", said["text"]),
})  # fmt: skip
