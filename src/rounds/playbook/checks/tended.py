"""Checks of channels, relationship strength and hygiene."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding

KNOWN = {
    "lead": ("no_next_step", "untouched_hot", "stale_answers", "nobody_owns", "no_state", "no_account"),
    "account": ("no_economic_buyer", "quiet_account", "no_state"),
    "contact": ("orphan", "no_role"),
    "opportunity": ("no_next_step", "late_next_step", "past_close", "no_close", "no_economic_buyer", "few_people", "stale_answers", "stalled"),
}
"""What can be looked for (models/leads/hygiene.py, models/deals/hygiene.py)."""


def tended_findings(playbook: Playbook) -> list[Finding]:
    return _engagement(playbook) + _relationships(playbook) + _hygiene(playbook)


def _engagement(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "leads/engagement.yaml"), playbook.engagement
    for place, channel in enumerate(book.channels.list):
        for kind in channel.kinds:
            if kind not in playbook.picklists.events.values:
                pad.error(("channels", "list", place), f"'{kind}' is no activity.", "Use one of picklists.yaml › events.")
        for source in channel.sources:
            if source not in playbook.picklists.lead_source.values:
                pad.error(("channels", "list", place), f"'{source}' is no lead source.", "Use one of picklists.yaml › lead_source.")
    kinds = [kind for channel in book.channels.list for kind in channel.kinds]
    for twice in doubles(kinds):
        pad.error(("channels",), f"'{twice}' is in two channels.", "Keep it in one.")
    for kind in playbook.picklists.events.values:
        if kind not in kinds:
            pad.warn(("channels",), f"The activity '{kind}' is in no channel and counts as other.", "Add it to one.")
    return pad.found


def _relationships(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "relationships.yaml"), playbook.relationships
    total = book.weights.recency + book.weights.frequency + book.weights.seniority + book.weights.reciprocity
    if total != 100:
        pad.error(("weights",), f"The weights sum to {total}, not to 100.", "Make them 100.")
    if book.recency.none_days <= book.recency.full_days:
        pad.error(("recency",), "A touch is worth nothing before it stops being worth all.", "Make none_days the larger one.")
    for kind in book.touches.kinds:
        if kind not in playbook.picklists.events.values:
            pad.error(("touches", "kinds"), f"'{kind}' is no activity.", "Use one of picklists.yaml › events.")
    return pad.found


def _hygiene(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "hygiene.yaml")
    for twice in doubles([f"{one.noun}.{one.check}" for one in playbook.hygiene.checks]):
        pad.error(("checks",), f"'{twice}' stands twice.", "Remove one.")
    for place, one in enumerate(playbook.hygiene.checks):
        if one.check not in KNOWN[one.noun]:
            pad.error(("checks", place), f"Nothing looks for '{one.check}' of a {one.noun}.", f"Use: {', '.join(KNOWN[one.noun])}.")
        for role in one.roles:
            if role not in playbook.picklists.contact_role.values:
                pad.error(("checks", place), f"'{role}' is no contact role.", "Use one of picklists.yaml › contact_role.")
    return pad.found
