"""Checks of duplicates: floors fall, groups exist, no evidence counts twice."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles, floors_fall
from rounds.playbook.finding import Finding


def duplicate_findings(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "duplicates.yaml"), playbook.duplicates
    if not floors_fall([group.at_least for group in said.groups]):
        pad.error(("groups",), "The groups do not fall from the surest down.", "Give each a lower floor than the one before.")
    names = [group.group for group in said.groups]
    for name in doubles(names):
        pad.error(("groups",), f"The group {name} stands twice.", "Keep one of them.")
    if said.told_while_typing not in names:
        pad.error(("told_while_typing",), f"There is no group “{said.told_while_typing}”.", f"Choose from {', '.join(names)}.")
    for noun, compared in said.nouns.items():
        for field in doubles([evidence.field for evidence in compared.evidence]):
            pad.error(("nouns", noun, "evidence"), f"{field} counts twice.", "Write its evidence once.")
        best = 100 + sum(max(one.same, one.alike.most if one.alike else 0) for one in compared.evidence)
        if best < said.groups[0].at_least:
            pad.error(("nouns", noun), f"No pair of {compared.title.lower()} can reach {said.groups[0].title}.", "Lower the floor.")
    return pad.found
