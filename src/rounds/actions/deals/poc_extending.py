"""More time for a proof of concept: asked for, granted by somebody else, as often as the playbook allows (PLUS-26)."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.deals.below import manager_of, tell
from rounds.actions.deals.poc_given import PocNotThere, PocRefused, locked, step
from rounds.actions.desk.notifications import notify
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Poc, PocExtension, PocMilestone, User
from rounds.models.base import signature
from rounds.models.flow.active import active


@phi.texts("why", needed=("why",))
def ask(poc: Poc, *, weeks: int, why: str, by: Actor, at: datetime) -> PocExtension:
    """Ask for so many weeks more; one that waits for its answer is answered.

    Effects: PocExtension, a notice to the manager, poc.extension_asked, an audit entry. Raises PocRefused (422),
    PocNotThere (409) where no further one is allowed.
    """
    book = active().playbook.poc_terms.extension
    if not 1 <= weeks <= book.longest_weeks:
        raise PocRefused(f"An extension takes 1 to {book.longest_weeks} weeks.", field="weeks")
    if not why.strip():
        raise PocRefused("Say what more time will show.", field="why")
    with deed(by):
        poc = locked(poc, "running", "readout", why="Only a running POC is extended.")
        there = PocExtension.objects.filter(poc=poc, answer="").first()
        if there is not None:
            return there
        need_room(poc)
        number = PocExtension.objects.filter(poc=poc).count() + 1
        row = PocExtension.objects.create(opportunity=poc.opportunity, poc=poc, number=number, weeks=weeks, why=why.strip()[:2000],
                                          **signature(by, at))  # fmt: skip
        manager = manager_of(poc.lead) or manager_of(poc.opportunity.owner)
        if manager is not None and manager.pk != by.id:
            notify([manager], kind="approval.asked", title=f"{poc.name}: {weeks} weeks more?", url=f"/pocs/{poc.id}/#time",
                   account=poc.opportunity.account_id, subject=row.id, by=by, at=at)  # fmt: skip
        tell("poc.extension_asked", poc, {"name": poc.name, "number": number, "weeks": weeks, "why": row.why}, by=by, at=at)
        audit.note("poc.ask_extension", by=by, at=at, kind="poc", subject=poc.id, detail={"weeks": weeks})
    return row


def need_room(poc: Poc) -> None:
    """Raises PocNotThere (409) where the playbook allows no further extension."""
    most = active().playbook.poc_terms.extension.most
    if PocExtension.objects.filter(poc=poc, answer="granted").count() >= most:
        raise PocNotThere(f"It was extended {'once' if most == 1 else f'{most} times'} already; decide to convert or to stop.")


@phi.texts("note")
def answer(row: PocExtension, *, granted: bool, note: str = "", by: Actor, at: datetime) -> PocExtension:
    """Grant more time, or refuse it: somebody else than whoever asked. One that is answered stays so.

    Effects: the answer; granted: the end moves, one that waits for the decision runs again, and what is left of the plan
    moves along; poc.extended or poc.extension_refused, an audit entry. Raises PocRefused (422), PocNotThere (409).
    """
    if not by.is_human:
        raise PocRefused("Only a person grants more time.")
    if by.id == row.by_id:
        raise PocRefused("Somebody else than whoever asked grants it.")
    with deed(by):
        poc = locked(row.poc, "running", "readout", why="There is nothing left to extend.")
        row = PocExtension.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=row.pk)
        if row.answer:
            return row
        row.answer, row.answered_at, row.answer_note = "granted" if granted else "refused", at, note.strip()[:2000]
        row.answered_by = User.objects.filter(pk=by.id).first()
        if granted:
            need_room(poc)
            _lengthen(poc, row.weeks, row.why, by=by, at=at)
        row.ends_on = poc.ends_on
        row.save(update_fields=["answer", "answered_at", "answer_note", "answered_by", "ends_on"])
        said = {"name": poc.name, "number": row.number, "weeks": row.weeks, "note": row.answer_note, "ends_on": poc.ends_on.isoformat()}
        tell("poc.extended" if granted else "poc.extension_refused", poc, said, by=by, at=at)
        audit.note("poc.answer_extension", by=by, at=at, kind="poc", subject=poc.id, detail={"granted": granted})
    return row


def _lengthen(poc: Poc, weeks: int, why: str, *, by: Actor, at: datetime) -> None:
    more = timedelta(weeks=weeks)
    was = poc.state
    poc.ends_on, poc.alarm, poc.state = poc.ends_on + more, "", "running"
    poc.result, poc.attained, poc.decision, poc.readout_on, poc.decision_due_on = "", None, "", None, None
    poc.save(update_fields=["ends_on", "alarm", "state", "result", "attained", "decision", "readout_on", "decision_due_on"])
    if was != "running":
        step(poc, "running", why=f"Extended: {why}", by=by, at=at)
        PocMilestone.objects.filter(poc=poc, door="readout").update(done_at=None, done_name="")
    for row in PocMilestone.objects.filter(poc=poc, done_at=None):
        row.due_on += more
        row.save(update_fields=["due_on"])
