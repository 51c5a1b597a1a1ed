"""Checks of reports: roles, permissions and segments that are there, no name twice, nothing empty."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding

LENGTH = {"week": 1, "month": 2, "quarter": 3, "year": 4}


def report_findings(playbook: Playbook) -> list[Finding]:
    pad, said, access = Pad(playbook, "numbers/reports.yaml"), playbook.reports, playbook.access
    for twice in doubles([one.report for one in said.reports]):
        pad.error(("reports",), f"The report '{twice}' stands twice.", "Rename one.")
    for place, one in enumerate(said.reports):
        here = ("reports", place)
        for role in one.roles:
            if role not in access.roles:
                pad.error(here, f"'{role}' is no role.", "Use one of access/roles.yaml.")
            elif one.needs and one.needs in access.permissions and one.needs not in access.roles[role].may:
                pad.error(here, f"{one.title} goes to the role '{role}', which may not read it.", f"Give the role {one.needs}, or take it off the list.")
        if one.needs and one.needs not in access.permissions:
            pad.error(here, f"'{one.needs}' is no permission.", "Use one of access/roles.yaml.")
        if not one.sections:
            pad.error(here, f"{one.title} says nothing.", "Give it sections, or remove it.")
        for twice in doubles([part.section for part in one.sections]):
            pad.error(here, f"{one.title} has the section '{twice}' twice.", "Rename one.")
        if LENGTH[one.period.partition("-")[2]] < LENGTH[one.when.every]:
            pad.warn(here, f"{one.title} is made every {one.when.every} and tells of a {one.period.partition('-')[2]}: some are never told of.", "Let it tell of a longer period.")
    segments = [one.segment for one in playbook.segments.segments]
    for place, one in enumerate(said.addressable):
        if one.segment not in segments:
            pad.error(("addressable", place), f"'{one.segment}' is no segment.", f"Use: {', '.join(segments)}.")
    for twice in doubles([one.segment for one in said.addressable]):
        pad.error(("addressable",), f"The segment '{twice}' stands twice.", "Remove one.")
    return [*pad.found, *_asked_for(playbook)]


def _asked_for(playbook: Playbook) -> list[Finding]:
    """Automations that ask for a report nobody makes."""
    found, known = [], [one.report for one in playbook.reports.reports]
    for code, automation in playbook.automations.items():
        pad = Pad(playbook, f"automations/{code}.yaml")
        for place, step in enumerate(automation.then):
            name = step.said.get("report")
            if step.do == "report.generate" and name and name not in known:
                pad.error(("then", place, "said"), f"There is no report '{name}'.", f"Use one of numbers/reports.yaml: {', '.join(known)}.")
        found += pad.found
    return found
