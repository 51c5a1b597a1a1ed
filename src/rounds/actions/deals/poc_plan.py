"""The plan of a running proof of concept: milestones, weekly reviews, and the tasks they ask for (POC-02, POC-06)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from rounds.actions.deals import poc_data
from rounds.actions.deals.below import add_task, finish_tasks, tell
from rounds.actions.deals.poc_given import PocNotThere, PocRefused, locked, moment
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Poc, PocMilestone, PocReview
from rounds.models.base import signature
from rounds.models.deals.poc_standing import week_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.poc.plan import Plan


def lay_out(poc: Poc, made: Plan, *, by: Actor, at: datetime) -> None:
    """The milestones of a plan, and the task of the first weekly review. Effects: PocMilestone rows, a task."""
    with deed(by):
        for one in made.steps:
            PocMilestone.objects.create(opportunity=poc.opportunity, poc=poc, code=one.code, title=one.title, phase=one.phase, due_on=one.due,
                                        door=one.door, **signature(by, at))  # fmt: skip
        ask_review(poc, by=by, at=at)


def ask_review(poc: Poc, *, by: Actor, at: datetime) -> bool:
    """The task of the next weekly review, once; whether it was missing. Effects: those of tasks.add."""
    week = next_week(poc)
    every = active().playbook.poc_terms.review.every_days
    due = poc.kickoff_on + timedelta(days=week * every - 1)
    if due > poc.ends_on and week > 1:
        return False
    task = add_task(poc.opportunity, f"Weekly review, week {week}: {poc.name}", key=f"poc_review:{poc.id}:{week}",
                    due_at=moment(due), owner=poc.lead, kind="meeting", by=by, at=at)  # fmt: skip
    return task.at == at


def next_week(poc: Poc) -> int:
    """The week whose review comes next."""
    last = PocReview.objects.filter(poc=poc).order_by("-week").values_list("week", flat=True).first()
    return (last or 0) + 1


@phi.texts("note", needed=("note",), written="at")
def review(poc: Poc, *, note: str, held_on: date | None = None, by: Actor, at: datetime) -> PocReview:
    """The weekly review was held. One of a week that was held already is kept beside it.

    Effects: PocReview, its task is done and the next one asked for, poc.reviewed, an audit entry. Raises PocRefused (422),
    PocNotThere (409).
    """
    if not note.strip():
        raise PocRefused("Say in a sentence what the review came to.", field="note")
    on = held_on or house_day(at)
    with deed(by):
        poc = locked(poc, "running", why="Reviews are held while it runs.")
        if not poc.kickoff_on <= on <= house_day(at):
            raise PocRefused("Choose a day between the kickoff and today.", field="held_on")
        week = week_of(poc, on)
        row = PocReview.objects.create(opportunity=poc.opportunity, poc=poc, week=week, held_on=on, note=note.strip()[:4000], **signature(by, at))
        finish_tasks([f"poc_review:{poc.id}:{one}" for one in range(1, week + 1)], outcome="Held", by=by, at=at)
        ask_review(poc, by=by, at=at)
        tell("poc.reviewed", poc, {"week": week}, by=by, at=at)
        audit.note("poc.review", by=by, at=at, kind="poc", subject=poc.id, detail={"week": week})
    return row


def finish(milestone: PocMilestone, *, by: Actor, at: datetime) -> PocMilestone:
    """A milestone is reached; one that is stays so. The one that opens the door of patient data asks for it first.

    Effects: done_at, its task is done, poc.milestone_done, an audit entry; of the data milestone those of start_data.
    Raises NoBaaInForce, PocNotThere (409).
    """
    with deed(by):
        poc = locked(milestone.poc, "running", why="Milestones are reached while it runs.")
        row = PocMilestone.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=milestone.pk)
        if row.done_at:
            return row
        if row.door == "readout":
            raise PocNotThere("The results are presented by holding the readout.")
        if row.door == "data":
            poc_data.start(poc, by=by, at=at)
        return close(row, by=by, at=at)


def close(row: PocMilestone, *, by: Actor, at: datetime) -> PocMilestone:
    """Effects: done_at, its task is done, poc.milestone_done, an audit entry."""
    with deed(by):
        row.done_at, row.done_name = at, by.name
        row.save(update_fields=["done_at", "done_name"])
        finish_tasks([milestone_key(row)], outcome="Reached", by=by, at=at)
        tell("poc.milestone_done", row, {"title": row.title, "phase": row.phase}, by=by, at=at)
        audit.note("poc.milestone", by=by, at=at, kind="poc", subject=row.poc_id, detail={"milestone": row.code})
    return row


def milestone_key(row: PocMilestone) -> str:
    return f"poc_milestone:{row.id}"

