"""Checks of the deal room: an agenda that sums, roles that exist, a path that ends."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding


def room_findings(playbook: Playbook) -> list[Finding]:
    return _committee(playbook) + _discovery(playbook) + _path(playbook) + _challenges(playbook)


def _committee(playbook: Playbook) -> list[Finding]:
    pad, book, lists = Pad(playbook, "deals/committee.yaml"), playbook.committee, playbook.picklists
    known = [one.level for one in book.decision_levels.listed]
    for level in book.economic_buyer.levels:
        if level not in known:
            pad.error(("economic_buyer", "levels"), f"'{level}' is no decision level.", f"Use: {', '.join(known)}.")
    for role in book.economic_buyer.roles:
        if role not in lists.contact_role.values:
            pad.error(("economic_buyer", "roles"), f"'{role}' is no contact role.", "Use one of picklists.yaml › contact_role.")
    for stance in book.champion.stances:
        if stance not in lists.stance.values:
            pad.error(("champion", "stances"), f"'{stance}' is no stance.", f"Use: {', '.join(lists.stance.values)}.")
    if book.warnings.clinical_champion.group not in lists.contact_role.groups:
        pad.error(("warnings", "clinical_champion"), f"There is no role group '{book.warnings.clinical_champion.group}'.",
                  f"Use: {', '.join(lists.contact_role.groups)}.")  # fmt: skip
    if not any(not one.tiers for one in book.benchmarks.values()):
        pad.error(("benchmarks",), "Every benchmark is of some tier; accounts of no tier have none.", "Give one an empty list of tiers.")
    for name in ("all", "enterprise"):
        if name not in book.benchmarks:
            pad.error(("benchmarks",), f"The benchmark '{name}' is missing; a reading names it.", "Add it.")
    for name, one in book.benchmarks.items():
        if one.stakeholders[0] > one.stakeholders[1] or one.approvals[0] > one.approvals[1]:
            pad.error(("benchmarks", name), "A span runs backwards.", "Write the smaller number first.")
    for twice in doubles([*known, *(one.step for one in book.approvals.offered)]):
        pad.error(("approvals",), f"'{twice}' stands twice.", "Remove one.")
    return pad.found


def _discovery(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "deals/discovery.yaml"), playbook.discovery
    total = sum(one.minutes for one in book.sections)
    if total != book.minutes.value:
        pad.error(("sections",), f"The sections sum to {total} minutes, the call has {book.minutes.value}.", "Make them the same.")
    sections, records = [one.section for one in book.sections], [one.record for one in book.records]
    for twice in doubles([*sections]) + doubles(records):
        pad.error(("sections",), f"'{twice}' stands twice.", "Remove one.")
    if book.completes.sections_at_least > len(sections):
        pad.error(("completes",), f"A call has {len(sections)} sections only.", "Ask for fewer.")
    for place, one in enumerate(book.records):
        if one.section not in sections:
            pad.error(("records", place), f"There is no section '{one.section}'.", f"Use: {', '.join(sections)}.")
    for place, one in enumerate(book.interviews):
        for role in one.roles:
            if role not in playbook.picklists.contact_role.values:
                pad.error(("interviews", place), f"'{role}' is no contact role.", "Use one of picklists.yaml › contact_role.")
    for name in ("pains", "technical", "metrics"):
        for kind in getattr(book.evidence, name):
            if kind not in records:
                pad.error(("evidence", name), f"There is no record '{kind}'.", f"Use: {', '.join(records)}.")
    return pad.found


def _path(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "deals/path.yaml"), playbook.signing_path
    names: list[str] = []
    for place, one in enumerate(book.steps):
        for before in one.after:
            if before not in names:
                pad.error(("steps", place), f"'{one.step}' waits for '{before}', which does not stand above it.", "Put that step above.")
        names.append(one.step)
    for twice in doubles(names):
        pad.error(("steps",), f"The step '{twice}' stands twice.", "Remove one.")
    return pad.found


def _challenges(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "deals/challenges.yaml")
    for twice in doubles([one.tag for one in playbook.challenges.tags]):
        pad.error(("tags",), f"The tag '{twice}' stands twice.", "Remove one.")
    return pad.found
