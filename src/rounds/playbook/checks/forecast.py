"""Checks of the forecast: points add up, every category has a share, P10 lies below P90."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, floors_fall
from rounds.playbook.finding import Finding

WHOLE = 100


def forecast_findings(playbook: Playbook) -> list[Finding]:
    pad, rule = Pad(playbook, "numbers/forecast.yaml"), playbook.forecast
    known = {one.category for one in playbook.closing.forecast.categories if not one.closed}
    for category in sorted(known - rule.categories.percent.keys()):
        pad.error(("categories", "percent"), f"The category {category} has no share.", "Say how much of a deal of it counts.")
    for category in sorted(rule.categories.percent.keys() - known):
        pad.error(("categories", "percent", category), f"{category} is no open forecast category.", "Use those of pipeline/closing.yaml.")
    if rule.range.low >= rule.range.high:
        pad.error(("range", "low"), "The low end of the range is not below the high one.", "Turn the two round.")
    elif round(rule.range.high - rule.range.low, 4) != rule.range.holds:
        pad.warn(("range", "holds"), "The ends of the range do not leave what is to hold between them.", "Use high − low.")
    parts = rule.confidence
    points = parts.age.points + parts.criteria.points + parts.people.points + parts.slips.points
    if points != WHOLE:
        pad.error(("confidence",), f"The points of a deal's confidence come to {points}, not to {WHOLE}.", "Let them come to 100.")
    if parts.people.champion + parts.people.buyer > parts.people.points:
        pad.error(("confidence", "people"), "Champion and buyer alone bring more than all people.", "Take less for them.")
    if not floors_fall([one.at_least for one in parts.bands]) or parts.bands[-1].at_least:
        pad.error(("confidence", "bands"), "The bands do not fall to 0.", "Write the highest first, the last from 0.")
    return pad.found
