"""Exit criteria ticked by people, and the sheet of a deal that came without a lead (PIPE-02, PIPE-28)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.deals.telling import DealRefused, locked, tell
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import phi
from rounds.kit.actor import Actor
from rounds.models import CriterionCheck, Opportunity, OpportunitySheetAnswer
from rounds.models.base import signature
from rounds.models.deals.sheets import items_said
from rounds.models.flow.active import active

STATES = ("met", "not_met", "withdrawn")
ANSWERS = ("yes", "no", "unknown")


@phi.texts("note", "link")
def check(deal: Opportunity, criterion: str, state: str = "met", *, by: Actor, at: datetime, note: str = "", link: str = "") -> CriterionCheck:
    """Say that an exit criterion is met or not (or take that back), with a note and a link to what shows it.

    Effects: a CriterionCheck, opportunity.criterion_checked, an audit entry. Raises DealRefused (422) for one the records
    alone decide.
    """
    one = active().playbook.process.criteria.get(criterion)
    if one is None or state not in STATES:
        raise DealRefused("There is no such exit criterion.", field="criterion" if one is None else "state")
    if not one.by_hand:
        raise DealRefused(f"“{one.title}” is read from the records and ticked by nobody.", field="criterion")
    if link and not link.startswith(("https://", "http://", "/")):
        raise DealRefused("A link begins with https://, or is a page of Rounds.", field="link")
    with deed(by):
        deal = locked(deal)
        last = CriterionCheck.objects.filter(opportunity=deal, criterion=criterion).order_by("-at", "-id").first()
        note, link = note.strip()[:2000], link.strip()[:500]
        if last is not None and (last.state, last.note, last.link) == (state, note, link):
            return last
        row = CriterionCheck.objects.create(opportunity=deal, criterion=criterion, state=state, note=note, link=link, **signature(by, at))
        said = {"criterion": criterion, "title": one.title, "state": state, "before": last.state if last else ""}
        tell("opportunity.criterion_checked", deal, said, by=by, at=at, subject=row.id, detail={"criterion": criterion, "state": state})
    return row


@phi.texts("note")
def answer(deal: Opportunity, item: str, said: str, *, by: Actor, at: datetime, note: str = "") -> OpportunitySheetAnswer:
    """Answer one item of the qualification sheet of a deal without a lead: yes, no or unknown.

    Effects: an OpportunitySheetAnswer, opportunity.sheet_answered, an audit entry. Raises DealRefused (422).
    """
    if item not in active().playbook.qualification.items or said not in ANSWERS:
        raise DealRefused("The sheet asks no such thing.", field="item")
    if deal.lead_id:
        raise DealRefused("This deal has the sheet of its lead; answer it there.", field="item")
    with deed(by):
        deal = locked(deal)
        last = items_said(deal).get(item)
        note = note.strip()[:2000]
        if isinstance(last, OpportunitySheetAnswer) and (last.answer, last.note) == (said, note):
            return last
        row = OpportunitySheetAnswer.objects.create(opportunity=deal, item=item, answer=said, note=note, **signature(by, at))
        told = {"item": item, "answer": said, "before": last.answer if last else "unknown"}
        tell("opportunity.sheet_answered", deal, told, by=by, at=at, subject=row.id, detail={"item": item, "answer": said})
    return row
