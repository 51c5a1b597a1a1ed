"""Competitors: the registry (COMPETE-01) and where they are met (COMPETE-05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError

from rounds.actions.deals.telling import DealRefused, locked, tell
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Competitor, CompetitorSource, Opportunity, OpportunityCompetitor
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

FIELDS = ("name", "kind", "website", "products", "segments", "ehr_partners", "pricing", "strengths", "weaknesses")
LISTS = ("products", "segments", "ehr_partners")
MOST = 40


class CompetitorRefused(Refusal):
    """The competitor cannot be kept like this."""

    status = 422


class NameTaken(Refusal):
    """A competitor of this name is there already."""

    field = "name"


@phi.texts("**", needed=("name",))
def add(*, by: Actor, at: datetime, **said: Any) -> Competitor:
    """Keep a competitor. Effects: Competitor, competitor.added, an audit entry. Raises CompetitorRefused, NameTaken."""
    fields = _checked(said)
    if not fields.get("name"):
        raise CompetitorRefused("Say what the competitor is called.", field="name")
    row = Competitor(**fields, updated_at=at, **signature(by, at))
    try:
        with deed(by):
            row.save(force_insert=True)
            events.record("competitor.added", {"name": row.name, "kind": row.kind}, by=by, at=at, subject=row.id)
            audit.note("competitor.add", by=by, at=at, kind="competitor", subject=row.id, detail={"name": row.name})
    except IntegrityError as error:
        raise NameTaken from error
    return row


@phi.texts("**")
def change(row: Competitor, *, by: Actor, at: datetime, **said: Any) -> Competitor:
    """Change what is known of a competitor. Effects: the row, competitor.changed, an audit entry; the same again: nothing."""
    fields = _checked(said)
    if "name" in fields and not fields["name"]:
        raise CompetitorRefused("A competitor has a name.", field="name")
    try:
        with deed(by):
            row = Competitor.objects.select_for_update().get(pk=row.pk)
            changed = {name: [getattr(row, name), value] for name, value in fields.items() if getattr(row, name) != value}
            if not changed:
                return row
            for name, (_, value) in changed.items():
                setattr(row, name, value)
            row.updated_at = at
            row.save(update_fields=[*changed, "updated_at"])
            events.record("competitor.changed", {"name": row.name, "changed": changed}, by=by, at=at, subject=row.id)
            audit.note("competitor.change", by=by, at=at, kind="competitor", subject=row.id, detail={"fields": sorted(changed)})
    except IntegrityError as error:
        raise NameTaken from error
    return row


def retire(row: Competitor, *, by: Actor, at: datetime) -> Competitor:
    """Take a competitor off the lists; the deals it was met in keep it. Effects: retired_at, competitor.retired, audit."""
    with deed(by):
        row = Competitor.objects.select_for_update().get(pk=row.pk)
        if row.retired_at is None:
            row.retired_at = row.updated_at = at
            row.save(update_fields=["retired_at", "updated_at"])
            events.record("competitor.retired", {"name": row.name}, by=by, at=at, subject=row.id)
            audit.note("competitor.retire", by=by, at=at, kind="competitor", subject=row.id)
    return row


@phi.texts("source", "says", "link")
def cite(row: Competitor, *, source: str, as_of: date, confidence: int, by: Actor, at: datetime, says: str = "", link: str = "") -> CompetitorSource:
    """Say where something about a competitor was read, when, and how sure that is (0 to 100).

    Effects: CompetitorSource, competitor.cited, an audit entry. Raises CompetitorRefused (422).
    """
    if not source.strip():
        raise CompetitorRefused("Say where it was read or heard.", field="source")
    if not 0 <= confidence <= 100:
        raise CompetitorRefused("How sure it is goes from 0 to 100.", field="confidence")
    if as_of > house_day(at):
        raise CompetitorRefused("A source is not of tomorrow.", field="as_of")
    if link and not link.startswith(("https://", "http://")):
        raise CompetitorRefused("A link begins with https://.", field="link")
    with deed(by):
        found = CompetitorSource.objects.create(competitor=row, source=source.strip()[:300], link=link.strip()[:500], as_of=as_of,
                                                confidence=confidence, says=says.strip()[:4000], **signature(by, at))  # fmt: skip
        events.record("competitor.cited", {"name": row.name, "source": found.source}, by=by, at=at, subject=row.id)
        audit.note("competitor.cite", by=by, at=at, kind="competitor", subject=row.id)
    return found


@phi.texts("note")
def meet(deal: Opportunity, competitor: Competitor, *, status: str, by: Actor, at: datetime, note: str = "", won: bool = False) -> OpportunityCompetitor:
    """Say that a competitor is met in a deal, and how it stands; `won` where it took the deal. Again changes what was said.

    Effects: OpportunityCompetitor, opportunity.competitor_met, an audit entry. Raises DealRefused (422).
    """
    known = [one.status for one in active().playbook.closing.competitors.statuses]
    if status not in known:
        raise DealRefused(f"A competitor is one of: {', '.join(known)}.", field="status")
    with deed(by):
        deal = locked(deal)
        row = OpportunityCompetitor.objects.filter(opportunity=deal, competitor=competitor).first()
        now = {"status": status, "note": note.strip()[:2000], "won": won}
        if row is not None and all(getattr(row, name) == value for name, value in now.items()):
            return row
        before = row.status if row else ""
        row = row or OpportunityCompetitor(opportunity=deal, competitor=competitor, **signature(by, at))
        for name, value in now.items():
            setattr(row, name, value)
        row.updated_at = at
        row.save()
        said = {"competitor": competitor.name, "before": before, "after": status, "won": won}
        tell("opportunity.competitor_met", deal, said, by=by, at=at, subject=row.id, detail={"competitor": str(competitor.id), "status": status})
    return row


def part(row: OpportunityCompetitor, *, by: Actor, at: datetime) -> None:
    """Take back that a competitor is met in a deal. Effects: the row goes (its history stays), opportunity.competitor_left."""
    with deed(by):
        deal = locked(row.opportunity)
        name = row.competitor.name
        row.delete()
        tell("opportunity.competitor_left", deal, {"competitor": name}, by=by, at=at, detail={})


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    """The fields, clean. Raises CompetitorRefused (422)."""
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name not in FIELDS:
            raise CompetitorRefused(f"A competitor has no “{name[:40]}”; it has: {', '.join(FIELDS)}.", field=name[:40])
        found[name] = _list(name, value) if name in LISTS else str(value or "").strip()[:4000]
    kinds = [one.kind for one in active().playbook.closing.competitors.kinds]
    if found.get("kind", kinds[0]) not in kinds:
        raise CompetitorRefused(f"A competitor is one of: {', '.join(kinds)}.", field="kind")
    if found.get("website") and not found["website"].startswith(("https://", "http://")):
        raise CompetitorRefused("A website begins with https://.", field="website")
    return found


def _list(name: str, value: Any) -> list[str]:
    """Names, each once: a list, or words with commas or lines between them."""
    parts: Sequence[str] = value.replace("\n", ",").split(",") if isinstance(value, str) else list(value or ())
    words = [str(part).strip()[:120] for part in parts if str(part).strip()]
    if len(words) > MOST:
        raise CompetitorRefused(f"Name at most {MOST}.", field=name)
    return list(dict.fromkeys(words))
