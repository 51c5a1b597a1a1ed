"""The plan of a project while it runs: steps done, moved, added; every change of days is kept with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from rounds.actions.customers.implementations import ProjectRefused, opened, past, tell
from rounds.actions.deals.data_gate import need_baa
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Implementation, ProjectPhase, ProjectStep, Replan
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.implementation import plan as planning
from rounds.rules.implementation.slip import Bar, moved, slipped


class StepRefused(Refusal):
    """A step cannot be planned like this."""

    status = 422


@phi.texts("note")
def finish(step: ProjectStep, *, on: date, note: str = "", by: Actor, at: datetime) -> ProjectStep:
    """A step was done on a day. Milestones of a project are recorded where they belong: kickoff, first value, go-live.

    Effects: the step, a Replan where it pushes others, implementation.step_done, an audit entry. Raises ProjectOver,
    ProjectRefused (422), NoBaaInForce where patient data would move without an agreement.
    """
    from rounds.actions.customers import implementations

    past(on, at)
    ways = {"kickoff": lambda p: implementations.kick_off(p, on=on, by=by, at=at),
            planning.FIRST_VALUE: lambda p: implementations.reach_value(p, on=on, evidence=note, by=by, at=at),
            planning.GO_LIVE: lambda p: implementations.go_live(p, on=on, evidence=note, by=by, at=at)}  # fmt: skip
    with deed(by):
        project = opened(Implementation(pk=step.implementation_id))
        step = ProjectStep.objects.get(pk=step.pk)
        if step.done_on is None:
            if step.code in ways:
                ways[step.code](project)
            else:
                set_done(project, step, on=on, note=note, by=by, at=at)
        return ProjectStep.objects.get(pk=step.pk)


def set_done(project: Implementation, step: ProjectStep, *, on: date, note: str, by: Actor, at: datetime) -> None:
    """Write that a step was done and push what needs it. Effects: as finish."""
    if step.moves_patient_data:
        _need_baa(project, step, at)
    step.done_on, step.done_at, step.done_by, step.note = on, at, by.name, note.strip()[:2000]
    step.save(update_fields=["done_on", "done_at", "done_by", "note"])
    said = {"step": step.code, "title": step.title, "on": on.isoformat(), "late": step.days_late}
    tell("implementation.step_done", project, said, by=by, at=at)
    audit.note("implementation.step_done", by=by, at=at, kind="implementation", subject=project.id, detail={"step": step.code})
    if on > step.ends_on:
        _settle(project, _bars(project), cause="late", reason=f"{step.title} was done {(on - step.ends_on).days} days late", by=by, at=at)


def _need_baa(project: Implementation, step: ProjectStep, at: datetime) -> None:
    """Patient data moves under an agreement only. Where every contract of the project is without any, nothing is asked."""
    involved = list(project.deals.values_list("opportunity__phi_involved", flat=True))
    if not involved or any(involved):
        need_baa(project.customer.account, at, what=step.title.lower())


@phi.texts("reason")
def reopen(step: ProjectStep, *, reason: str = "", by: Actor, at: datetime) -> ProjectStep:
    """A step is to do again. Effects: it is open, implementation.step_reopened. Raises ProjectOver, StepRefused."""
    with deed(by):
        project = opened(Implementation(pk=step.implementation_id))
        step = ProjectStep.objects.get(pk=step.pk)
        if step.done_on is None:
            return step
        if step.milestone:
            raise StepRefused(f"“{step.title}” has happened and stays so.")
        step.done_on, step.done_at, step.done_by = None, None, ""
        step.save(update_fields=["done_on", "done_at", "done_by"])
        tell("implementation.step_reopened", project, {"step": step.code, "title": step.title}, by=by, at=at)
        audit.note("implementation.step_reopen", by=by, at=at, kind="implementation", subject=project.id, detail={"step": step.code})
    return step


@phi.texts("reason", needed=("reason",))
def move(step: ProjectStep, *, starts_on: date, ends_on: date, reason: str, by: Actor, at: datetime) -> ProjectStep:
    """Plan a step on other days; what needs it steps behind it.

    Effects: steps, phases and the end of the project, a Replan, implementation.replanned. Raises StepRefused (422).
    """
    with deed(by):
        project = opened(Implementation(pk=step.implementation_id))
        bars = _bars(project)
        before = bars[step.code]
        if before.done:
            raise StepRefused(f"“{step.title}” is done; its days stay.")
        if ends_on < starts_on:
            raise StepRefused("The last day is before the first.", field="ends_on")
        if not project.signed_on or abs((starts_on - project.signed_on).days) > 3650 or abs((ends_on - project.signed_on).days) > 3650:
            raise StepRefused("That day is too far away.", field="starts_on")
        for need in before.needs:
            other = bars.get(need)
            if other is not None and (other.done or other.ends) >= starts_on and not (before.milestone or other.milestone):
                raise StepRefused(f"It needs what ends on {other.done or other.ends}; begin later, or move that first.", field="starts_on")
        bars[step.code] = replace(before, starts=starts_on, ends=ends_on)
        _settle(project, bars, cause="moved", reason=_why(reason), by=by, at=at)
        return ProjectStep.objects.get(pk=step.pk)


@phi.texts("reason")
def move_kickoff(project: Implementation, *, on: date, reason: str = "", by: Actor, at: datetime) -> Implementation:
    """Begin on another day: whatever is not done moves by as many days. Effects: as move. Raises ProjectOver."""
    with deed(by):
        project = opened(project)
        by_days = on - project.kickoff_on
        if abs(by_days.days) > 3650:
            raise StepRefused("That day is too far away.", field="on")
        bars = {code: bar if bar.done else replace(bar, starts=bar.starts + by_days, ends=bar.ends + by_days)
                for code, bar in _bars(project).items()}  # fmt: skip
        project.kickoff_on = on
        project.save(update_fields=["kickoff_on"])
        _settle(project, bars, cause="kickoff", reason=reason, by=by, at=at)
    return project


@phi.texts("reason", needed=("reason",))
def change_length(project: Implementation, *, weeks: int, reason: str, by: Actor, at: datetime) -> Implementation:
    """Lay the template out anew over so many weeks; done steps and those of one's own stay. Raises LengthRefused, ProjectOver."""
    with deed(by):
        project = opened(project)
        fresh = {span.code: span for span in planning.plan(active().playbook, project.kickoff_on, weeks=weeks).steps}
        bars = {code: replace(bar, starts=fresh[code].starts, ends=fresh[code].ends) if code in fresh and not bar.done else bar
                for code, bar in _bars(project).items()}  # fmt: skip
        project.weeks = weeks
        project.save(update_fields=["weeks"])
        _settle(project, bars, cause="length", reason=_why(reason), by=by, at=at)
    return project


