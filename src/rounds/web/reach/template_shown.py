"""How texts are shown: the line of the list, the page of one with its places, versions, variants and what came of them."""

from __future__ import annotations

from typing import Any

from rounds.actions.reach import previewing
from rounds.analytics.reach import templates as told
from rounds.models import User
from rounds.models.flow.file_versions import versions_of
from rounds.playbook import Playbook
from rounds.playbook.shapes.sequences import Template
from rounds.rules.reach.rates import rate
from rounds.web.reach.sequence_shown import CHANNELS, findings_of
from rounds.web.reach.whom import Chosen

ORDER = ("email", "call", "linkedin", "video")


def uses(book: Playbook) -> dict[str, list[tuple[str, str]]]:
    """Text → the sequences that send it: code and title."""
    found: dict[str, list[tuple[str, str]]] = {}
    for code, one in book.sequences.items():
        for name in dict.fromkeys(step.template for step in one.steps if step.template):
            found.setdefault(name, []).append((code, one.title))
    return found


def listed(book: Playbook, lines: dict[str, told.TextLine]) -> list[dict[str, Any]]:
    """Every text, letters first: its channel, what sends it, what is still to be written, what came of it."""
    used, wrong = uses(book), findings_of(book)
    rows = [
        {"code": code, "one": one, "icon": CHANNELS[one.channel][0], "word": CHANNELS[one.channel][1], "uses": used.get(code, []), "line": lines.get(code, told.TextLine()),
         "missing": wrong.get(f"templates/{code}.yaml", [])}
        for code, one in book.templates.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: ORDER.index(row["one"].channel))


def titled(rows: list[dict[str, Any]]) -> str:
    """The finding of the list."""
    unwritten = sum(bool(row["missing"]) for row in rows)
    said = f"{len(rows):,} texts"
    return f"{said}; {unwritten:,} {'has' if unwritten == 1 else 'have'} words still to be written" if unwritten else f"{said}, all of them written"


def whole(book: Playbook, one: Template, lines: dict[str, told.TextLine]) -> dict[str, Any]:
    """What the page of a text says whoever it is for."""
    file = f"templates/{one.template}.yaml"
    total = sum(way.share for way in one.ways) or 1
    ways = [{"way": way, "share": way.share / total, "line": (line := lines.get(way.variant, told.TextLine())), "rate": rate(line.answered, line.sent, book.reach.trial)} for way in one.ways]
    return {"one": one, "code": one.template, "file": file, "icon": CHANNELS[one.channel][0], "word": CHANNELS[one.channel][1], "uses": uses(book).get(one.template, []),
            "missing": findings_of(book).get(file, []), "versions": versions_of(file), "ways": ways}  # fmt: skip


def for_whom(one: Template, chosen: Chosen, sender: User, variant: str, at: Any) -> dict[str, Any]:
    """The same text for the person that was chosen: each variant as it would go, what blocks it, what would be decided now."""
    found = previewing.preview(one, chosen.person, sender, at=at)
    shown = next((each for each in found if each.variant == variant), found[0])
    return {"shown": shown, "others": found, "person": chosen.person, "chosen": chosen, "says": says(shown, chosen.person.name)}


def says(shown: previewing.Previewed, name: str) -> str:
    """The finding of a preview: what keeps the text from this person, or when it may go."""
    if shown.blocks:
        gaps = len(shown.text.missing)
        return f"it cannot go to {name}: {gaps:,} {'place is' if gaps == 1 else 'places are'} not known" if gaps else f"it cannot go to {name}: words are still to be written"
    if shown.decision is None:
        return f"it can be said to {name} as it is"
    return {"send": f"it could go to {name} now", "later": f"written for {name}; held back for now", "never": f"{name} gets no letter"}[shown.decision.outcome]
