"""Discovery: a call planned, noted while it runs, held; and what was found out (PIPE-23, PIPE-24)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rounds.actions.deals import stages
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Contact, DiscoveryCall, DiscoveryRecord, Opportunity
from rounds.models.base import signature
from rounds.models.flow.active import active

LONGEST = 20_000


class DiscoveryRefused(Refusal):
    """This cannot be written down like this."""

    status = 422


class CallOver(Refusal):
    """This call was called off; plan another one."""


def plan(deal: Opportunity, starts_at: datetime, *, by: Actor, at: datetime, people: Sequence[Contact] = ()) -> DiscoveryCall:
    """Plan a discovery call with the agenda of the playbook. Effects: DiscoveryCall, discovery.planned, an audit entry."""
    book = active().playbook.discovery
    agenda = [{"section": one.section, "title": one.title, "minutes": one.minutes, "ask": one.ask} for one in book.sections]
    with deed(by):
        row = DiscoveryCall.objects.create(opportunity=deal, starts_at=starts_at, agenda=agenda, people=[str(one.id) for one in people],
                                           updated_at=at, **signature(by, at))  # fmt: skip
        _tell(deal, "discovery.planned", {"starts_at": starts_at.isoformat(), "people": len(people)}, row, by=by, at=at)
        audit.note("discovery.plan", by=by, at=at, kind="opportunity", subject=deal.id)
    return row


def set_agenda(call: DiscoveryCall, minutes: dict[str, int], *, by: Actor, at: datetime) -> DiscoveryCall:
    """Give the sections of one call other times; together they stay as long as the call. Effects: the agenda, an audit
    entry. Raises DiscoveryRefused (422) naming the sum, CallOver (409)."""
    whole = active().playbook.discovery.minutes.value
    with deed(by):
        row = _open(call)
        agenda = [{**one, "minutes": minutes.get(one["section"], one["minutes"])} for one in row.agenda]
        if any(one["minutes"] < 0 for one in agenda):
            raise DiscoveryRefused("A section has no negative time.", field="minutes")
        if (total := sum(one["minutes"] for one in agenda)) != whole:
            side = f"{total - whole} too many" if total > whole else f"{whole - total} are left"
            raise DiscoveryRefused(f"The sections sum to {total} minutes, the call has {whole}: {side}.", field="minutes")
        if agenda != row.agenda:
            _write(row, at, agenda=agenda)
            audit.note("discovery.agenda", by=by, at=at, kind="opportunity", subject=row.opportunity_id)
    return row


@phi.texts("notes")
def note(call: DiscoveryCall, notes: dict[str, str], *, by: Actor, at: datetime, people: Sequence[Contact] | None = None,
         starts_at: datetime | None = None) -> DiscoveryCall:  # fmt: skip
    """Keep what was heard, section by section; a section that is not named stays. Effects: the notes, who was there,
    discovery.noted where something changed, an audit entry. Raises DiscoveryRefused (422), CallOver (409)."""
    with deed(by):
        row = _open(call)
        known = [one["section"] for one in row.agenda]
        if unknown := sorted(set(notes) - set(known)):
            raise DiscoveryRefused(f"The call has no section “{unknown[0]}”; it has {', '.join(known)}.", field="notes")
        kept = {**row.notes, **{name: text.strip()[:LONGEST] for name, text in notes.items()}}
        changed = [name for name in known if kept.get(name, "") != row.notes.get(name, "")]
        there = row.people if people is None else [str(one.id) for one in people]
        if not changed and there == row.people and starts_at in (None, row.starts_at):
            return row
        _write(row, at, notes=kept, people=there, starts_at=starts_at or row.starts_at)
        if changed:
            _tell(row.opportunity, "discovery.noted", {"sections": changed}, row, by=by, at=at)
        audit.note("discovery.note", by=by, at=at, kind="opportunity", subject=row.opportunity_id, detail={"sections": changed})
    return row


def complete(call: DiscoveryCall, *, by: Actor, at: datetime) -> DiscoveryCall:
    """Say that the call was held; one that is held stays so. It needs notes in as many sections as the playbook asks.

    Effects: held_at, discovery.completed on the deal, what that moves (stages.triggered), an audit entry. Raises
    DiscoveryRefused (422), CallOver (409).
    """
    need = active().playbook.discovery.completes.sections_at_least
    with deed(by):
        row = _open(call)
        if row.held_at is not None:
            return row
        filled = [one["section"] for one in row.agenda if row.notes.get(one["section"], "").strip()]
        if len(filled) < need:
            raise DiscoveryRefused(f"{len(filled)} of {len(row.agenda)} sections have notes; write down {need} before the call counts as held.", field="notes")
        _write(row, at, held_at=at, held_by_name=by.name)
        told = _tell(row.opportunity, "discovery.completed", {"sections": filled, "people": len(row.people)}, row, by=by, at=at)
        audit.note("discovery.complete", by=by, at=at, kind="opportunity", subject=row.opportunity_id)
        stages.triggered(row.opportunity, "discovery.completed", by=by, at=at, event=told)
    return row


@phi.texts("why", needed=("why",))
def drop(call: DiscoveryCall, *, why: str, by: Actor, at: datetime) -> DiscoveryCall:
    """Call it off, with the reason. Effects: dropped_at, discovery.dropped, an audit entry. Raises DiscoveryRefused."""
    if not why.strip():
        raise DiscoveryRefused("Say why it is called off.", field="why")
    with deed(by):
        row = DiscoveryCall.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=call.pk)
        if row.held_at is not None:
            raise DiscoveryRefused("This call was held; it cannot be called off.")
        if row.dropped_at is None:
            _write(row, at, dropped_at=at, dropped_why=why.strip()[:500])
            _tell(row.opportunity, "discovery.dropped", {"why": row.dropped_why}, row, by=by, at=at)
            audit.note("discovery.drop", by=by, at=at, kind="opportunity", subject=row.opportunity_id)
    return row


@phi.texts("text", "measure", "baseline", "target", needed=("text",))
def record(deal: Opportunity, kind: str, text: str, *, by: Actor, at: datetime, group: str = "", measure: str = "", baseline: str = "",
           target: str = "", contact: Contact | None = None, call: DiscoveryCall | None = None) -> DiscoveryRecord:  # fmt: skip
    """Write down one thing that was found out: a kind of the playbook, or an "interview" with its group.

    Effects: DiscoveryRecord, discovery.recorded, an audit entry. Raises DiscoveryRefused (422).
    """
    title = _title(kind, group)
    if not text.strip():
        raise DiscoveryRefused("Write down what was found out.", field="text")
    with deed(by):
        row = DiscoveryRecord.objects.create(
            opportunity=deal, kind=kind, group=group, text=text.strip()[:4000], measure=measure.strip()[:200], baseline=baseline.strip()[:200],
            target=target.strip()[:200], contact=contact, call=call, updated_at=at, **signature(by, at),
        )  # fmt: skip
        said = {"kind": kind, "title": title, "heard_from": contact.name if contact else ""}
        _tell(deal, "discovery.recorded", said, row, by=by, at=at)
        audit.note("discovery.record", by=by, at=at, kind="opportunity", subject=deal.id, detail={"kind": kind})
    return row


def _title(kind: str, group: str) -> str:
    book = active().playbook.discovery
    if kind == "interview":
        found = next((one for one in book.interviews if one.interview == group), None)
        if found is None:
            raise DiscoveryRefused(f"Say who was heard: one of {', '.join(one.interview for one in book.interviews)}.", field="group")
        return f"Interview: {found.title.lower()}"
    known = book.record(kind)
    if known is None:
        raise DiscoveryRefused(f"“{kind}” is nothing discovery writes down; use one of {', '.join(one.record for one in book.records)}.", field="kind")
    return known.title


def withdraw(row: DiscoveryRecord, *, by: Actor, at: datetime) -> DiscoveryRecord:
    """Take a record back; one that is stays so. Effects: withdrawn_at, discovery.withdrawn, an audit entry."""
    with deed(by):
        row = DiscoveryRecord.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=row.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at, row.updated_at = at, at
            row.save(update_fields=["withdrawn_at", "updated_at"])
            _tell(row.opportunity, "discovery.withdrawn", {"kind": row.kind, "title": _title(row.kind, row.group)}, row, by=by, at=at)
            audit.note("discovery.withdraw", by=by, at=at, kind="opportunity", subject=row.opportunity_id)
    return row


def _open(call: DiscoveryCall) -> DiscoveryCall:
    row = DiscoveryCall.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=call.pk)
    if row.dropped_at is not None:
        raise CallOver
    return row


def _write(row: DiscoveryCall, at: datetime, **said: Any) -> None:
    for name, value in said.items():
        setattr(row, name, value)
    row.updated_at = at
    row.save(update_fields=[*said, "updated_at"])


def _tell(deal: Opportunity, kind: str, said: dict[str, Any], row: Any, *, by: Actor, at: datetime):
    return events.record(kind, said, by=by, at=at, account=deal.account_id, opportunity=deal.id, subject=row.id)