@phi.texts("reason", needed=("reason",))
def catch_up(project: Implementation, *, reason: str, by: Actor, at: datetime) -> Implementation:
    """What should have been done by now is planned to end today, and the rest behind it. Effects: as move."""
    today = house_day(at)
    with deed(by):
        project = opened(project)
        bars = {}
        for code, bar in _bars(project).items():
            late = timedelta(0) if bar.done else max(today - bar.ends, timedelta(0))
            bars[code] = replace(bar, starts=bar.starts + late if bar.milestone else bar.starts, ends=bar.ends + late)
        _settle(project, bars, cause="late", reason=_why(reason), by=by, at=at)
    return project


@phi.texts("title", needed=("title",))
def add(project: Implementation, phase: str, title: str, *, starts_on: date, ends_on: date, whose: str = "both", needs: Iterable[str] = (),
        by: Actor, at: datetime) -> ProjectStep:  # fmt: skip
    """Add a step of one's own to a phase. Effects: ProjectStep, as move. Raises StepRefused, PlanGoesInCircles."""
    if not title.strip():
        raise StepRefused("Say what is to be done.", field="title")
    if whose not in ("ours", "theirs", "both"):
        raise StepRefused("A step is ours, theirs, or both’s.", field="whose")
    if ends_on < starts_on:
        raise StepRefused("The last day is before the first.", field="ends_on")
    with deed(by):
        project = opened(project)
        row = ProjectPhase.objects.filter(implementation=project, code=phase).first()
        if row is None:
            raise StepRefused("Choose a phase of this project.", field="phase")
        known = list(ProjectStep.objects.filter(implementation=project).values_list("code", flat=True))
        needed = [code for code in needs if code in known]
        step = ProjectStep.objects.create(
            customer_id=project.customer_id, implementation=project, phase=row, code=_code(title, known), title=title.strip()[:200],
            position=len(known), whose=whose, needs=needed, starts_on=starts_on, ends_on=ends_on, planned_from=starts_on, planned_to=ends_on,
        )  # fmt: skip
        _settle(project, _bars(project), cause="added", reason=f"{step.title} was added", by=by, at=at)
        audit.note("implementation.step_add", by=by, at=at, kind="implementation", subject=project.id, detail={"step": step.code})
        return ProjectStep.objects.get(pk=step.pk)


