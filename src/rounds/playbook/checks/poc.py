"""Checks of demonstrations and proofs of concept: phases without holes, types that are there, floors that fall."""

from __future__ import annotations

from itertools import pairwise

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding


def poc_findings(playbook: Playbook) -> list[Finding]:
    return _demos(playbook) + _plan(playbook) + _verdict(playbook) + _terms(playbook)


def _demos(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "demos.yaml"), playbook.demos
    groups = set(playbook.picklists.contact_role.groups)
    for code, kind in book.types.items():
        for group in kind.needs:
            if group not in groups:
                pad.error(("types", code, "needs"), f"There is no group of roles '{group}'.", f"Use: {', '.join(groups)}.")
    said = [*book.suggestion.by_group.values(), book.suggestion.otherwise]
    for code in [*said, book.programme.type]:
        if code not in book.types:
            pad.error(("suggestion",), f"There is no type of demo '{code}'.", f"Use: {', '.join(book.types)}.")
    for group in book.suggestion.by_group:
        if group not in groups:
            pad.error(("suggestion", "by_group"), f"There is no group of roles '{group}'.", f"Use: {', '.join(groups)}.")
    tasks = [task.code for task in book.preparation.tasks]
    for twice in doubles([*tasks, *(task.code for task in book.after.tasks), *(item.code for item in book.guide.items)]):
        pad.error(("preparation",), f"The code '{twice}' stands twice.", "Give each a code of its own.")
    for code in book.programme.needs_preparation:
        if code not in tasks:
            pad.error(("programme",), f"'{code}' is no preparation.", f"Use: {', '.join(tasks)}.")
    scale = book.feedback.scale
    if not scale.low < book.feedback.positive_mean <= scale.high:
        pad.error(("feedback", "positive_mean"), "The mean that counts as positive lies outside the scale.", "Choose one within it.")
    return pad.found


def _plan(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "poc/plan.yaml"), playbook.poc_plan
    weeks = book.weeks
    if not weeks.least <= weeks.standard <= weeks.typical_most <= weeks.stage_most:
        pad.error(("weeks",), "The weeks do not rise: least, standard, typical most, stage most.", "Put them in that order.")
    if book.phases[0].from_week != 1:
        pad.error(("phases",), "The phases do not begin with week 1.", "Begin with week 1; the last week is that of the template.")
    for one, other in pairwise(book.phases):
        if other.from_week != one.to_week + 1:
            pad.error(("phases",), f"Between {one.title} and {other.title} is a hole or an overlap.", "Begin where the other ends.")
    for place, phase in enumerate(book.phases):
        for step in phase.steps:
            if not phase.from_week <= step.week <= phase.to_week:
                pad.error(("phases", place), f"'{step.title}' lies outside of {phase.title}.", "Give it a week of its phase.")
    steps = [step for phase in book.phases for step in phase.steps]
    for twice in doubles([step.code for step in steps]):
        pad.error(("phases",), f"The step '{twice}' stands twice.", "Give each a code of its own.")
    for door in ("data", "readout"):
        if sum(step.door == door for step in steps) != 1:
            pad.error(("phases",), f"Exactly one step must open the door '{door}'.", "Mark one with door.")
    return pad.found


def _verdict(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "poc/verdict.yaml"), playbook.poc_verdict
    if not 0 < book.partial.value < book.success.value:
        pad.error(("partial",), "Partial must lie below success and above nothing.", "Choose a lower share for partial.")
    if not 0.5 <= book.confidence.value < 1:
        pad.error(("confidence",), "The confidence must be at least 0.5 and less than 1.", "Use 0.95.")
    if not book.sample.half_width_at_most > 0:
        pad.error(("sample",), "An interval without width needs endless cases.", "Use 0.5.")
    if set(book.kinds.titles) != set(book.kinds.least_n):
        pad.error(("kinds",), "Titles and smallest numbers name different kinds.", "Name the same in both.")
    return pad.found


def _terms(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "poc/terms.yaml"), playbook.poc_terms
    for code, severity in book.issues.severities.items():
        for to in severity.to:
            if to != "manager" and to.removeprefix("role:") not in playbook.access.roles:
                pad.error(("issues", "severities", code), f"'{to}' is nobody.", "Use manager, or role: and a role of access/roles.yaml.")
    if "extend" in book.decision.choices and not book.extension.most:
        pad.warn(("decision",), "The decision offers an extension, but none is allowed.", "Allow one, or leave it out.")
    return pad.found
