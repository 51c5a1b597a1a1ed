"""What the qualification sheet shows: what is missing first, then each dimension with its items."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from rounds.access import fields
from rounds.access.allowed import may, may_change
from rounds.actions.leads import gate
from rounds.analytics.leads.qualified import override_of
from rounds.models import Lead, QualificationAnswer
from rounds.models.flow.active import active
from rounds.models.leads.sheets import Sheet
from rounds.playbook import Playbook
from rounds.playbook.shapes.life import Dimension, Flag
from rounds.rules import qualification

WORDS = {"met": "Met", "at_risk": "At risk", "not_met": "Not met", "unknown": "Unknown"}


def whole(request: HttpRequest, lead: Lead, *, at: datetime) -> dict[str, Any]:
    """Everything the page needs."""
    sheet, book = gate.standing_sheet(lead, at=at), active().playbook
    kept = fields.unshown_items(book, request.scope.hidden)
    writable = may_change(request.user, lead)
    return {
        "lead": lead, "url": f"/leads/{lead.id}/", "place": "leads", "writable": writable, "number": active().number,
        "dimensions": [dimension(book, entry, sheet, kept) for entry in book.qualification.asked],
        "before": [item(book, one, sheet, kept) for one in book.qualification.stage_1.items],
        "stage_1": sheet.stage_1(book), "stage_1_blocks": book.qualification.stage_1.mode == "block",
        "history": history(book, lead, kept), "override": override_of(lead),
        "may_override": writable and may(request.user, "qualification.override"), **said(lead, sheet),
    }  # fmt: skip


def said(lead: Lead, sheet: Sheet) -> dict[str, Any]:
    """The finding, what is missing, and what may be done: what follows every answer."""
    book = active().playbook
    moves = book.statuses.moves_from(lead.status)
    titles = {entry.dimension: entry.title for entry in book.qualification.dimensions}
    missing = [{"code": code, "title": titles[code], "says": qualification.gap(book, sheet.verdict.dimensions[code]),
                "state": sheet.verdict.dimensions[code].state} for code in sheet.verdict.unmet]  # fmt: skip
    return {
        "finding": finding(lead, [one["title"] for one in missing]), "missing": missing, "qualified": sheet.verdict.qualified,
        "bant": WORDS[sheet.verdict.bant], "bant_state": sheet.verdict.bant, "can_qualify": "Qualified" in moves,
        "can_convert": "Converted" in moves, "reading": book.qualification.readings[sheet.verdict.reading].title,
    }  # fmt: skip


def finding(lead: Lead, missing: list[str]) -> str:
    """The sentence on top of the sheet."""
    if lead.status == "Converted":
        return f"{lead.name} was converted"
    if lead.status == "Qualified":
        return f"{lead.name} is qualified" + (f", though {_list(missing)} is open" if missing else "")
    if not missing:
        return f"Nothing keeps {lead.name} from being qualified"
    return f"{_list(missing)} {'keeps' if len(missing) == 1 else 'keep'} {lead.name} from being qualified"


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def dimension(book: Playbook, entry: Dimension, sheet: Sheet, kept: Collection[str]) -> dict[str, Any]:
    """One dimension with its items."""
    return {
        **head(entry, sheet),
        "indicators": [item(book, one, sheet, kept) for one in entry.indicators],
        "flags": [item(book, one, sheet, kept) for one in entry.flags],
    }


def head(entry: Dimension, sheet: Sheet) -> dict[str, Any]:
    """How a dimension stands: what its ring shows."""
    verdict = sheet.verdict.dimensions[entry.dimension]
    return {
        "code": entry.dimension, "title": entry.title, "kind": entry.kind, "source": entry.source, "state": verdict.state,
        "word": WORDS[verdict.state], "met": verdict.met, "needed": verdict.needed, "path": verdict.path,
        "ring": min(100, 100 * verdict.met // max(verdict.needed, 1)), "flags_up": len(verdict.flags) + len(verdict.cautions),
        "blocks": verdict.blocks,
    }  # fmt: skip


def item(book: Playbook, one: Any, sheet: Sheet, kept: Collection[str]) -> dict[str, Any]:
    """One item: what holds, who said it, what the data says."""
    holds, row = sheet.holds[one.item], sheet.said.get(one.item)
    hidden = one.item in kept
    answer = holds.answer if holds.by_person or not hidden else None
    spoke = row is not None and row.answer in ("yes", "no")
    return {
        "item": one.item, "title": one.title, "ask": getattr(one, "ask", ""), "flag": isinstance(one, Flag),
        "blocker": getattr(one, "severity", "") == "blocker", "up": isinstance(one, Flag) and answer == "yes",
        "answer": answer or "unknown", "pressed": pressed(holds), "by_person": holds.by_person, "stale": holds.stale, "note": row.note if row else "",
        "was": str(row.id) if row else "", "row": row if spoke else None, "hidden": hidden and not holds.by_person,
        "derived": "" if hidden else holds.derived, "aside": holds.aside and not hidden,
    }  # fmt: skip


def pressed(holds: Any) -> str:
    """The answer that is pressed: a person's, or unknown where nobody and nothing said anything."""
    if holds.by_person:
        return holds.answer
    return "" if holds.answer else "unknown"


def item_of(book: Playbook, code: str) -> tuple[Any, Dimension | None]:
    """An item and the dimension it belongs to (None: asked before stage 1)."""
    for entry in book.qualification.dimensions:
        for one in (*entry.indicators, *entry.flags):
            if one.item == code:
                return one, entry
    return book.qualification.items[code], None


def history(book: Playbook, lead: Lead, kept: Collection[str]) -> list[dict[str, Any]]:
    """The last answers, whoever gave them."""
    items = book.qualification.items
    rows = QualificationAnswer.objects.filter(lead=lead).order_by("-at", "-id")[:12]
    return [{"title": items[row.item].title if row.item in items else row.item, "row": row} for row in rows]
