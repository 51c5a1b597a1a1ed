"""The qualification sheet of a deal that came without a lead (PIPE-28): what people said, and the verdict."""

from __future__ import annotations

from datetime import datetime

from rounds.kit.once import once
from rounds.models.deals.opportunities import Opportunity
from rounds.models.deals.stages import OpportunitySheetAnswer
from rounds.models.flow.active import active
from rounds.models.leads.qualification import QualificationAnswer
from rounds.rules import qualification
from rounds.rules.qualification import Verdict

Answer = OpportunitySheetAnswer | QualificationAnswer


@once
def items_said(deal: Opportunity) -> dict[str, Answer]:
    """Item → what was said of it last: on the sheet of the lead the deal came from, else on its own. One query."""
    rows: list[Answer]
    if deal.lead_id:
        rows = list(QualificationAnswer.objects.filter(lead_id=deal.lead_id))
    else:
        rows = list(OpportunitySheetAnswer.objects.filter(opportunity=deal))
    return {row.item: row for row in sorted(rows, key=lambda row: (row.at, row.id))}


def holds_of(deal: Opportunity, at: datetime | None = None) -> Verdict:
    """The verdict on the deal's own sheet, by what people said (from the stage the playbook names on, strictly)."""
    book = active().playbook
    said = {item: row.answer for item, row in items_said(deal).items() if row.answer in ("yes", "no") and (at is None or row.at <= at)}
    number = book.stages.way.index(deal.stage) + 1 if deal.stage in book.stages.way else None
    return qualification.judged(book, said, stage=number)
