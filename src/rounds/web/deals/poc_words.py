"""The words of proofs of concept: states, results, and what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rounds.models import Event, Poc
from rounds.web.deals.timeline_words import day

STATES = {
    "draft": ("Draft", "tag-line", "pencil"),
    "agreed": ("Agreed", "a-tag", "file-check-2"),
    "running": ("Running", "a-tag", "activity"),
    "readout": ("Decision due", "s-soon", "hourglass"),
    "ended": ("Ended", "tag-line", "circle-check"),
    "abandoned": ("Given up", "tag-line", "circle-minus"),
}
RESULTS = {"success": ("Success", "g-met", "circle-check"), "partial": ("Partial", "g-missing", "circle-dashed"),
           "failed": ("Failed", "s-late", "circle-x"), "": ("No result", "tag-line", "circle-dashed")}  # fmt: skip
BY_THE_WIN = ("Ended by the win", "g-met", "trophy")
"""A proof of concept that was open when its deal was won: nobody showed results, so it counts in no rate of successes."""
WHAT = {"plan": "The roll-out plan", "roi": "The ROI sheet", "result": "The result", "agreement": "The agreement", "criteria": "The criteria"}
Said = dict[str, Any]
SAYS: dict[str, tuple[str, Callable[[Said], tuple[str, str]]]] = {
    "poc.opened": ("flask-conical", lambda p: ("Drafted", p["name"])),
    "poc.described": ("pencil", lambda p: ("Described", "")),
    "poc.agreed": ("file-check-2", lambda p: ("Agreed", f"{p['criteria']} criteri{'on' if p['criteria'] == 1 else 'a'}, {p['weeks']} weeks, signed by the {p['signed_by']}")),
    "poc.kicked_off": ("activity", lambda p: ("Kicked off", f"{day(p['kickoff_on'])} to {day(p['ends_on'])}")),
    "poc.data_started": ("database", lambda p: ("Data came in", "Patient data, under the BAA" if p["phi"] else "No patient data")),
    "poc.criteria_revised": ("pencil", lambda p: (f"Criteria version {p['after']}", f"{p['criterion']}: {p['why']}")),
    "poc.read": ("activity", lambda p: (f"{p['criterion']}: {p['verdict'].replace('_', ' ')}", f"week {p['week']}, {p['method']}")),
    "poc.issue_raised": ("circle-alert", lambda p: (f"{p['severity'].capitalize()} issue", p["title"])),
    "poc.issue_escalated": ("circle-alert", lambda p: ("Escalated", f"{p['title']}, to {', '.join(p['to']) or 'nobody'}")),
    "poc.issue_closed": ("circle-check", lambda p: ("Issue settled", p["title"])),
    "poc.milestone_done": ("circle-check", lambda p: ("Milestone reached", p["title"])),
    "poc.reviewed": ("users", lambda p: (f"Review of week {p['week']}", "")),
    "poc.overran": ("alarm-clock", lambda p: ("It runs over", f"planned to {day(p['ends_on'])}")),
    "poc.extension_asked": ("clock", lambda p: (f"{p['weeks']} weeks more asked for", p["why"])),
    "poc.extended": ("clock", lambda p: (f"Extended by {p['weeks']} weeks", f"to {day(p['ends_on'])}")),
    "poc.extension_refused": ("clock", lambda p: ("No more time", p["note"])),
    "poc.signed": ("pencil", lambda p: (f"{WHAT.get(p['what'], 'It')} was signed", f"version {p['version']}, by the {p['signed_by']}")),
    "poc.readout_held": ("presentation", lambda p: (f"Results shown: {p['result']}", f"decision due {day(p['decision_due_on'])}")),
    "poc.succeeded": ("circle-check", lambda p: ("Success, signed off", f"by the {p['signed_by']}")),
    "poc.fell_short": ("circle-dashed", lambda p: (f"{p['result'].capitalize()}, signed off", f"by the {p['signed_by']}")),
    "poc.decided": ("circle-check", lambda p: (f"Decided: {p['decision']}", "after the day it was due" if p["late"] else "")),
    "poc.abandoned": ("circle-minus", lambda p: ("Given up", p["why"])),
    "poc.roi_counted": ("percent", lambda p: (f"ROI {p['percent']} %" if p["percent"] else "ROI counted", f"pays back in {p['payback']} months" if p["payback"] else "never pays back")),
    "poc.phi_determined": ("shield", lambda p: ("Patient data involved" if p["involved"] else "No patient data", p["data_set"])),
    "poc.data_clock_started": ("lock", lambda p: ("Data must go", f"by {day(p['due_on'])}")),
    "poc.data_certified": ("lock", lambda p: (f"Data {p['method']}", f"on {day(p['done_on'])}")),
    "poc.converted": ("handshake", lambda p: ("Roll-out plan drafted", "")),
}  # fmt: skip


def result_of(poc: Poc) -> tuple[str, str, str]:
    """What came of one that is over: its result, or that the win ended it."""
    return BY_THE_WIN if poc.ended_by_win else RESULTS[poc.result]


def happened(event: Event) -> tuple[str, str, str]:
    """Icon, title and words of an event."""
    icon, says = SAYS.get(event.kind, ("circle-dot", lambda p: (event.kind, "")))
    return icon, *says(event.payload)
