"""NPS and time to first value, asked by name (`metrics/nps`, `metrics/time_to_first_value`)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.facts import Checker, whole
from rounds.rules.implementation.success import judged, nps_of, shown_as


def statuses(playbook: Playbook, value: Fraction) -> dict[str, str]:
    """Each target of the seeds, in its own reading: 70 is met where 70 is asked, and missed where more is."""
    book = playbook.success.nps.statuses
    return {code: "met" if (value > said.above if said.above is not None else value >= (said.at_least or 0)) else "missed"
            for code, said in book.items()}  # fmt: skip


def hidden(playbook: Playbook, answers: int) -> bool:
    """Whether so few answers are shown to nobody."""
    return answers < playbook.surveys.shown_from.answers


@lru_cache(maxsize=64)
def _checker(playbook: Playbook, names: tuple[str, ...]) -> Checker:
    return Checker(playbook, {name: whole(name, None if name == "days" else 0, 10**9) for name in names})


PARTS = ("promoters", "passives", "detractors")


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`promoters`, `passives` and `detractors` as counts. Too few answers give no value."""
    facts = _checker(playbook, PARTS)(given)
    missing = [name for name in PARTS if name not in facts]
    counted = [facts.get(name, 0) for name in PARTS]
    answers, few = sum(counted), playbook.surveys.shown_from.answers
    if missing or hidden(playbook, answers):
        why = f"{answers} answers: nothing is shown of fewer than {few}, since one would know who said what."
        return {"value": None, "answers": answers, "suppressed": not missing, "status": {}, "missing": missing,
                "lines": [{"what": "nps", "level": None, "points": None, "why": why, "source": playbook.surveys.shown_from.origin}]}  # fmt: skip
    value = nps_of(*counted)
    said = playbook.success.nps.statuses
    found = statuses(playbook, value)
    return {
        "value": value.numerator if value.denominator == 1 else float(value), "answers": answers, "suppressed": False,
        "status": found, "missing": [],
        "lines": [{"what": code, "level": found[code], "points": None,
                   "why": f"{shown_as(value, playbook.success.metrics['nps'])} against {'more than' if said[code].above is not None else 'at least'}"
                          f" {said[code].above if said[code].above is not None else said[code].at_least}", "source": said[code].origin} for code in found],
    }  # fmt: skip


def explain_days(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`days` from the start of the clock to the first value event."""
    facts = _checker(playbook, ("days",))(given)
    found = judged(playbook, "time_to_first_value", Fraction(facts["days"]) if "days" in facts else None)
    line = {"what": found.metric, "level": found.status, "points": None, "why": found.why,
            "source": playbook.success.metrics["time_to_first_value"].target.origin}  # fmt: skip
    return {"value": facts.get("days"), "status": found.status, "rag": found.rag, "ttfv_start": playbook.implementation.ttfv_start,
            "missing": [] if "days" in facts else ["days"], "lines": [line]}  # fmt: skip
