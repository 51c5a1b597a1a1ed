"""The timeline of a deal as it is shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rounds.analytics.deals import timeline as deals
from rounds.models import Opportunity
from rounds.web.deals import timeline_words
from rounds.web.deals.panels import panels


def shown(request: HttpRequest, deal: Opportunity, *, most: int = deals.PAGE, only: str = "", after: str = "") -> dict[str, Any]:
    """A page of entries in words, the filters, and where the next page begins."""
    panels()  # each part of the page tells the words of its events as it is read
    wanted = only if only in deals.FILTERS else "all"
    url = f"/opportunities/{deal.id}/timeline/"
    found = deals.timeline(deal, request.scope, only=wanted, after=after, most=most)
    filters = [{"name": title, "url": url if code == "all" else f"{url}?only={code}", "current": code == wanted} for code, title in deals.TITLES.items()]
    return {"entries": [_entry(one) for one in found.entries], "filters": filters, "next": found.next, "only": wanted, "timeline_url": url}


def _entry(one: deals.Entry) -> dict[str, Any]:
    same = {"when": one.when, "by": one.by, "machine": one.machine}
    if one.activity is not None:
        act = one.activity
        who = f" with {act.contact.name}" if act.contact else ""
        return {**same, "icon": timeline_words.ACTS.get(act.kind, "circle-check"), "title": act.kind.replace("_", " ").capitalize() + who,
                "means": act.subject or act.body[:300], "text": act.body if act.subject else ""}  # fmt: skip
    title, means = timeline_words.words(one.event.kind, one.said or {})
    note = one.note
    if note is not None:
        title, means = ("Note, taken back", "") if note.withdrawn_at else ("Note", note.text)
    return {**same, "icon": timeline_words.icon(one.event.kind), "title": title, "means": means, "note": note if note and note.withdrawn_at is None else None}
