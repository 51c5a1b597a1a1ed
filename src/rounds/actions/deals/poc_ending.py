"""The end of a proof of concept: results shown, signed off by the customer, decided upon; or abandoned (POC-04, PLUS-26)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from rounds.actions.deals import poc_converting, poc_data, poc_extending, poc_plan, stages
from rounds.actions.deals.below import add_task, finish_tasks, tell
from rounds.actions.deals.poc_given import PocNotThere, PocRefused, locked, moment, named, sign, step
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Contact, Poc, PocExtension, PocSigning, Task
from rounds.models.deals.poc_standing import stands
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.playbook import Playbook
from rounds.rules.business_days import business_days

BASIS = 10_000


def hold_readout(poc: Poc, *, on: date | None = None, by: Actor, at: datetime) -> Poc:
    """The results were presented: what the criteria come to stands now, and the decision is due.

    Effects: state readout, result, attained, decision_due_on, a PocStep, the milestone, a task for the decision,
    poc.readout_held, an audit entry. Raises PocRefused (422), PocNotThere (409).
    """
    on = on or house_day(at)
    with deed(by):
        poc = locked(poc, "running", why="Results are shown while it runs, once.")
        if not poc.kickoff_on <= on <= house_day(at):
            raise PocRefused("Choose a day between the kickoff and today.", field="on")
        verdict = stands(poc).verdict
        book = active().playbook
        poc.state, poc.readout_on, poc.result, poc.attained = "readout", on, verdict.result, int(verdict.attained * BASIS)
        poc.decision_due_on = _due(book, on)
        poc.save(update_fields=["state", "readout_on", "result", "attained", "decision_due_on"])
        step(poc, "readout", why=verdict.why, by=by, at=at)
        for row in poc.milestones.filter(door="readout", done_at=None).select_related("opportunity"):
            poc_plan.close(row, by=by, at=at)
        add_task(poc.opportunity, f"Decide: convert, extend once or stop: {poc.name}", key=_key(poc), due_at=moment(poc.decision_due_on),
                 owner=poc.lead, priority="high", by=by, at=at)  # fmt: skip
        said = {"name": poc.name, "result": poc.result, "attained": float(verdict.attained), "decision_due_on": poc.decision_due_on.isoformat()}
        tell("poc.readout_held", poc, said, by=by, at=at)
        audit.note("poc.hold_readout", by=by, at=at, kind="poc", subject=poc.id, detail={"result": poc.result})
    return poc


@phi.texts("note")
def sign_off(poc: Poc, signer: Contact, *, signed_on: date | None = None, note: str = "", by: Actor, at: datetime) -> Poc:
    """The customer put their name to the result. A success moves the deal; a partial result never does alone.

    Effects: a PocSigning, poc.succeeded or poc.fell_short, the stage of the deal for a success, an audit entry. Raises
    PocRefused, NotOfThisDeal (422), PocNotThere (409).
    """
    with deed(by):
        poc = locked(poc, "readout", why="The result is signed off once it was presented.")
        if signed_off(poc) is not None:
            return poc
        sign(poc, "result", signer, signed_on=signed_on, note=note, terms={"result": poc.result, "attained": poc.attained}, by=by, at=at)
        said = {"name": poc.name, "result": poc.result, "attained": (poc.attained or 0) / BASIS, "signed_by": named(signer)}
        won = poc.result == "success"
        event = tell("poc.succeeded" if won else "poc.fell_short", poc, said, by=by, at=at)
        if won:
            stages.triggered(poc.opportunity, "poc.succeeded", by=by, at=at, event=event)
        audit.note("poc.sign_off", by=by, at=at, kind="poc", subject=poc.id, detail={"result": poc.result})
    return poc


def signed_off(poc: Poc) -> PocSigning | None:
    """The customer's word on the readout that stands; one before an extension is another readout's."""
    if poc.readout_on is None:
        return None
    began = poc.steps.filter(state="readout").order_by("-at").values_list("at", flat=True).first()
    return PocSigning.objects.filter(poc=poc, what="result", at__gte=began).select_related("contact").order_by("-at").first()


@phi.texts("why")
def decide(poc: Poc, decision: str, *, why: str = "", weeks: int | None = None, by: Actor, at: datetime) -> Poc:
    """Convert, extend once, or stop, within the days the playbook gives after the readout. A roll-out plan the customer
    accepted stands.

    Effects: decision, a PocStep and ended_on (convert, stop), the draft of an implementation (convert), an extension asked
    for (extend), the clock of patient data, poc.decided, an audit entry. Raises PocRefused (422), PocNotThere (409).
    """
    book = active().playbook.poc_terms
    if decision not in book.decision.choices:
        raise PocRefused(f"Decide one of: {', '.join(book.decision.choices)}.", field="decision")
    if decision != "convert" and not why.strip():
        raise PocRefused("Say why.", field="why")
    with deed(by):
        poc = locked(poc, "readout", why="It is decided upon after the results were presented.")
        if decision == "convert" and signed_off(poc) is None:
            raise PocNotThere("The customer signs the result off first.")
        poc.decision = decision
        if decision == "extend":
            poc_extending.ask(poc, weeks=weeks or book.extension.longest_weeks, why=why, by=by, at=at)
            poc.save(update_fields=["decision"])
        else:
            if decision == "convert" and not poc_converting.accepted(poc):
                poc.conversion_plan = poc_converting.draft(poc, by=by, at=at).conversion_plan
            _end(poc, "ended", why or book.decision.choices[decision], by=by, at=at)
        finish_tasks([_key(poc)], outcome=book.decision.choices[decision], by=by, at=at)
        late = poc.decision_due_on is not None and house_day(at) > poc.decision_due_on
        tell("poc.decided", poc, {"name": poc.name, "decision": decision, "late": late}, by=by, at=at)
        audit.note("poc.decide", by=by, at=at, kind="poc", subject=poc.id, detail={"decision": decision, "late": late})
    return poc


@phi.texts("why", needed=("why",))
def abandon(poc: Poc, *, why: str, by: Actor, at: datetime) -> Poc:
    """Give it up, with the reason: no result. One that is over stays as it is.

    Effects: state abandoned, a PocStep, open extensions refused, its tasks dropped, the clock of patient data,
    poc.abandoned, an audit entry. Raises PocRefused (422).
    """
    if not why.strip():
        raise PocRefused("Say why it is given up; the reason is counted.", field="why")
    with deed(by):
        poc = locked(poc)
        if not poc.is_open:
            return poc
        _end(poc, "abandoned", why, by=by, at=at)
        tell("poc.abandoned", poc, {"name": poc.name, "why": why.strip()[:2000]}, by=by, at=at)
        audit.note("poc.abandon", by=by, at=at, kind="poc", subject=poc.id)
    return poc


def end_with_deal(poc: Poc, *, by: Actor, at: datetime) -> Poc:
    """The deal was won while it was open: it ends as converted, with the result it has; without one it is ended by the win
    and counts in no rate of successes.

    Effects: those of a decision to convert, but for the result.
    """
    with deed(by):
        poc = locked(poc)
        if not poc.is_open:
            return poc
        poc.decision = "convert"
        _end(poc, "ended", "The deal was won", by=by, at=at)
        tell("poc.decided", poc, {"name": poc.name, "decision": "convert", "late": False}, by=by, at=at)
        audit.note("poc.decide", by=by, at=at, kind="poc", subject=poc.id, detail={"decision": "convert"})
    return poc


def _end(poc: Poc, state: str, why: str, *, by: Actor, at: datetime) -> None:
    poc.state, poc.ended_on, poc.alarm = state, house_day(at), ""
    if state == "abandoned":
        poc.result, poc.attained, poc.decision = "", None, ""
    poc.save(update_fields=["state", "ended_on", "alarm", "result", "attained", "decision"])
    step(poc, state, why=why, by=by, at=at)
    PocExtension.objects.filter(poc=poc, answer="").update(answer="refused", answered_at=at, answer_note="The POC ended.")
    _drop_tasks(poc, by=by, at=at)
    poc_data.start_clock(poc, "poc_ended", poc.ended_on, by=by, at=at)


def _drop_tasks(poc: Poc, *, by: Actor, at: datetime) -> None:
    """What was still to be done for it: milestones, issues, reviews. The data clock's own task is made afterwards."""
    from rounds.actions.desk import tasks

    keys = [_key(poc), *(poc_plan.milestone_key(row) for row in poc.milestones.filter(done_at=None)),
            *(f"poc_issue:{key}" for key in poc.issues.filter(closed_at=None).values_list("id", flat=True)),
            *(f"poc_review:{poc.id}:{week}" for week in range(1, 60))]  # fmt: skip
    for task in Task.objects.filter(OPEN, key__in=keys):
        tasks.drop(task, why="The POC ended", by=by, at=at)


def _due(book: Playbook, on: date) -> date:
    """The last day of the decision."""
    clock = book.poc_terms.decision
    if clock.clock == "calendar":
        return on + timedelta(days=clock.days)
    start = moment(on)
    return business_days(book.calendar, start, clock.days, start.tzinfo).date()


def _key(poc: Poc) -> str:
    return f"poc_decision:{poc.id}"
