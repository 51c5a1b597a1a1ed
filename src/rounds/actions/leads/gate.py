"""The gate of qualification: the verdict kept on the lead, and the row that says when it was passed."""

from __future__ import annotations

from datetime import datetime

from rounds.access.sight import whole_sight
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Lead, QualificationPass
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.leads.sheets import Sheet, sheet_of
from rounds.rules import qualification

JUDGED = ["bant", "dimensions", "sheet_due_at"]
"""The columns a verdict on the sheet writes."""


class NotQualified(Refusal):
    """The sheet does not open the gate yet."""


def standing_sheet(lead: Lead, *, at: datetime) -> Sheet:
    """The sheet of a lead as it stands, read with whole sight."""
    with whole_sight(lead):
        return sheet_of(lead, active().playbook, at=at)


def judge(lead: Lead, *, at: datetime) -> Sheet:
    """Keep the verdict on the sheet on the lead's row. Runs inside the caller's deed.

    Effects: bant, dimensions and sheet_due_at of the lead where they changed. (People and figures of the account may
    move a derived answer: the sheet shows it at once, the row follows with the lead's next act or the nightly round.)
    """
    sheet = standing_sheet(lead, at=at)
    states = {code: one.state for code, one in sheet.verdict.dimensions.items()}
    now = (sheet.verdict.bant, states, sheet.due_at)
    if now != (lead.bant, lead.dimensions, lead.sheet_due_at):
        lead.bant, lead.dimensions, lead.sheet_due_at = now
        lead.save(update_fields=JUDGED)
    return sheet


def need_open(lead: Lead, *, at: datetime) -> Sheet:
    """The sheet, if it opens the gate. Raises NotQualified, naming what is missing."""
    sheet = judge(lead, at=at)
    if not sheet.verdict.qualified:
        raise NotQualified(f"{lead.name} is not qualified yet: {'; '.join(missing(sheet))}.")
    return sheet


def missing(sheet: Sheet) -> list[str]:
    """What keeps the gate shut, one sentence part a dimension: "Need: 2 more of 3 open indicators"."""
    book = active().playbook
    titles = {entry.dimension: entry.title for entry in book.qualification.dimensions}
    found = []
    for code in sheet.verdict.unmet:
        words = qualification.gap(book, sheet.verdict.dimensions[code])
        found.append(f"{titles[code]}: {', '.join(words) or 'not met'}")
    return found


def keep_pass(lead: Lead, sheet: Sheet, *, way: str, by: Actor, at: datetime, reason: str = "") -> QualificationPass:
    """Write down that the gate was passed, and what stood then. Runs inside the caller's deed."""
    return QualificationPass.objects.create(
        lead=lead, way=way, reason=reason, states={code: one.state for code, one in sheet.verdict.dimensions.items()},
        unmet=list(sheet.verdict.unmet), playbook_hash=active().hash, **signature(by, at),
    )  # fmt: skip
