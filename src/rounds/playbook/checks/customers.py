"""Checks of the implementation plan, the success metrics and the health score."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles, floors_fall
from rounds.playbook.finding import Finding

STARTS = "first_value"
ENDS = "go_live"


def customer_findings(playbook: Playbook) -> list[Finding]:
    return _plan(playbook) + _success(playbook) + _health(playbook)


def _plan(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "implementation/plan.yaml"), playbook.implementation
    if not book.weeks.least <= book.weeks.value <= book.weeks.most:
        pad.error(("weeks",), "The length of a project is not between the least and the most.", "Put it between them.")
    every = [step.step for phase in book.phases for step in phase.steps]
    for twice in doubles([*every, *(phase.phase for phase in book.phases)]):
        pad.error(("phases",), f"'{twice}' stands twice.", "Give each phase and step a code of its own.")
    for code in (STARTS, ENDS):
        if code not in book.steps or not book.steps[code].milestone:
            pad.error(("phases",), f"There is no milestone '{code}'.", "Keep it: time to first value and the go-live are read from it.")
    for place, phase in enumerate(book.phases):
        if not 1 <= phase.weeks[0] <= phase.weeks[1] <= book.weeks.template:
            pad.error(("phases", place, "weeks"), f"Weeks {phase.weeks[0]} to {phase.weeks[1]} are not in a template of {book.weeks.template}.", "Correct them.")
        for at, step in enumerate(phase.steps):
            path = ("phases", place, "steps", at)
            if not phase.weeks[0] <= step.weeks[0] <= step.weeks[1] <= phase.weeks[1]:
                pad.error(path, f"'{step.title}' leaves the weeks of its phase.", "Move it, or make the phase longer.")
            for code in step.needs:
                _need(pad, path, playbook, step, code)
    if book.phases and max(phase.weeks[1] for phase in book.phases) != book.weeks.template:
        pad.warn(("weeks",), "No phase reaches the last week.", "Shorten the template, or move its last phase.")
    return pad.found


def _need(pad: Pad, path: tuple, playbook: Playbook, step, code: str) -> None:
    steps = playbook.implementation.steps
    if code not in steps:
        pad.error(path, f"'{step.title}' needs '{code}', which is no step.", "Name a step of this file.")
        return
    ends, begins = steps[code].weeks[1], step.weeks[0]
    late = ends > begins or (ends == begins and not _after(steps[code], step))
    if late and not (step.milestone == "end" and ends <= step.weeks[1]):
        pad.error(path, f"'{step.title}' begins before '{steps[code].title}', which it needs, has ended.", "Move one of them.")


def _after(first, then) -> bool:
    return first.milestone == "start" and then.weeks[0] >= first.weeks[0]


def _success(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "implementation/success.yaml"), playbook.success
    for code in ("time_to_first_value", "user_adoption", "uptime", "nps"):
        if code not in book.metrics:
            pad.error(("metrics",), f"The metric '{code}' is missing.", "Add it; its name is read by pages and evidence.")
    for code, metric in book.metrics.items():
        over = metric.amber.exact > metric.target.exact
        if metric.amber.exact != metric.target.exact and over != (metric.better == "less"):
            pad.error(("metrics", code, "amber"), f"Amber of {metric.title} lies on the good side of its target.", "Put it beyond the target.")
    if book.nps.detractor_to.value >= book.nps.promoter_from.value:
        pad.error(("nps",), "Somebody would be a promoter and a detractor at once.", "Let detractors end below promoters.")
    return pad.found


def _health(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "implementation/health.yaml"), playbook.health
    total = sum(part.weight for part in book.components.values())
    if total != 100:
        pad.error(("components",), f"The weights add up to {total}, not to 100.", "Change them so that they do.")
    if book.bands.watch >= book.bands.healthy:
        pad.error(("bands",), "'watch' begins at or above 'healthy'.", "Let it begin below.")
    for code, part in book.components.items():
        floors = [rung.at_least if rung.above is None else rung.above for rung in part.rungs]
        if not part.rungs or floors[-1] is not None or not floors_fall(floors):
            pad.error(("components", code, "rungs"), f"The rungs of {part.title} do not fall to an open last one.", "Order them from the top; leave the last open.")
        if max((rung.points for rung in part.rungs), default=0) != part.weight:
            pad.error(("components", code, "rungs"), f"The best rung of {part.title} is not worth its weight of {part.weight}.", "Make them equal.")
    return pad.found
