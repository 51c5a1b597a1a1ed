"""Checks of the scorecard: lines that stand twice, groups and roles that do not exist."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding


def kpi_findings(playbook: Playbook) -> list[Finding]:
    pad, card = Pad(playbook, "numbers/kpis.yaml"), playbook.scorecard
    groups = {one.group for one in card.groups}
    for twice in doubles([one.kpi for one in card.kpis]):
        pad.error(("kpis",), f"{twice} stands twice.", "Rename or remove one.")
    for place, one in enumerate(card.kpis):
        if one.group not in groups:
            pad.error(("kpis", place), f"{one.kpi}: there is no group '{one.group}'.", f"Use: {', '.join(sorted(groups))}.")
        if one.owner not in playbook.access.roles:
            pad.error(("kpis", place), f"{one.kpi}: '{one.owner}' is no role.", "Use one of access/roles.yaml.")
        if one.part and not one.metric:
            pad.error(("kpis", place), f"{one.kpi}: only a metric has parts.", "Name its metric, or remove tier and band.")
        if one.tier is not None and one.band:
            pad.error(("kpis", place), f"{one.kpi} is of a tier and of a band at once.", "Keep one of the two.")
        if one.band and one.band not in playbook.roles.by_band.map:
            pad.error(("kpis", place), f"{one.kpi}: '{one.band}' is no band.", "Use one of routing/roles.yaml, by_band.")
        if one.change and one.waits_for:
            pad.error(("kpis", place), f"{one.kpi} waits for its records, and has a change to reach.", "Remove one of the two.")
    if card.change_as.value not in ("relative", "points"):
        pad.error(("change_as",), f"'{card.change_as.value}' is no way to count a change.", "Use: relative, points.")
    return pad.found
