"""The form of a new automation as it is drawn: when, if, then, each with the choices there are."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from rounds.kit.refusal import Refusal
from rounds.playbook import Playbook
from rounds.playbook.happenings import ASKS, CHANGES, DEEDS, EVENTS, SCORES, STATES
from rounds.playbook.vocabulary import VOCABULARY
from rounds.rules.automation.words import happens
from rounds.web.flow.automation_said import FIGURES, TESTS, deed_fields, rows

MOST = {"c": 6, "d": 8}
"""Rows a form takes; what is longer is written as text."""
WHENS = (("event", "Something happens"), ("change", "A field changes"), ("score", "A score crosses a line"),
         ("time_in", "A record stays in a state"), ("every", "The calendar says so"))  # fmt: skip
PLAIN = ("lead.title", "lead.organization", "lead.state", "lead.source", "lead.email", "account.state", "account.ehr", "account.beds")
"""Changes of plain fields worth a line of the form; any other can be written as text."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def drawn(form: Mapping[str, str], book: Playbook, error: Refusal | None = None) -> dict[str, Any]:
    """The whole form with what is filled in; `more` in it asks for another row of conditions or deeds."""
    when = form.get("when") or "event"
    return {
        "said": form, "when": when, "whens": WHENS, "events": _events(), "changes": _changes(), "scores": [(code, _title(code)) for code in SCORES],
        "states": [(code, _title(code)) for code in STATES], "days": [(day, day.capitalize()) for day in DAYS],
        "ways": (("reaches", "reaches"), ("falls_below", "falls below")), "units": ("hours", "days", "minutes"), "everys": ("day", "week", "month"),
        "asks": _asks(), "tests": list(TESTS.items()), "deeds": _deeds(), "groups": sorted({one.group for one in book.automations.values()}),
        "conditions": [_condition(form, n) for n in _rows(form, "c")], "steps": [_step(form, n) for n in _rows(form, "d")],
        "error": error, "wrong": getattr(error, "field", ""), "most": MOST,
    }  # fmt: skip


def _rows(form: Mapping[str, str], letter: str) -> list[int]:
    here = rows(form, letter)
    if form.get("more") == letter and len(here) < MOST[letter]:
        here.append(here[-1] + 1)
    away = form.get("less", "")
    return [n for n in here if away != f"{letter}-{n}"] or [0]


def _condition(form: Mapping[str, str], n: int) -> dict[str, Any]:
    row = f"c-{n}"
    return {"row": row, "ask": form.get(f"{row}-ask", ""), "test": form.get(f"{row}-test", "is"), "value": form.get(f"{row}-value", ""),
            "number": form.get(f"{row}-test") in FIGURES}  # fmt: skip


def _step(form: Mapping[str, str], n: int) -> dict[str, Any]:
    row = f"d-{n}"
    do = form.get(f"{row}-do", "")
    fields = [_filled(form, f"{row}-said", one) for one in deed_fields(do)]
    return {"row": row, "place": n + 1, "do": do, "title": form.get(f"{row}-title", ""), "delay": form.get(f"{row}-delay", ""), "fields": fields,
            "deed": DEEDS.get(do)}  # fmt: skip


def _filled(form: Mapping[str, str], before: str, one: Mapping[str, Any]) -> dict[str, Any]:
    name = f"{before}-{one['name']}"
    return {**one, "id": name, "value": form.get(name, ""), "parts": [_filled(form, name, part) for part in one["parts"]]}


def _events() -> list[tuple[str, list[tuple[str, str]]]]:
    """The kinds of event by what they are about."""
    kinds = sorted(EVENTS)
    return [(noun.replace("_", " ").capitalize(), [(kind, happens(kind)) for kind in some]) for noun, some in groupby(kinds, key=lambda kind: kind.partition(".")[0])]


def _changes() -> list[tuple[str, str]]:
    return [(code, _title(code)) for code in [*CHANGES, *(code for code in PLAIN if code not in CHANGES)]]


def _title(code: str) -> str:
    noun, _, name = code.partition(".")
    return f"{noun.capitalize()}: {name.replace('_', ' ')}"


def _asks() -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be asked: of the lead, of the account, and the facts the rules know."""
    of = [(noun.capitalize(), [(code, _title(code).partition(": ")[2]) for code in ASKS if code.startswith(f"{noun}.")]) for noun in ("lead", "account")]
    return [*of, ("Facts", sorted(((code, fact.label) for code, fact in VOCABULARY.items()), key=lambda one: one[1].lower()))]


def _deeds() -> list[tuple[str, str]]:
    """What can be done, in words; what waits for a part of the product says so."""
    found = [(code, deed.says.capitalize() + ("" if deed.room else " (not built yet)")) for code, deed in DEEDS.items()]
    return sorted(found, key=lambda one: ("not built" in one[1], one[1]))
