"""A lead's timeline: events in words, newest first, with what can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from rounds.access.fields import payload
from rounds.access.scope import line_of
from rounds.models import Event, Lead, LeadActivity
from rounds.models.leads.queues import queue_title
from rounds.web.desk import task_words
from rounds.web.leads import life_words
from rounds.web.reach import mail_words, meeting_words

ICONS = {
    "lead.captured": "inbox", "lead.changed": "pencil", "lead.assigned": "user-plus", "lead.answered": "message-square",
    "lead.queued": "list-end", "lead.accepted": "check", "lead.declined": "user-x",
    "lead.answer_withdrawn": "undo-2",
    **life_words.ICONS, "lead.scored": "chart-line", "lead.status_changed": "flag", "activity.logged": "phone", "activity.withdrawn": "undo-2",
    "lead.merged": "merge", "lead.unmerged": "split",
    **task_words.ICONS, **meeting_words.ICONS, **mail_words.ICONS,
}  # fmt: skip
ACTS = {"call": "phone", "email_open": "mail", "email_click": "mail", "executive_meeting": "users",
        "stakeholder_meeting": "users", "content_download": "download", "website_visit": "eye", "video_view": "video"}  # fmt: skip
KINDS = {"all": (), "activities": ("activity.logged", "activity.withdrawn", *meeting_words.SAYS, *mail_words.SAYS), "score": ("lead.scored", "lead.answered", "lead.answer_withdrawn"),
         "qualification": (*life_words.SAYS, "lead.status_changed"),
         "people": ("lead.assigned", "lead.queued", "lead.accepted", "lead.declined", "lead.status_changed", "lead.changed", "lead.captured")}  # fmt: skip
"""Filter → kinds of event; none = every kind."""


def timeline(lead: Lead, wanted: str, hidden: Collection[str] = (), *, most: int = 80) -> list[dict[str, Any]]:
    """At most `most` events of a lead, by when they happened. Two queries: the events, the activities they point at."""
    events = Event.objects.filter(lead_id__in=line_of(lead))
    if KINDS.get(wanted):
        events = events.filter(kind__in=KINDS[wanted])
    found = list(events.order_by("-at", "-id")[:most])
    acts = {str(act.id): act for act in LeadActivity.objects.filter(lead=lead)}
    # The act a mailbox brought is the mail itself, which is told already.
    twice = {key for key, act in acts.items() if (act.external_id or "").startswith(mail_words.BY_MAILBOX) and act.withdrawn_at is None}
    told = (event for event in found if not _told_already(event, twice))
    return sorted((_item(event, acts, hidden) for event in told), key=lambda item: item["at"], reverse=True)


def _told_already(event: Event, twice: set[str]) -> bool:
    """Whether another event of the same moment says it better: the mail of an act, the letter of a step, the
    act (once a day) of somebody who watched."""
    if event.kind == "content.viewed":
        return True
    if event.kind == "sequence.step_done":
        return event.payload.get("state") == "sent"
    return event.kind == "activity.logged" and event.payload.get("activity") in twice


def _item(event: Event, acts: dict[str, LeadActivity], hidden: Collection[str]) -> dict[str, Any]:
    said = payload(event.kind, event.payload, hidden)
    title, means = SAYS.get(event.kind, _plain)(said)
    icon = ICONS.get(event.kind, "circle-dot")
    act = acts.get(said.get("activity", "")) if event.kind == "activity.logged" else None
    if act is not None:
        icon = ACTS.get(act.kind, "circle-check")
        means = act.subject or act.body[:200] or means
    return {
        "icon": icon, "title": title, "means": means, "at": act.happened_at if act else event.at, "by": event.by_name,
        "machine": event.by_kind in ("system", "automation"),
        "activity": act if act is not None and act.withdrawn_at is None else None,
        "withdrawn": act is not None and act.withdrawn_at is not None,
    }  # fmt: skip


def _plain(said: dict[str, Any]) -> tuple[str, str]:
    return "Something happened", ""


def _captured(said: dict[str, Any]) -> tuple[str, str]:
    return "Lead captured", f"{said.get('source') or 'Source unknown'}; scored {said.get('score')}, {said.get('band')}"


def _changed(said: dict[str, Any]) -> tuple[str, str]:
    parts = [f"{name}: {_moved(before, after)}" for name, (before, after) in said["changed"].items()]
    return "Details changed", "; ".join(parts)[:300]


def _moved(before: Any, after: Any) -> str:
    """What became of a value; one that is kept sealed, or hidden, only changed."""
    if before == after:
        return before.lower() if isinstance(before, str) else "changed"
    return f"{before or 'empty'} → {after or 'empty'}"


def _assigned(said: dict[str, Any]) -> tuple[str, str]:
    return (f"Given to {said['owner_name']}" if said["owner_name"] else "Put back into the queue"), said.get("reason", "")


def _queued(said: dict[str, Any]) -> tuple[str, str]:
    return f"Waits: {queue_title(said['queue'])}", said["reason"]


def _accepted(said: dict[str, Any]) -> tuple[str, str]:
    return "Accepted", ""


def _declined(said: dict[str, Any]) -> tuple[str, str]:
    return "Declined", said["reason"]


def _answered(said: dict[str, Any]) -> tuple[str, str]:
    level = said["level"].replace("_", " ")
    heard = f"heard from {said['heard_from']}" if said.get("heard_from") else ""
    return f"{said['criterion'].replace('_', ' ').capitalize()}: {level}", said.get("reason") or heard


def _scored(said: dict[str, Any]) -> tuple[str, str]:
    before, now = said["before"], said["after"]
    moved = f"Scored {now}" if before is None else f"Score stays {now}" if before == now else f"Score {before} → {now}"
    band = said["band_after"].capitalize()
    if said["band_before"] and said["band_before"] != said["band_after"]:
        band = f"{said['band_before'].capitalize()} → {band}"
    return moved, f"{band}, because of: {said['cause']}"


def _status(said: dict[str, Any]) -> tuple[str, str]:
    return f"{said['before']} → {said['after']}", said.get("reason", "")


def _logged(said: dict[str, Any]) -> tuple[str, str]:
    return said["kind"].replace("_", " ").capitalize(), said.get("subject", "")


def _withdrawn(said: dict[str, Any]) -> tuple[str, str]:
    return f"{said['kind'].replace('_', ' ').capitalize()} taken back", said["reason"]


def _taken_back(said: dict[str, Any]) -> tuple[str, str]:
    return f"Answer taken back: {said['criterion'].replace('_', ' ')}", said["level"].replace("_", " ")


def _merged(said: dict[str, Any]) -> tuple[str, str]:
    return f"{said['other_name']} was merged into this one", f"{said['moved']} things came along"


def _unmerged(said: dict[str, Any]) -> tuple[str, str]:
    return f"The merge with {said['other_name']} was taken back", f"{said['left']} things stayed" if said["left"] else ""


def _released(said: dict[str, Any]) -> tuple[str, str]:
    whose = f" of {said['on_behalf_of']}" if said["on_behalf_of"] else ""
    return f"A text{whose} was let through after review", said["text"] or said["field"].replace("_", " ")


SAYS: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "lead.captured": _captured, "lead.changed": _changed, "lead.assigned": _assigned, "lead.answered": _answered,
    "lead.scored": _scored, "lead.status_changed": _status, "activity.logged": _logged, "activity.withdrawn": _withdrawn,
    "lead.queued": _queued, "lead.accepted": _accepted, "lead.declined": _declined,
    **life_words.SAYS, "lead.answer_withdrawn": _taken_back, "lead.merged": _merged, "lead.unmerged": _unmerged, "text.released": _released, **task_words.SAYS,
    **meeting_words.SAYS, **mail_words.SAYS,
}  # fmt: skip


def journey(lead: Lead) -> list[dict[str, Any]]:
    """The hops of the capture with their milliseconds."""
    first = Event.objects.filter(lead_id=lead.id, kind="lead.captured").order_by("at").first()
    return first.payload.get("hops", []) if first else []
