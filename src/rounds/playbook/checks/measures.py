"""Checks of numbers: targets that cannot be met or stand twice, dashboards that are not what 003 asks for."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding

READINGS = {
    "won_by": ("count", "value"),
    "cycle_from": ("lead", "deal"),
    "coverage_of": ("remaining", "full_quota"),
}
"""Choice → its readings."""
TESTS = ("amount", "close", "next_step", "age", "bant")
"""What a deal's quality can be tested by (analytics/metrics/pipeline_quality.py)."""


def measure_findings(playbook: Playbook) -> list[Finding]:
    return _measures(playbook) + _targets(playbook) + _dashboards(playbook)


def _measures(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "numbers/metrics.yaml"), playbook.measures
    for name, readings in READINGS.items():
        if getattr(book, name).value not in readings:
            pad.error((name,), f"'{getattr(book, name).value}' is no reading of it.", f"Use: {', '.join(readings)}.")
    for one in book.quality.tests:
        if one not in TESTS:
            pad.error(("quality", "tests"), f"Nothing tests a deal for '{one}'.", f"Use: {', '.join(TESTS)}.")
    for name in ("outreach", "meetings", "executive", "content", "events"):
        for kind in getattr(book.acts, name):
            if kind not in playbook.picklists.events.values:
                pad.error(("acts", name), f"'{kind}' is no activity.", "Use one of picklists.yaml › events.")
    for twice in doubles([*book.acts.outreach, *book.acts.meetings]):
        pad.error(("acts",), f"'{twice}' is outreach and a meeting at once.", "Keep it in one of the two.")
    for kind in book.acts.executive:
        if kind not in book.acts.meetings:
            pad.error(("acts", "executive"), f"'{kind}' is no meeting.", "Put it under meetings too, or take it out here.")
    for kind in book.goals:
        if kind not in playbook.picklists.events.values:
            pad.error(("goals", kind), f"'{kind}' is no activity.", "Use one of picklists.yaml › events.")
    for twice in doubles([one.step for one in book.funnel]):
        pad.error(("funnel",), f"The step '{twice}' stands twice.", "Remove one.")
    if not 50 <= book.confidence.percent < 100:
        pad.error(("confidence",), "An interval of this confidence says nothing.", "Use 50 to 99 percent.")
    return pad.found


def _targets(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "numbers/targets.yaml")
    for place, one in enumerate(playbook.targets.targets):
        if one.low is not None and one.high is not None and one.low > one.high:
            pad.error(("targets", place), f"{one.kpi}: low is above high, so that nothing is ever met.", "Exchange the two.")
        if one.beyond and one.comparator != "between":
            pad.error(("targets", place), f"{one.kpi}: only a range has something beyond it.", "Remove beyond, or give low and high.")
    for twice in doubles([f"{one.kpi} of {one.metric} from {one.since or 'the start'}" for one in playbook.targets.targets]):
        pad.error(("targets",), f"The target {twice} stands twice.", "Give the later one its date in since, or remove one.")
    return pad.found


def _dashboards(playbook: Playbook) -> list[Finding]:
    pad, roles = Pad(playbook, "numbers/dashboards.yaml"), playbook.access.roles
    for twice in doubles([one.dashboard for one in playbook.dashboards.dashboards]):
        pad.error(("dashboards",), f"The dashboard '{twice}' stands twice.", "Rename one.")
    for place, one in enumerate(playbook.dashboards.dashboards):
        for role in one.roles:
            if role not in roles:
                pad.error(("dashboards", place), f"'{role}' is no role.", "Use one of access/roles.yaml.")
        for twice in doubles([f"{tile.metric} {tile.shown} {tile.by}".strip() for tile in one.tiles]):
            pad.warn(("dashboards", place), f"{one.title} shows '{twice}' twice.", "Remove one.")
        for twice in doubles(one.each):
            pad.warn(("dashboards", place, "each"), f"{one.title} tells '{twice}' of each rep twice.", "Remove one.")
        if not one.tiles:
            pad.error(("dashboards", place), f"{one.title} shows nothing.", "Give it tiles, or remove it.")
    return pad.found
