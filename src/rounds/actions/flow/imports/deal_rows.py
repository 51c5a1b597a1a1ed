"""Many deals in one transaction: rows, the entry of the stage they came in, quiet events; changes and their way back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.actions.flow import events, staged
from rounds.actions.flow.imports.comparing import Row, changes_of, columns_of, put, standing
from rounds.actions.flow.imports.people import default_owner, team_of
from rounds.actions.flow.imports.work import Work, moment_of
from rounds.kit.ids import new_id
from rounds.models import Account, Event, Opportunity, StageEntry
from rounds.models.base import signature

NAMES = (
    "id", "name", "account_id", "buying_unit_id", "contact_id", "owner_id", "team_id", "territory", "stage", "process", "stage_since",
    "process_since", "opened_at", "closed_at", "amount_cents", "amount_company_cents", "amount_from", "term_months", "close_on",
    "forecast_category", "next_step", "next_step_due", "source", "lost_reason", "lost_note", "external_id",
)  # fmt: skip
ENTRY = ("id", "opportunity_id", "was", "now", "process_was", "process_now", "way", "entered_at", "amount_cents")
IMPORTED = "imported"
"""The way of an entry that says only where a deal stood when it came in: not how it got there. A history that is imported
afterwards tells that, and is read in its place."""
OWN = ("stage_since", "opened_at")
"""What a row says of the beginning of a deal, and changes none that stands."""


def add(work: Work, rows: list[Row], at: datetime) -> None:
    """Write new deals as one set. Effects: Opportunity, a StageEntry each (imported), the quiet event opportunity.opened."""
    places = {one.id: one for one in Account.objects.filter(pk__in={row.account for row in rows}).only(
        "id", "buying_unit_id", "owner_id", "team_id", "territory")}  # fmt: skip
    rows = [row for row in rows if row.account in places]
    if not rows:
        return
    for row in rows:
        row.made, row.outcome = new_id(), "new"
    made = [_columns(work, row, places[row.account], at) for row in rows]
    same = {**signature(work.by, at), "updated_at": at, "currency": work.book.closing.currencies.company}
    staged.pour(Opportunity, NAMES, [tuple(one[name] for name in NAMES) for one in made], same)
    entries = ((new_id(), one["id"], "", one["stage"], "", one["process"], IMPORTED, one["stage_since"], one["amount_cents"]) for one in made)
    staged.pour(StageEntry, ENTRY, entries, {**signature(work.by, at), "cause": "import", "playbook_hash": work.now.hash})
    told = ((new_id(), one["account_id"], one["id"], json.dumps({"name": one["name"], "stage": one["stage"], "lead": None})) for one in made)
    staged.pour(Event, ("id", "account_id", "subject_id", "payload"), told,
                {**signature(work.by, at), "kind": "opportunity.opened", "batch_id": work.of.id, "quiet": True})  # fmt: skip


def _columns(work: Work, row: Row, account: Account, at: datetime) -> dict[str, Any]:
    said, book = row.said, work.book
    stage = said.get("stage") or book.stages.open[0]
    ends, owner = book.stages.by_code[stage].end, said["owner"] if "owner" in said else default_owner(work) or account.owner_id
    opened = moment_of(said.get("opened_at")) or at
    since = max(opened, moment_of(said.get("stage_since")) or (_closed(said, opened, at) if ends else opened))
    amount = said.get("amount_cents")
    return {
        "id": row.made, "name": said["name"], "account_id": account.id, "buying_unit_id": account.buying_unit_id or account.id,
        "contact_id": row.contact, "owner_id": owner, "team_id": team_of(work, owner) or account.team_id, "territory": account.territory,
        "stage": stage, "process": book.stages.process_of(stage) or book.stages.process_of(book.stages.open[0]), "stage_since": since,
        "process_since": since, "opened_at": opened, "closed_at": since if ends else None, "amount_cents": amount,
        "amount_company_cents": amount, "amount_from": "hand" if amount is not None else "", "term_months": said.get("term_months"),
        "close_on": said.get("close_on"), "forecast_category": book.closing.forecast.from_stage[stage], "next_step": said.get("next_step", ""),
        "next_step_due": said.get("next_step_due"), "source": said.get("source", ""), "lost_note": said.get("lost_note", ""),
        "lost_reason": said.get("lost_reason", "") if ends == "lost" else "", "external_id": row.external or None,
    }  # fmt: skip


def _closed(said: Mapping[str, Any], opened: datetime, at: datetime) -> datetime:
    """When a closed deal was closed: at noon of its close date, never later than now."""
    found = moment_of(f"{said['close_on']}T12:00:00+00:00") if said.get("close_on") else None
    return min(at, found) if found else opened


def moved_here(deals: Collection[UUID]) -> set[UUID]:
    """Those of `deals` whose stage somebody moved here: no file moves them any more."""
    return set(StageEntry.objects.filter(opportunity__in=list(deals)).exclude(cause="import").values_list("opportunity_id", flat=True))


def of_standing(said: Mapping[str, Any], deal: Opportunity, moved: Collection[UUID]) -> dict[str, Any]:
    """What a row says that may change a deal that stands."""
    left = {*OWN, *(("stage",) if deal.id in moved else ())}
    return {name: value for name, value in said.items() if name not in left}


def change(work: Work, rows: list[Row], at: datetime) -> None:
    """Bring standing deals up to date, looked at anew under a lock. Effects: rows, StageEntry (import) where the stage went on
    elsewhere, the quiet event opportunity.changed; nothing where nothing differs any more."""
    there = {one.id: one for one in Opportunity.objects.select_for_update(of=("self",)).filter(pk__in=[row.target for row in rows])}
    moved, changed = moved_here(there), []
    for row in rows:
        deal = there.get(row.target)
        if deal is None:
            row.outcome, row.says = "refused", "The deal is gone, or not yours any more."
            continue
        changes, _ = changes_of(work, deal, of_standing(row.said, deal, moved))
        row.outcome = "update" if changes else "same"
        if changes:
            since = moment_of(row.said.get("stage_since")) or (_closed(row.said, at, at) if "stage" in changes else at)
            row.before = _written(work, deal, changes, since, at)
            changed.append((deal, row.before))
    _save(work, changed, at)


def _written(work: Work, deal: Opportunity, changes: dict[str, list[Any]], since: datetime, at: datetime) -> dict[str, list[Any]]:
    for name, (_, after) in changes.items():
        put(deal, name, after)
    if "owner" in changes:
        deal.team_id = team_of(work, changes["owner"][1]) or deal.team_id
    if "amount_cents" in changes:
        deal.amount_company_cents, deal.amount_from = deal.amount_cents, "hand" if deal.amount_cents is not None else ""
    if "stage" in changes:
        _stands(work, deal, changes["stage"][0], since)
    deal.updated_at = at
    return changes


def _stands(work: Work, deal: Opportunity, was: str, since: datetime) -> None:
    book = work.book
    deal.process = book.stages.process_of(deal.stage) or deal.process
    deal.stage_since = deal.process_since = since
    ends = bool(book.stages.by_code[deal.stage].end)
    deal.closed_at, deal.closed_from = (since, was) if ends else (None, "")
    deal.forecast_category, deal.forecast_by_hand = book.closing.forecast.from_stage[deal.stage], False


FOLLOW = {"owner": ["team"], "amount_cents": ["amount_company_cents", "amount_from"],
          "stage": ["process", "stage_since", "process_since", "closed_at", "closed_from", "forecast_category", "forecast_by_hand"]}  # fmt: skip


def _save(work: Work, changed: Iterable[tuple[Opportunity, dict[str, list[Any]]]], at: datetime) -> None:
    who = signature(work.by, at)
    for deal, before in changed:
        fields = columns_of(list(before))
        deal.save(update_fields=[*fields, *(name for field in fields for name in FOLLOW.get(field, ())), "updated_at"])
        if "stage" in before:
            StageEntry.objects.create(
                opportunity=deal, was=before["stage"][0], now=deal.stage, process_was=work.book.stages.process_of(before["stage"][0]) or "",
                process_now=deal.process, way=IMPORTED, cause="import", entered_at=deal.stage_since, amount_cents=deal.amount_cents,
                playbook_hash=work.now.hash, **who,
            )  # fmt: skip
        events.record("opportunity.changed", {"changed": before, "reason": f"imported: {work.of.name}"[:500]}, by=work.by, at=at,
                      account=deal.account_id, subject=deal.id, batch=work.of.id, quiet=True)  # fmt: skip


def put_back(work: Work, rows: list[Row], at: datetime) -> tuple[int, int]:
    """Put back what was changed, where it still says what the import wrote; (fields put back, fields left)."""
    there = {one.id: one for one in Opportunity.objects.select_for_update(of=("self",)).filter(pk__in=[row.target for row in rows])}
    back, left, changed = 0, 0, []
    for row in rows:
        deal, was = there.get(row.target), {}
        for name, (before, after) in (row.before or {}).items():
            if deal is None or standing(deal, name) != after:
                left += 1
            else:
                was[name] = [after, before]
        if was:
            back += len(was)
            changed.append((deal, _written(work, deal, was, at, at)))
    _save(work, changed, at)
    return back, left