def _code(title: str, known: Iterable[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:40] or "step"
    taken = set(known)
    return next(code for code in (stem, *(f"{stem}_{n}" for n in range(2, 1000))) if code not in taken)


def _why(reason: str) -> str:
    if not reason.strip():
        raise ProjectRefused("Say why the plan changes; it is kept with the old days.", field="reason")
    return reason.strip()[:1000]


def _bars(project: Implementation) -> dict[str, Bar]:
    rows = ProjectStep.objects.filter(implementation=project).order_by("position")
    return {row.code: Bar(row.code, row.starts_on, row.ends_on, tuple(row.needs), row.milestone, row.done_on) for row in rows}


def _settle(project: Implementation, bars: dict[str, Bar], *, cause: str, reason: str, by: Actor, at: datetime) -> None:
    """Write the plan that follows from `bars`. Effects: steps, phases, ends_on, a Replan and its event where days moved."""
    before, after = _bars(project), moved(bars.values())
    changed = {code: bar for code, bar in after.items() if (bar.starts, bar.ends) != (before[code].starts, before[code].ends)}
    steps = list(ProjectStep.objects.filter(implementation=project))
    for step in steps:
        if step.code in changed:
            step.starts_on, step.ends_on = changed[step.code].starts, changed[step.code].ends
    ProjectStep.objects.bulk_update([step for step in steps if step.code in changed], ["starts_on", "ends_on"])
    _phases(project, steps)
    was, project.ends_on, project.updated_at = project.ends_on, max(step.done_on or step.ends_on for step in steps), at
    project.save(update_fields=["ends_on", "updated_at"])
    if not changed:
        return
    told = {code: [d.isoformat() for d in (before[code].starts, before[code].ends, bar.starts, bar.ends)] for code, bar in changed.items()}
    Replan.objects.create(customer_id=project.customer_id, implementation=project, cause=cause, reason=reason, moved=told,
                          end_before=was, end_after=project.ends_on, **signature(by, at))  # fmt: skip
    said = {"name": project.name, "cause": cause, "reason": reason, "end_before": was.isoformat(), "end_after": project.ends_on.isoformat(),
            "moved": len(slipped(before, after))}  # fmt: skip
    tell("implementation.replanned", project, said, by=by, at=at)
    audit.note("implementation.replan", by=by, at=at, kind="implementation", subject=project.id, detail={"cause": cause, "moved": len(changed)})


def _phases(project: Implementation, steps: list[ProjectStep]) -> None:
    """A phase reaches from its first step to its last."""
    rows = list(ProjectPhase.objects.filter(implementation=project))
    for row in rows:
        mine = [step for step in steps if step.phase_id == row.pk]
        if mine:
            row.starts_on = min(step.starts_on for step in mine)
            row.ends_on = max(step.done_on or step.ends_on for step in mine)
    ProjectPhase.objects.bulk_update(rows, ["starts_on", "ends_on"])
