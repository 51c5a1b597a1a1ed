"""What enrolling would come to, before anything is done: who gets which letter when, who is refused, which day carries how much."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localtime

from rounds.actions.desk.reach_acts import SENDERS, givens
from rounds.actions.reach import rehearsing
from rounds.kit.clock import now
from rounds.models.flow.active import active

MOST = 500
"""People a dry run walks through; more are enrolled the same way."""
DAYS = 21
"""Days of the calendar that are drawn."""


def ready() -> list[tuple[str, str]]:
    """The sequences somebody can be enrolled in: code and title."""
    return [(code, one.title) for code, one in active().playbook.sequences.items() if one.state == "ready"]


def sequences(request: HttpRequest) -> list[dict[str, Any]]:
    """What enrolling many asks: which sequence, who sends, why."""
    asked = request.POST.get("sequence", "")
    chosen = active().playbook.sequences.get(asked)
    named = [{"name": "campaign", "label": "Name of the send", "required": False, "value": request.POST.get("campaign", ""),
              "help": "What came of it stands under this name; unsaid, its title and the day"}]  # fmt: skip
    return [
        {"name": "sequence", "label": "Sequence", "required": True, "choices": ready(), "again": True, "value": asked},
        {"name": "sender", "label": "Who sends", "required": True, "choices": list(SENDERS.items()), "again": True, "value": request.POST.get("sender", "")},
        *(named if chosen is not None and chosen.family == "campaign" else ()),
        {"name": "reason", "label": "Why", "required": False, "help": "Kept with each enrolment"},
    ]


def dry_run(request: HttpRequest, rows: QuerySet) -> dict[str, Any]:
    """The calendar of the leads that were chosen, under the sequence that is chosen."""
    codes = [code for code, _ in ready()]
    code = asked if (asked := request.POST.get("sequence", "")) in codes else codes[0] if codes else ""
    if not code:
        return {"template": "reach/no_sequence.html"}
    leads = list(rows.select_related("owner", "account__buying_unit")[:MOST])
    return {"template": "reach/dry_run.html", **shown(code, givens(leads, request.POST.get("sender", ""), request.user)), "total": rows.count(), "most": MOST}


def shown(code: str, given: list[Any]) -> dict[str, Any]:
    """A dry run as its page shows it."""
    runs = rehearsing.dry_run(code, given, at=now())
    go = [run for run in runs if run.weighed.may]
    days = Counter(localtime(stop.at).date() for run in go for stop in run.stops if stop.at and stop.step.do == "email")
    held = Counter(_reason(stop) for run in go for stop in run.stops if stop.held)
    steps = [step for step in active().playbook.sequences[code].steps if step.sends]
    return {"runs": go, "refused": [run for run in runs if run.weighed.refusal], "there": [run for run in runs if run.weighed.there], "code": code,
            "steps": steps, "days": sorted(days.items())[:DAYS], "later": max(len(days) - DAYS, 0), "widest": max(days.values(), default=1),
            "held": held.most_common(), "letters": sum(days.values()), "of": len(runs), "title": active().playbook.sequences[code].title}  # fmt: skip


REASONS = {
    "cap_contact": "the limit for one person", "cap_unit": "the limit for one health system, whoever of ours writes", "collision": "a colleague's letter to the same person",
    "sender_day": "the day's limit of the sending address", "sender_hour": "the hour's limit of the sending address", "missing": "a place in the text that nothing is known for",
}  # fmt: skip


def _reason(stop: rehearsing.Stop) -> str:
    return REASONS.get(stop.held.code, stop.held.why)
