"""Filling a qualification sheet, one answer at a time, and passing the gate by hand (QUAL-01 to 13)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import gate, statuses
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Lead, QualificationAnswer
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.leads.sheets import Sheet
from rounds.playbook.shapes.life import Flag
from rounds.rules.qualification import against

ANSWERS = ("yes", "no", "unknown")
QUALIFIED = "Qualified"


class ItemUnknown(Refusal):
    """The playbook asks no such thing."""

    status = 422
    field = "item"


class ResolutionMissing(Refusal):
    """Say how it was settled: a red flag is closed with a note."""

    status = 422
    field = "note"


class Contradicts(Refusal):
    """Two answers cannot both be true."""

    field = "answer"


class AnsweredMeanwhile(Refusal):
    """Somebody else answered this meanwhile."""

    def __init__(self, theirs: QualificationAnswer, yours: str) -> None:
        self.theirs, self.yours = theirs, yours
        super().__init__(f"{theirs.by_name or 'Somebody'} answered “{theirs.answer}” meanwhile; yours is “{yours}”.", field="answer")


class OverrideRefused(Refusal):
    """This lead cannot be qualified by hand."""

    status = 422


@phi.texts("note")
def answer(
    lead: Lead, item: str, said: str, *, by: Actor, at: datetime, note: str | None = None, was: str | None = None
) -> Sheet:
    """Answer one item of the sheet: yes, no or unknown. `note` None keeps the note that stands; `was` is the id of the
    answer one saw ("" none), None where nobody looked.

    Effects: a QualificationAnswer, the verdict on the lead, lead.sheet_answered, an audit entry; the same answer again
    within the day writes nothing. Raises ItemUnknown, ResolutionMissing (422), Contradicts, AnsweredMeanwhile (409).
    """
    book = active().playbook
    if item not in book.qualification.items or said not in ANSWERS:
        raise ItemUnknown(field="item" if item not in book.qualification.items else "answer")
    with deed(by):
        lead = Lead.objects.select_for_update(of=("self",)).select_related("account__buying_unit").get(pk=lead.pk)
        sheet = gate.standing_sheet(lead, at=at)
        before = sheet.said.get(item)
        if was is not None and before is not None and was != str(before.id):
            raise AnsweredMeanwhile(before, said)
        kept = (before.note if before else "") if note is None else note.strip()[:2000]
        if before and (before.answer, before.note) == (said, kept) and (at - before.at).days < 1:
            return sheet
        _settled(book.qualification.items[item], sheet, said, note, before)
        _agrees(item, said, sheet)
        row = QualificationAnswer.objects.create(lead=lead, item=item, answer=said, note=kept, **signature(by, at))
        sheet = gate.judge(lead, at=at)
        told = {"item": item, "answer": said, "before": before.answer if before else "unknown", "bant": sheet.verdict.bant}
        events.record("lead.sheet_answered", told, by=by, at=at, lead=lead.id, account=lead.account_id, subject=row.id)
        audit.note("lead.sheet_answer", by=by, at=at, kind="lead", subject=lead.id, detail={"item": item, "answer": said})
    return sheet


def _settled(item: object, sheet: Sheet, said: str, note: str | None, before: QualificationAnswer | None) -> None:
    """A flag that is up comes down with a note alone, and not with the one it went up with. Raises ResolutionMissing."""
    told = (note or "").strip()
    if isinstance(item, Flag) and sheet.holds[item.item].answer == "yes" and said != "yes" and told in ("", before.note if before else ""):
        raise ResolutionMissing(f"“{item.title}” is up: say how it was settled, and it is closed.")


def _agrees(item: str, said: str, sheet: Sheet) -> None:
    """What people say agrees; what the data says steps aside. Raises Contradicts."""
    if said != "yes":
        return
    book = active().playbook
    true = {code for code, one in sheet.holds.items() if one.answer == "yes" and one.by_person and code != item}
    other = against(book, item, true)
    if other is not None:
        mine, theirs = (book.qualification.items[code].title for code in (item, other))
        raise Contradicts(f"“{mine}” and “{theirs}” cannot both be true. Answer “{theirs}” with no first, or leave this one.")


def qualify(lead: Lead, *, by: Actor, at: datetime) -> Lead:
    """Pass the gate. Effects: those of set_status into Qualified. Raises NotQualified, StatusNotNext."""
    return statuses.set_status(lead, QUALIFIED, by=by, at=at)


@phi.texts("reason", needed=("reason",))
def override(lead: Lead, *, reason: str, by: Actor, at: datetime) -> Lead:
    """Qualify a lead though its sheet does not: by a person who may, with the reason (QUAL-13).

    Effects: the status, a LeadStatusChange, a QualificationPass of the way override with what was missing, lead.qualified,
    an audit entry. Raises OverrideRefused (422), StatusNotNext.
    """
    if not by.is_human:
        raise OverrideRefused("Only a person qualifies a lead by hand.")
    if not reason.strip():
        raise OverrideRefused("Say why it is qualified all the same: the reason is kept and reported.", field="reason")
    with deed(by):
        lead = Lead.objects.select_for_update(of=("self",)).select_related("account__buying_unit").get(pk=lead.pk)
        move = statuses.move_to(lead, QUALIFIED)
        sheet = gate.judge(lead, at=at)
        if sheet.verdict.qualified:
            return statuses.set_status(lead, QUALIFIED, by=by, at=at)
        statuses.reach(lead, move, by=by, at=at, reason=reason)
        gate.keep_pass(lead, sheet, way="override", reason=reason.strip(), by=by, at=at)
        said = {"way": "override", "unmet": list(sheet.verdict.unmet), "reason": reason.strip()}
        events.record("lead.qualified", said, by=by, at=at, lead=lead.id, account=lead.account_id)
        told = {"way": "override", "unmet": said["unmet"]}
        audit.note("lead.qualify_by_hand", by=by, at=at, kind="lead", subject=lead.id, detail=told)
    return lead
