"""The plan of a proof of concept: dates of phases and steps from the kickoff (POC-02, POC-07, C-24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

from rounds.playbook import Playbook
from rounds.playbook.shapes.poc import PocPlan, Weeks
from rounds.rules.facts import Checker, day, whole

WEEK = 7


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the plan, done by the end of `due`."""

    code: str
    title: str
    phase: str
    due: date
    door: str


@dataclass(frozen=True, slots=True)
class Span:
    """A phase, from its first day to its last."""

    phase: str
    title: str
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of `weeks` weeks; `ends` is its last day."""

    weeks: int
    phases: tuple[Span, ...]
    steps: tuple[Step, ...]

    @property
    def begins(self) -> date:
        return self.phases[0].begins

    @property
    def ends(self) -> date:
        return self.phases[-1].ends


def plan(book: PocPlan, kickoff: date, weeks: int | None = None) -> Plan:
    """The plan of `weeks` weeks (None: the standard) from `kickoff`; shorter and longer ones keep the proportions."""
    weeks = weeks or book.weeks.standard
    last = book.phases[-1].to_week
    begins, spans, steps = kickoff, [], []
    for phase in book.phases:
        ends = kickoff + timedelta(days=_days(phase.to_week, weeks, last) - 1)
        spans.append(Span(phase.phase, phase.title, begins, ends))
        steps += [
            Step(step.code, step.title, phase.phase, kickoff + timedelta(days=_days(step.week, weeks, last) - 1), step.door)
            for step in phase.steps
        ]
        begins = ends + timedelta(days=1)
    return Plan(weeks, tuple(spans), tuple(steps))


def _days(week: int, weeks: int, last: int) -> int:
    """How many days of a plan of `weeks` weeks have passed at the end of `week` of the template: halves round up."""
    return (2 * week * WEEK * weeks + last) // (2 * last)


Alarm = Literal["long", "past_end", "past_typical", "past_stage"]
SAYS: Mapping[Alarm, str] = {
    "long": "planned for {weeks} weeks, more than the {typical} that are typical",
    "past_end": "past its planned end",
    "past_typical": "running for more than {typical} weeks",
    "past_stage": "running for more than {stage} weeks, the most of the stage",
}


def alarms(weeks: Weeks, *, kickoff: date, ends: date, today: date) -> list[Alarm]:
    """What to say of its length: of a plan that is long, and of one that runs over (POC-07). The worst last."""
    found: list[Alarm] = []
    if (ends - kickoff).days + 1 > weeks.typical_most * WEEK:
        found.append("long")
    if today > ends:
        found.append("past_end")
    days = (today - kickoff).days + 1
    if days > weeks.typical_most * WEEK:
        found.append("past_typical")
    if days > weeks.stage_most * WEEK:
        found.append("past_stage")
    return found


def alarm_words(weeks: Weeks, alarm: Alarm, *, planned: int) -> str:
    """An alarm as the rest of a sentence."""
    return SAYS[alarm].format(weeks=planned, typical=weeks.typical_most, stage=weeks.stage_most)


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    weeks = playbook.poc_plan.weeks
    days = {name: day(name) for name in ("kickoff_date", "today", "ends_on")}
    return Checker(playbook, days | {"weeks": whole("weeks", weeks.least, weeks.stage_most, "weeks")})



def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`kickoff_date`, `weeks` (the standard unless said), `ends_on` of one that was extended, `today` for the alarms."""
    facts, book = _checker(playbook)(given), playbook.poc_plan
    if "kickoff_date" not in facts:
        return {"phases": {}, "steps": [], "ends_on": None, "alarms": [], "missing": ["kickoff_date"], "lines": []}
    made = plan(book, facts["kickoff_date"], facts.get("weeks"))
    ends = facts.get("ends_on", made.ends)
    found = alarms(book.weeks, kickoff=made.begins, ends=ends, today=facts.get("today", made.begins))
    return {
        "phases": {span.phase: [span.begins.isoformat(), span.ends.isoformat()] for span in made.phases},
        "steps": [{"code": step.code, "phase": step.phase, "due_on": step.due.isoformat()} for step in made.steps],
        "weeks": made.weeks,
        "ends_on": ends.isoformat(),
        "alarms": list(found),
        "missing": [],
        "lines": [
            {"what": phase.phase, "level": None, "points": None, "source": phase.origin,
             "why": f"weeks {phase.from_week} to {phase.to_week} of {book.phases[-1].to_week}, in proportion to {made.weeks}"}
            for phase in book.phases
        ],
    }  # fmt: skip
