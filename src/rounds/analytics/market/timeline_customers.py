"""What happens to a customer, in the words of the account's timeline: kind → (icon, title, rest, what it means)."""

from __future__ import annotations

from typing import Any

from rounds.models.flow.active import active


def _metric(code: str) -> str:
    book = active().playbook.success.metrics.get(code)
    return book.title if book else code.replace("_", " ").capitalize()


def _health(p: dict[str, Any], *_: Any) -> tuple[str, str, str, str]:
    before = "" if p["before"] is None else f" (was {p['before']})"
    return ("heart-pulse", f"Health {'unknown' if p['after'] is None else p['after']}{before}", "", " ".join(p["reasons"][:2]))


def _replanned(p: dict[str, Any], *_: Any) -> tuple[str, str, str, str]:
    end = f"end {p['end_before']} → {p['end_after']}" if p["end_before"] != p["end_after"] else "the end stays"
    return ("calendar-sync", f"{p['name']} planned anew", "", f"{p['reason'] or p['cause']}; {end}")


CUSTOMER_SAYS = {
    "customer.won": lambda p, *_: ("handshake", f"{p['name']} is a customer", "", ""),
    "customer.changed": lambda p, *_: ("user-round", "Somebody else looks after them", "", " ".join(str(two[1]) for two in p["changed"].values())),
    "customer.reading_kept": lambda p, *_: ("gauge", f"{_metric(p['metric'])}: {p['value']}", "", f"{p['status']}, as of {p['as_of']}"),
    "customer.reading_withdrawn": lambda p, *_: ("undo-2", f"{_metric(p['what'])} taken back", "", p["reason"]),
    "customer.health_checked": _health,
    "customer.issue_opened": lambda p, *_: ("circle-alert", p["title"], "", f"{p['severity']} issue"),
    "customer.issue_resolved": lambda p, *_: ("circle-check", f"Resolved: {p['title']}", "", p["resolution"]),
    "customer.reference_set": lambda p, *_: ("quote", "Willing to be a reference" if p["willing"] else "No reference", "", ", ".join(p["types"])),
    "customer.reference_used": lambda p, *_: ("quote", f"{p['kind']} for {p['told_to']}", "", ""),
    "customer.expansion_found": lambda p, *_: ("sprout", f"Could use next: {p['title']}", "", p["why"]),
    "customer.expansion_opened": lambda p, *_: ("handshake", f"A deal of: {p['title']}", "", ""),
    "customer.expansion_dropped": lambda p, *_: ("circle-minus", f"Not pursued: {p['title']}", "", p["reason"]),
    "customer.term_began": lambda p, *_: ("file-check", f"Term from {p['starts_on']} to {p['ends_on']}", "", ""),
    "customer.renewed": lambda p, *_: ("file-check", f"Renewed until {p['ends_on']}", "", ""),
    "customer.churned": lambda p, *_: ("octagon-x", f"Left on {p['ends_on']}", "", p["reason"]),
    "customer.outcome_kept": lambda p, *_: ("chart-column", "A clinical outcome", "", f"of {p['people']} people"),
    "customer.outcome_withdrawn": lambda p, *_: ("undo-2", "An outcome taken back", "", p["reason"]),
    "implementation.opened": lambda p, *_: ("calendar-days", f"Project: {p['name']}", "", f"{p['weeks']} weeks from {p['kickoff_on']}"),
    "implementation.merged": lambda p, *_: ("merge", f"{p['name']} taken into another project", "", ""),
    "implementation.replanned": _replanned,
    "implementation.step_done": lambda p, *_: ("circle-check", f"{p['title']} done", "", f"{p['late']} days late" if p["late"] > 0 else ""),
    "implementation.step_reopened": lambda p, *_: ("rotate-ccw", f"{p['title']} is to do again", "", ""),
    "implementation.kicked_off": lambda p, *_: ("flag", "Kickoff held", "", p["name"]),
    "implementation.first_value": lambda p, *_: ("sparkles", "First value", "", p["evidence"]),
    "implementation.live": lambda p, *_: ("rocket", "Live", "", p["evidence"]),
    "implementation.completed": lambda p, *_: ("circle-check", f"{p['name']} complete", "", ""),
    "implementation.resumed": lambda p, *_: ("circle-play", f"{p['name']} goes on", f"kickoff {p['kickoff_on']}", ""),
    "implementation.stopped": lambda p, *_: ("octagon-x", f"{p['name']} stopped", "", p["reason"]),
    "survey.sent": lambda p, *_: ("send", "A survey was sent", "", f"to {p['people']} people"),
    "survey.answered": lambda p, *_: ("message-square", "Somebody answered a survey", "", ""),
    "portal.signed": lambda p, *_: ("signature", f"{p['name']} {'signed' if p['accepted'] else 'has not accepted'}", "", p["about"]),
    "portal.invited": lambda p, *_: ("door-open", f"{p['person']} invited into the portal", "", ""),
}  # fmt: skip
"""Every kind of models/flow/customer_kinds.py."""
