"""The journey of one lead through the seven hops of the house, each with its time (AUTO-18)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from rounds.access.scope import line_of, visible
from rounds.kit.scope import Scope
from rounds.models import (
    Assignment,
    AutomationRun,
    Event,
    Lead,
    LeadActivity,
    LeadStatusChange,
    Opportunity,
    PlaybookVersion,
    ScoreRecord,
)
from rounds.models.flow.active import active


@dataclass(frozen=True)
class Line:
    """One thing that happened within a hop."""

    says: str
    at: datetime | None = None
    by: str = ""
    url: str = ""


@dataclass(frozen=True)
class Hop:
    """`at` None: not reached. `since` is the hop before it that was."""

    code: str
    title: str
    at: datetime | None
    says: str
    lines: list[Line] = field(default_factory=list)
    since: datetime | None = None
    ms: float | None = None


def journey(lead: Lead, scope: Scope) -> list[Hop]:
    """The seven hops, in order. Eight queries however long the lead has been here."""
    events = list(Event.objects.filter(lead_id__in=line_of(lead)).order_by("at", "id")[:2000])
    deal = visible(Opportunity, scope).filter(lead=lead).first()
    hops = [_generation(lead, events), _scoring(lead, events), _routing(lead, events), _crm(lead, events, deal),
            _selling(lead, deal), _numbers(lead, deal), _better(lead)]  # fmt: skip
    return _timed(hops, events)


def _timed(hops: list[Hop], events: list[Event]) -> list[Hop]:
    """Each hop with the moment of the one before it, and the milliseconds it took inside the capture."""
    took = {hop["step"]: hop["ms"] for event in events if event.kind == "lead.captured" for hop in event.payload.get("hops", [])}
    named = {"generation": ("match",), "scoring": ("score",), "routing": ("territory", "segment", "route", "place")}
    before, found = None, []
    for hop in hops:
        ms = sum(took[step] for step in named.get(hop.code, ()) if step in took) or None
        found.append(Hop(hop.code, hop.title, hop.at, hop.says, hop.lines, before, ms))
        before = hop.at or before
    return found


def _of(events: Iterable[Event], *kinds: str) -> list[Event]:
    return [event for event in events if event.kind in kinds]


def _act(act: LeadActivity) -> Line:
    """An act in words: its kind, and what it was about where that says more."""
    kind = act.kind.replace("_", " ").capitalize()
    return Line(kind if act.subject in ("", kind) else f"{kind}: {act.subject}", act.happened_at, act.by_name)


def _generation(lead: Lead, events: list[Event]) -> Hop:
    touches = LeadActivity.objects.filter(lead=lead, withdrawn_at=None, machine="", direction="in").order_by("happened_at", "id")
    lines = [_act(act) for act in touches[:6]]
    came = _of(events, "lead.captured")
    by = came[0].by_name if came else ""
    return Hop("generation", "Lead generation", lead.captured_at, f"{lead.source or 'Source unknown'}{f', taken in by {by}' if by else ''}", lines)


def _scoring(lead: Lead, events: list[Event]) -> Hop:
    records = list(ScoreRecord.objects.filter(lead=lead, model="lead_fit").order_by("at", "id"))
    lines = [Line(f"{record.total}, {record.band}: {record.cause}", record.at, record.by_name) for record in records[-6:]]
    first = records[0].at if records else None
    return Hop("scoring", "Lead scoring", first, f"{lead.score_total} points, {lead.band}" if records else "Not scored yet", lines)


def _routing(lead: Lead, events: list[Event]) -> Hop:
    rows = list(Assignment.objects.filter(lead=lead).select_related("owner").order_by("at", "id"))
    lines = [Line(f"{row.owner.name if row.owner else f'Queue: {row.queue}'}, {row.cause.replace('_', ' ')}", row.at, row.by_name) for row in rows[-6:]]
    if not rows:
        lines = [Line(f"Given to {event.payload['owner_name'] or 'nobody'}", event.at, event.by_name) for event in _of(events, "lead.assigned")]
    says = lead.owner.name if lead.owner else f"Waits in the queue {lead.queue or 'of its territory'}"
    return Hop("routing", "Routing", lines[0].at if lines else None, says, lines)


def _crm(lead: Lead, events: list[Event], deal: Opportunity | None) -> Hop:
    moves = list(LeadStatusChange.objects.filter(lead=lead).order_by("at", "id"))
    lines = [Line(f"{row.was} → {row.now}" if row.was else row.now, row.at, row.by_name) for row in moves[-6:]]
    if deal is not None:
        lines.append(Line(f"Deal opened: {deal.name}", deal.opened_at, deal.by_name, f"/opportunities/{deal.id}/"))
    worked = next((row.at for row in moves if row.was), None)
    return Hop("crm", "CRM", worked, f"{lead.status}, BANT {lead.bant.replace('_', ' ')}", lines)


def _selling(lead: Lead, deal: Opportunity | None) -> Hop:
    runs = AutomationRun.objects.filter(lead_id=lead.id).order_by("-started_at")[:6]
    ours = LeadActivity.objects.filter(lead=lead, withdrawn_at=None, direction="out").order_by("happened_at", "id")
    acts = list(ours[:40])
    lines = [_act(act) for act in acts[-4:]]
    lines += [Line(f"{run.title}: {run.state}", run.started_at, "automatic", f"/automations/{run.automation}/") for run in reversed(runs)]
    says = f"Stage {deal.stage}" if deal else f"{len(acts)} of our acts so far" if acts else "Nobody has turned to it yet"
    return Hop("selling", "Sales process", acts[0].happened_at if acts else (deal.opened_at if deal else None), says, lines)


def _numbers(lead: Lead, deal: Opportunity | None) -> Hop:
    lines = [Line("Band by qualification", None, "", "/leads/matrix/")]
    if deal is not None:
        lines.append(Line("Opportunities", None, "", "/opportunities/?f="))
    return Hop("numbers", "Analytics", lead.scored_at, "Counted in the matrix" + (" and among the deals" if deal else ""), lines)


def _better(lead: Lead) -> Hop:
    versions = list(PlaybookVersion.objects.filter(at__gt=lead.captured_at).order_by("number")[:6])
    judged = list(ScoreRecord.objects.filter(lead=lead, model="lead_fit").order_by("at").values_list("playbook_hash", flat=True).distinct())
    lines = [Line(f"Playbook v{row.number}: {row.reason}", row.at, row.by_name, f"/playbook/versions/{row.number}/") for row in versions]
    says = f"Judged by {len(set(judged))} versions of the playbook" if len(set(judged)) > 1 else f"Judged by playbook v{active().number}; no change since it came"
    return Hop("better", "Optimisation", versions[0].at if versions else None, says, lines)
