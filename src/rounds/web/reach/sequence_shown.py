"""How sequences are shown: the line of the list, the steps as a timeline, what a draft still misses."""

from __future__ import annotations

from typing import Any

from rounds.analytics.reach.sequences import Line, StepLine
from rounds.playbook import Playbook
from rounds.playbook.checks.reaching import reaching_findings
from rounds.playbook.finding import Finding
from rounds.playbook.shapes.sequences import Sequence
from rounds.rules.reach.dates import offset
from rounds.rules.reach.words import again_words, cap_words, place_words, stop_words, window_words
from rounds.web.templatetags.look import segment_word

CHANNELS = {
    "email": ("mail", "Letter"), "call": ("phone", "Call"), "linkedin": ("share-2", "LinkedIn"), "video": ("video", "Video"),
    "wait": ("hourglass", "Wait"), "branch": ("split", "Branch"),
}  # fmt: skip
"""What a step does → its icon and its word."""
TIERS = {"1": "Tier 1", "2": "Tier 2", "3": "Tier 3", "0": "No tier", "": "Not tiered"}


def findings_of(book: Playbook) -> dict[str, list[Finding]]:
    """File of a sequence or template → what is wrong or missing in it."""
    found: dict[str, list[Finding]] = {}
    for one in reaching_findings(book):
        found.setdefault(one.file, []).append(one)
    return found


def missing(book: Playbook, code: str, found: dict[str, list[Finding]]) -> list[Finding]:
    """What a sequence still misses: its own findings and those of the texts it sends."""
    texts = {step.template for step in book.sequences[code].steps if step.template}
    return found.get(f"sequences/{code}.yaml", []) + [one for name in sorted(texts) for one in found.get(f"templates/{name}.yaml", [])]


def listed(book: Playbook, lines: dict[str, Line]) -> list[dict[str, Any]]:
    """The list by family, the ones that are ready first: each with its numbers and what it misses."""
    found = findings_of(book)
    rows = [_row(book, code, lines.get(code, Line()), found) for code in book.sequences]
    rows += [{"code": code, "title": code, "gone": True, "line": line} for code, line in lines.items() if code not in book.sequences]
    return sorted(rows, key=lambda row: (row.get("gone", False), row.get("sequence") is not None and row["sequence"].state != "ready"))


def _row(book: Playbook, code: str, line: Line, found: dict[str, list[Finding]]) -> dict[str, Any]:
    sequence = book.sequences[code]
    sends = [step for step in sequence.steps if step.sends]
    days = offset(sequence, sends[-1]) - offset(sequence, sends[0]) if sends else 0
    return {"code": code, "title": sequence.title, "sequence": sequence, "line": line, "steps": len(sends), "days": days,
            "missing": missing(book, code, found)}  # fmt: skip


def titled(rows: list[dict[str, Any]]) -> str:
    """The finding of the list."""
    drafts = [row for row in rows if not row.get("gone") and row["sequence"].state != "ready"]
    active = sum(row["line"].active for row in rows)
    ready = len(rows) - len(drafts) - sum(1 for row in rows if row.get("gone"))
    said = f"{active:,} {'person is' if active == 1 else 'people are'} in {ready:,} sequences"
    return f"{said}; {len(drafts):,} {'waits' if len(drafts) == 1 else 'wait'} for their texts" if drafts else said


def timeline(book: Playbook, sequence: Sequence, lines: dict[str, StepLine]) -> list[dict[str, Any]]:
    """The steps in order, each with its channel, its text and what came of it."""
    return [
        {"step": step, "place": place_words(step), "icon": CHANNELS[step.do][0], "word": CHANNELS[step.do][1],
         "template": book.templates.get(step.template or ""), "line": lines.get(step.step, StepLine(step.step)),
         "goal": [word for word in (step.then, step.otherwise) if word]}
        for step in sequence.steps
    ]  # fmt: skip


def rules_of(book: Playbook, sequence: Sequence) -> dict[str, Any]:
    """What ends it, when mail may arrive, how often, in words."""
    caps = book.reach.caps
    return {"stops": stop_words(sequence), "window": window_words(book.reach.window), "again": again_words(sequence),
            "caps": [cap_words(cap) for cap in caps.contact], "unit_caps": [cap_words(cap) for cap in caps.buying_unit],
            "collision": book.reach.collision.days}  # fmt: skip


def parts(by_segment: dict[str, Line], by_tier: dict[str, Line]) -> list[dict[str, Any]]:
    """The numbers by segment and by tier, largest first."""
    tiers = [(TIERS.get(name, name), line) for name, line in sorted(by_tier.items(), key=lambda one: one[0] or "9")]
    segments = [(segment_word(name) if name else "No segment", line) for name, line in sorted(by_segment.items(), key=lambda one: -one[1].enrolled)]
    return [{"title": "By segment", "rows": segments}, {"title": "By tier", "rows": tiers}]
