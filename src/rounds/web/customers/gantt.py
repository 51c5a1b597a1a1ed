"""The plan of a project as rows: each step with its days and a bar on one scale, so that the picture is its own table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rounds.models import Implementation, ProjectPhase, ProjectStep

WHOSE = {"ours": "We", "theirs": "Customer", "both": "Both"}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A row's bar in percent of the whole time; `was_*` is the first plan where it differs."""

    x: str
    width: str
    was_x: str
    was_width: str
    moved: bool
    state: str
    """done, late, now, next."""


@dataclass(frozen=True, slots=True)
class Row:
    step: ProjectStep
    drawn: Drawn
    whose: str
    needs: list[str]
    late: int
    words: str


def scale(project: Implementation, phases: list[ProjectPhase], steps: list[ProjectStep]) -> tuple[date, date]:
    """The first and the last day of the picture: of every plan there was."""
    first = min([project.kickoff_on, *(one.planned_from for one in phases), *(one.starts_on for one in steps)])
    last = max([project.ends_on, project.planned_to, *(one.ends_on for one in steps)])
    return first, last


def gantt(project: Implementation, today: date, whose: Mapping[str, str] = WHOSE) -> dict[str, Any]:
    """Phases with their rows, the months, where today is; `whose` names the sides. Two queries."""
    phases = list(ProjectPhase.objects.filter(implementation=project).order_by("position"))
    steps = list(ProjectStep.objects.filter(implementation=project).order_by("phase__position", "starts_on", "position"))
    first, last = scale(project, phases, steps)
    days = (last - first).days + 1
    titles = {step.code: step.title for step in steps}

    def at(day: date) -> float:
        return 100 * (day - first).days / days

    def drawn(starts: date, ends: date, was_from: date, was_to: date, state: str) -> Drawn:
        def part(a: date, b: date) -> tuple[str, str]:
            return f"{at(a):.2f}%", f"{100 * ((b - a).days + 1) / days:.2f}%"

        return Drawn(*part(starts, max(ends, starts)), *part(was_from, was_to), (starts, ends) != (was_from, was_to), state)

    groups = []
    for phase in phases:
        mine = [step for step in steps if step.phase_id == phase.pk]
        done = sum(step.done_on is not None for step in mine)
        bar = drawn(phase.starts_on, phase.ends_on, phase.planned_from, phase.planned_to, "done" if done == len(mine) else "next")
        groups.append({"phase": phase, "drawn": bar, "done": done, "of": len(mine), "rows": [_row(step, titles, today, drawn, whose) for step in mine]})
    return {"groups": groups, "months": _months(first, last, at), "today": f"{at(today):.2f}%" if first <= today <= last else "", "first": first, "last": last}


def _row(step: ProjectStep, titles: dict[str, str], today: date, drawn: Any, whose: Mapping[str, str]) -> Row:
    ends = step.done_on or step.ends_on
    late = (today - step.ends_on).days if step.done_on is None and step.ends_on < today else 0
    state = "done" if step.done_on else "late" if late else "now" if step.starts_on <= today else "next"
    slip = (ends - step.planned_to).days
    words = f"{step.title}: {step.starts_on:%d %b} to {ends:%d %b}, " + {"done": "done", "late": f"{late} days overdue", "now": "under way", "next": "to come"}[state]
    if slip:
        words += f", {abs(slip)} days {'later' if slip > 0 else 'earlier'} than first planned"
    starts = ends if step.milestone else min(step.starts_on, ends)
    was = step.planned_to if step.milestone else step.planned_from
    bar = drawn(starts, ends, was, step.planned_to, state)
    return Row(step, bar, whose.get(step.whose, step.whose), [titles[code] for code in step.needs if code in titles], late, words)


def _months(first: date, last: date, at: Any) -> list[dict[str, str]]:
    """Where each month begins, with its name."""
    found, day = [], first.replace(day=1)
    while day <= last:
        if day >= first:
            found.append({"x": f"{at(day):.2f}%", "word": f"{day:%b}" if day.month > 1 else f"{day:%b %Y}"})
        day = (day + timedelta(days=32)).replace(day=1)
    if (last - first).days > 400:  # every other month, so that the names stand apart
        found = found[::2]
    return found


def standing_words(project: Implementation, rows: list[dict[str, Any]], today: date) -> str:
    """The project in one sentence: the page's title."""
    if project.stopped_at:
        return f"Stopped: {project.stopped_why}" if project.stopped_why else "Stopped"
    if project.completed_at:
        return "Complete"
    late = [row for group in rows for row in group["rows"] if row.late]
    slip = (project.ends_on - project.planned_to).days
    end = f"done by {project.ends_on:%-d %b %Y}"
    if project.live_on:
        live, to_do = f"Live since {project.live_on:%-d %b %Y}", any(row.step.done_on is None for group in rows for row in group["rows"])
        return f"{live}, {len(late)} step{'s' if len(late) > 1 else ''} overdue" if late else f"{live}, {end}" if to_do else live
    if late:
        return f"{len(late)} step{'s' if len(late) > 1 else ''} overdue, {end}"
    if slip > 0:
        return f"{slip} days behind the first plan, {end}"
    return f"On plan, {end}" if project.kickoff_held_at else f"Kickoff on {project.kickoff_on:%-d %b %Y}, {end}"
