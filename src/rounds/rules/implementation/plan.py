"""The plan of an implementation: phases and steps with their days, for a chosen length (IMPL-01, 02; C-27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from rounds.kit.refusal import Refusal
from rounds.playbook import Playbook
from rounds.playbook.shapes.customers import ImplementationPlan, Step
from rounds.rules.facts import Checker, day, refuse, whole

FIRST_VALUE, GO_LIVE = "first_value", "go_live"
WEEK = 7


class LengthRefused(Refusal):
    """An implementation does not take so long."""

    status = 422
    field = "weeks"


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    code: str
    title: str
    starts: date
    ends: date
    phase: str = ""
    whose: str = "both"
    needs: tuple[str, ...] = ()
    milestone: bool = False
    baa: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`days_to_value`: from the start of the clock to the milestone of first value; None where the start is not known."""

    kickoff: date
    weeks: int
    ends: date
    phases: tuple[Span, ...]
    steps: tuple[Span, ...]
    clock: str
    days_to_value: int | None
    warnings: tuple[str, ...]


def plan(playbook: Playbook, kickoff: date, *, weeks: int | None = None, signed: date | None = None) -> Plan:
    """The template laid from `kickoff`, scaled to `weeks`. Raises LengthRefused."""
    book = playbook.implementation
    length = book.weeks.value if weeks is None else weeks
    if not book.weeks.least <= length <= book.weeks.most:
        raise LengthRefused(f"An implementation takes {book.weeks.least} to {book.weeks.most} weeks; choose a length between.")
    phases, steps = [], []
    for phase in book.phases:
        phases.append(Span(phase.phase, phase.title, *_days(book, kickoff, length, phase.weeks)))
        for step in phase.steps:
            steps.append(_step(book, kickoff, length, phase.phase, step))
    steps = _in_order(steps)
    ends = kickoff + timedelta(days=WEEK * length - 1)
    days = _to_value(playbook, kickoff, signed, {step.code: step for step in steps})
    return Plan(kickoff, length, ends, tuple(phases), tuple(steps), book.ttfv_start, days, _warnings(playbook, days))


def _days(book: ImplementationPlan, kickoff: date, length: int, weeks: tuple[int, int]) -> tuple[date, date]:
    """Week n of the template begins on day (n-1)*7; scaled days are whole: an early start, a late end."""
    first, last, of = weeks[0], weeks[1], book.weeks.template
    starts = (first - 1) * WEEK * length // of
    ends = -(-last * WEEK * length // of) - 1
    return kickoff + timedelta(days=starts), kickoff + timedelta(days=max(starts, ends))


def _step(book: ImplementationPlan, kickoff: date, length: int, phase: str, step: Step) -> Span:
    starts, ends = _days(book, kickoff, length, step.weeks)
    if step.milestone:
        starts = ends = starts if step.milestone == "start" else ends
    return Span(step.step, step.title, starts, ends, phase, step.whose, step.needs, bool(step.milestone), step.baa)


def _in_order(steps: list[Span]) -> list[Span]:
    """Scaling rounds outwards, so that a need may end on the day its successor begins: then it ends the day before."""
    from dataclasses import replace

    first: dict[str, date] = {}
    for step in steps:
        for code in step.needs:
            if not step.milestone:
                first[code] = min(first.get(code, step.starts), step.starts)
    return [
        replace(step, ends=first[step.code] - timedelta(days=1))
        if step.code in first and step.ends >= first[step.code] > step.starts and not step.milestone else step
        for step in steps
    ]  # fmt: skip


def _to_value(playbook: Playbook, kickoff: date, signed: date | None, steps: Mapping[str, Span]) -> int | None:
    start = {"signed": signed, "kickoff": kickoff, "golive": steps[GO_LIVE].starts}[playbook.implementation.ttfv_start]
    return None if start is None else (steps[FIRST_VALUE].starts - start).days


def _warnings(playbook: Playbook, days: int | None) -> tuple[str, ...]:
    metric, book = playbook.success.metrics["time_to_first_value"], playbook.implementation
    if days is None:
        return (f"The days to first value count from {_CLOCK[book.ttfv_start]}, which is not known yet.",)
    if days >= metric.target.exact:
        return (f"First value is planned {days} days after {_CLOCK[book.ttfv_start]}: the target of less than {metric.target.value} is missed by plan.",)
    return ()


_CLOCK = {"signed": "the signature", "kickoff": "the kickoff", "golive": "the go-live"}



@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    own = {"kickoff_date": day("kickoff_date"), "signed_date": day("signed_date"), "weeks": whole("weeks", 1, 104)}
    return Checker(playbook, own)


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`kickoff_date`, and if one likes `weeks` and `signed_date`."""
    facts = _checker(playbook)(given)
    if "kickoff_date" not in facts:
        return {"phases": {}, "steps": {}, "missing": ["kickoff_date"], "lines": []}
    try:
        found = plan(playbook, facts["kickoff_date"], weeks=facts.get("weeks"), signed=facts.get("signed_date"))
    except OverflowError:
        raise refuse("kickoff_date", "a day a plan can begin on", str(facts["kickoff_date"])) from None
    origin = {phase.phase: phase.origin for phase in playbook.implementation.phases}
    return {
        "phases": {span.code: [span.starts.isoformat(), span.ends.isoformat()] for span in found.phases},
        "steps": {span.code: [span.starts.isoformat(), span.ends.isoformat()] for span in found.steps},
        "weeks": found.weeks,
        "ends": found.ends.isoformat(),
        "ttfv_start": found.clock,
        "days_to_first_value": found.days_to_value,
        "warnings": list(found.warnings),
        "missing": [] if found.days_to_value is not None else ["signed_date"],
        "lines": [{"what": span.code, "level": None, "points": None, "why": f"{span.title}: {span.starts} to {span.ends}",
                   "source": origin[span.code]} for span in found.phases],
    }  # fmt: skip
