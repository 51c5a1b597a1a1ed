"""Checks of keeping: nobody keeps evidence shorter than the law asks, and no check that matters is switched off."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding

MUST_STOP = ("encryption_at_rest", "encryption_in_transit", "audit_chain", "audit_reads", "baa_coverage")
"""While one of these fails the house is not compliant (PLUS-33); a company cannot decide otherwise."""


def keeping_findings(playbook: Playbook) -> list[Finding]:
    return [*_retention(playbook), *_agreements(playbook), *_checks(playbook)]


def _retention(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "trust/retention.yaml"), playbook.retention
    owner: dict[str, str] = {}
    for code, rule in said.rules.items():
        at = ("rules", code)
        floor = getattr(said.floors, rule.class_, None)
        if floor and rule.happens != "keep" and rule.of and rule.in_months < floor.months:
            pad.error((*at, "months"), f"{rule.title} would go after {rule.months or rule.days} {'months' if rule.months else 'days'}; "
                      f"the floor is {floor.months} months ({floor.origin}).", "Raise it; the database would refuse anyway.")  # fmt: skip
        if rule.class_ == "evidence" and rule.happens == "delete":
            pad.error((*at, "happens"), f"{rule.title} is evidence and leaves a certificate.", "Write drop_entries or keep.")
        if rule.class_ != "evidence" and rule.happens == "drop_entries":
            pad.error((*at, "happens"), f"{rule.title} is no evidence.", "Write delete or keep.")
        if rule.of and rule.happens != "keep" and not rule.counted_from:
            pad.error(at, f"{rule.title}: nothing says since when it is counted.", "Name the columns in counted_from.")
        for name in rule.of:
            if name in owner:
                pad.error((*at, "of"), f"{name} has two rules: {owner[name]} and {code}.", "Keep it in one of them.")
            owner[name] = code
    return pad.found


def _agreements(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "trust/agreements.yaml"), playbook.agreements
    for name, ahead in (("told_before", said.told_before), ("baa_told_before", said.baa_told_before)):
        if list(ahead.days) != sorted(set(ahead.days), reverse=True):
            pad.error((name, "days"), "The days must fall, each named once.", "Write the longest first, as in [180, 90, 30].")
    for name in doubles([one.element for one in said.elements.required]):
        pad.error(("elements", "required"), f"The element {name} is named twice.", "Name it once.")
    service = said.doors.get("clinical_service")
    if service is not None and service.closes:
        pad.error(("doors", "clinical_service", "closes"), "A live clinical service would stop with an agreement.",
                  "Write closes: false: patients are treated with it; the officer is told instead (PLUS-27).")  # fmt: skip
    for code, law in said.breach.states.items():
        if law.days > said.breach.federal.days:
            pad.note(("breach", "states", code), f"{code} gives {law.days} days, federal law {said.breach.federal.days}: it never rules.")
    try:
        ZoneInfo(said.zone)
    except (OSError, ValueError):
        pad.error(("zone",), f"“{said.zone}” is no time zone.", "Write one such as America/New_York.")
    return pad.found


def _checks(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "trust/checks.yaml"), playbook.checks
    for code in MUST_STOP:
        check = said.checks.get(code)
        if check is None:
            pad.error(("checks",), f"The check {code} is missing.", "Put it back: it cannot be left out (PLUS-33).")
        elif not check.stops or check.severity != "critical":
            pad.error(("checks", code), f"{check.title} must be critical and stop.", "Write severity: critical and stops: true.")
    for code, check in said.checks.items():
        if check.group not in said.groups:
            pad.error(("checks", code, "group"), f"'{check.group}' is no group.", f"Choose from {', '.join(said.groups)}.")
    return pad.found
