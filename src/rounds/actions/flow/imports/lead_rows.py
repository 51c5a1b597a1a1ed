"""Thousands of leads in one transaction: rows, first statuses, verdicts, quiet events; changes and their way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import events, staged
from rounds.actions.flow.imports import guard, lead_owners
from rounds.actions.flow.imports.comparing import Row, changes_of, columns_of, put, standing
from rounds.actions.flow.imports.judging import COLUMNS, RECORDED, Judge, Shape, Verdict
from rounds.actions.flow.imports.lead_owners import Draft
from rounds.actions.flow.imports.people import default_owner, team_of
from rounds.actions.flow.imports.work import Work, moment_of
from rounds.actions.leads.scoring import rescore
from rounds.kit import keys
from rounds.kit.ids import new_id
from rounds.kit.written import as_json
from rounds.models import Answer, Lead, LeadStatusChange, ScoreRecord
from rounds.models.base import signature
from rounds.models.flow.kinds import shaped_text
from rounds.models.sealed import about
from rounds.rules import own_fields, titles

NAMES = (
    "id", "name", "email", "phone", "phone_index", "title", "role", "seniority", "organization", "state", "source", "message",
    "hand_raise", "status", "facts", "custom", "external_id", "account_id", "buying_unit_id", "owner_id", "team_id", "queue",
    "captured_at", *COLUMNS,
)  # fmt: skip
TAKEN = "Another lead has this external id; nothing was written over it."
RESCORED = {"facts", "state", "source"}
PLACED = tuple(COLUMNS.index(name) for name in ("territory", "segment", "driving_band", "score_total"))
PHONE = Lead._meta.get_field("phone_index")


def add(work: Work, rows: list[Row], at: datetime) -> None:
    """Write new leads as one set. Effects: Lead, LeadStatusChange, Answer, two ScoreRecords and an Assignment a lead, the quiet
    events lead.captured, lead.scored and lead.assigned or lead.queued, texts held for review."""
    if not rows:
        return
    judge, waiting, verdicts = _judge(work, at), [], []
    judge.meet(row.account for row in rows)
    for row in rows:
        row.made = new_id()
        for name, text in guard.taken_out(row.said).items():
            waiting.append((row.made, name, text, row.said["held"][name]))
        said = row.said
        said["state"] = said.get("state") or judge.state_of(row.account)
        verdicts.append(judge.verdict(row.account, said["state"], said.get("source", ""), said.get("facts", {}), said.get("answers", {})))
    same = {"scored_at": at, "playbook_hash": work.now.hash, "updated_at": at}
    leads = [_draft(work, judge, row, verdict, at) for row, verdict in zip(rows, verdicts, strict=True)]
    chosen = lead_owners.choose(work, leads, at=at)
    cells = (_cells(work, row, lead, verdict) for row, lead, verdict in zip(rows, leads, verdicts, strict=True))
    if staged.pour(Lead, NAMES, cells, same, unless="external_id") < len(rows):
        rows, verdicts, waiting = _without_taken(rows, verdicts, waiting)
    _beside(work, rows, verdicts, at)
    lead_owners.keep(work, chosen, leads, {row.made for row in rows}, by=work.by, at=at)
    guard.keep(work, "lead", waiting, by=work.by, at=at)
    for row in rows:
        row.outcome = "new"


def _judge(work: Work, at: datetime) -> Judge:
    """The judge of this import; anew where the playbook changed."""
    held = work.memory.get("judge")
    if held is None or held.now.hash != work.now.hash:
        held = work.memory["judge"] = Judge(work.now, at)
    return held


def _draft(work: Work, judge: Judge, row: Row, verdict: Verdict, at: datetime) -> Draft:
    """What routing asks of a lead that is not written yet; its owner where the file or the plan names one."""
    said = row.said
    owner = said.get("owner") if "owner" in said else default_owner(work)
    return Draft(
        row.made, *[verdict.columns[place] for place in PLACED], row.account, said.get("hand_raise", False), said.get("email", ""),
        said.get("facts", {}), said["state"], UUID(owner) if owner else None, team_of(work, owner), name=said["name"],
        status=said.get("status") or "New", buying_unit_id=judge.unit_of(row.account), captured_at=moment_of(said.get("captured_at")) or at,
    )  # fmt: skip


def _cells(work: Work, row: Row, lead: Draft, verdict: Verdict) -> tuple[Any, ...]:
    said = row.said
    role, phone = _role(work, said.get("title", "")), said.get("phone", "")
    return (
        lead.id, lead.name, lead.email, keys.ring().seal(phone, about(Lead, "phone", lead.id)) if phone else "", PHONE.blind(Lead, phone),
        said.get("title", ""), role[0], role[1], said.get("organization", ""), lead.state, said.get("source", ""),
        said.get("message", ""), lead.hand_raise, lead.status, as_json(lead.facts), as_json(own_fields.kept(work.book, "lead", {}, said.get("custom", {}))),
        row.external or None, lead.account_id, lead.buying_unit_id, lead.owner_id, lead.team_id, lead.queue, lead.captured_at, *verdict.columns,
    )  # fmt: skip


def _role(work: Work, title: str) -> tuple[str, str]:
    known = work.memory.setdefault("roles", {})
    if title not in known:
        found = titles.role_of(work.book, title)
        known[title] = (found.role or "", found.seniority or "")
    return known[title]


def _without_taken(rows: list[Row], verdicts: list[Verdict], waiting: list) -> tuple[list[Row], list[Verdict], list]:
    """Without the rows whose external id another lead had, seen or not."""
    with sight(EVERYTHING):
        there = set(Lead.objects.filter(pk__in=[row.made for row in rows]).values_list("pk", flat=True))
    for row in rows:
        if row.made not in there:
            row.outcome, row.says, row.made = "refused", TAKEN, None
    kept = [(row, verdict) for row, verdict in zip(rows, verdicts, strict=True) if row.made is not None]
    return [row for row, _ in kept], [verdict for _, verdict in kept], [one for one in waiting if one[0] in there]


def _beside(work: Work, rows: list[Row], verdicts: list[Verdict], at: datetime) -> None:
    who = signature(work.by, at)
    statuses = ((new_id(), row.made, was, now, when) for row in rows for was, now, when in _statuses(row, at))
    staged.pour(LeadStatusChange, ("id", "lead_id", "was", "now", "at"), statuses, {**who, "reason": "imported"})
    records = ((new_id(), row.made, *record) for row, verdict in zip(rows, verdicts, strict=True) for record in verdict.records)
    staged.pour(ScoreRecord, ("id", "lead_id", *RECORDED), records, {**who, "cause": "imported", "playbook_hash": work.now.hash})
    Answer.objects.bulk_create([
        Answer(lead_id=row.made, criterion=criterion, level=level, reason="given with the lead", **who)
        for row in rows for criterion, level in row.said.get("answers", {}).items()
    ])  # fmt: skip
    events.pour(_told(rows, verdicts), by=work.by, at=at, batch=work.of.id, quiet=True)


def _statuses(row: Row, at: datetime) -> Iterator[tuple[str, str, datetime]]:
    """The statuses a lead comes with, back-dated to what its file says."""
    begun, now = moment_of(row.said.get("captured_at")) or at, row.said.get("status") or "New"
    yield "", "New", begun
    if now != "New":
        yield "New", now, max(begun, moment_of(row.said.get("converted_at")) or at)


def _told(rows: list[Row], verdicts: list[Verdict]) -> Iterator[tuple[Any, ...]]:
    """The two events of each lead. What leads of one shape share is looked at and written out once."""
    shared: dict[int, tuple[str, str, str]] = {}
    for row, verdict in zip(rows, verdicts, strict=True):
        told = shared.get(id(verdict.shape)) or shared.setdefault(id(verdict.shape), _shared(verdict.shape))
        said = row.said
        own = (said["name"], said.get("organization", ""), said.get("source", ""), verdict.matched)
        yield "lead.captured", row.account, row.made, CAPTURED.format(*map(as_json, own), *told)
        yield "lead.scored", row.account, row.made, told[2]


CAPTURED = '{{"name":{0},"organization":{1},"source":{2},{4},"hops":[{{"step":"match","outcome":{3},"ms":0}},{5}]}}'
"""The payload of lead.captured as `shaped_text` writes it, what leads of one shape share left out."""


def _shared(shape: Shape) -> tuple[str, str, str]:
    """Of lead.captured what stands between the source and the hops, and the hops after the match; the whole lead.scored."""
    columns = dict(zip(COLUMNS, shape.columns, strict=True))
    said = {"score": columns["score_total"], **{name: columns[name] for name in ("band", "territory", "segment")}}
    shaped_text("lead.captured", {"name": "", "organization": "", "source": "", **said, "hops": shape.hops})  # refuses what is wrong
    return as_json(said)[1:-1], as_json(shape.hops)[1:-1], shaped_text("lead.scored", shape.scored)


def change(work: Work, rows: list[Row], at: datetime) -> None:
    """Bring standing leads up to date, looked at anew under a lock. Effects: rows, status changes, the quiet event
    lead.changed, a new score where a fact changed; nothing where nothing differs any more."""
    leads = {lead.id: lead for lead in Lead.objects.select_for_update(of=("self",)).filter(pk__in=[row.target for row in rows])}
    changed: list[tuple[Row, Lead]] = []
    for row in rows:
        lead = leads.get(row.target)
        if lead is None:
            row.outcome, row.says = "refused", "The lead it belongs to is gone, or not yours any more."
            continue
        guard.taken_out(row.said)
        changes, _ = changes_of(work, lead, {name: value for name, value in row.said.items() if name not in row.said.get("held", {})})
        row.outcome = "update" if changes else "same"
        if changes:
            row.before = _written(work, lead, changes, at)
            changed.append((row, lead))
    _save(work, changed, at)


def _written(work: Work, lead: Lead, changes: dict[str, list[Any]], at: datetime) -> dict[str, list[Any]]:
    for name, (_, after) in changes.items():
        put(lead, name, after)
    if "title" in changes:
        lead.role, lead.seniority = _role(work, lead.title)
    if "owner" in changes:
        lead.team_id = team_of(work, changes["owner"][1])
    lead.updated_at = at
    return {name: [_sealed(work, name, value) for value in pair] for name, pair in changes.items()}


def _sealed(work: Work, name: str, value: Any) -> Any:
    """A telephone number is not kept in the open, here either."""
    return keys.ring().seal(value, f"import {work.of.id}") if name == "phone" and value else value


def _save(work: Work, changed: list[tuple[Row, Lead]], at: datetime) -> None:
    who, names = signature(work.by, at), ["role", "seniority", "team", "updated_at"]
    fields = columns_of([name for row, _ in changed for name in row.before or {}])
    staged.update([lead for _, lead in changed], [*dict.fromkeys([*fields, *(["phone_index"] if "phone" in fields else []), *names])])
    LeadStatusChange.objects.bulk_create([
        LeadStatusChange(lead=lead, was=row.before["status"][0], now=row.before["status"][1], reason="imported", **who)
        for row, lead in changed if row.before and "status" in row.before
    ])  # fmt: skip
    events.record_all([
        events.made("lead.changed", {"changed": row.before}, by=work.by, at=at, lead=lead.id, account=lead.account_id,
                    batch=work.of.id, quiet=True)
        for row, lead in changed
    ])  # fmt: skip
    for row, lead in changed:
        if RESCORED & set(columns_of(list(row.before or {}))):
            rescore(lead, by=work.by, at=at, cause="imported", quiet=True)


def put_back(work: Work, rows: list[Row], at: datetime) -> tuple[int, int]:
    """Put back what was changed, where it still says what the import wrote; (fields put back, fields left)."""
    leads = {lead.id: lead for lead in Lead.objects.select_for_update(of=("self",)).filter(pk__in=[row.target for row in rows])}
    back, left, changed = 0, 0, []
    for row in rows:
        lead, was = leads.get(row.target), {}
        for name, pair in (row.before or {}).items():
            before, after = [keys.ring().open(v, f"import {work.of.id}") if name == "phone" and v else v for v in pair]
            if lead is None or standing(lead, name) != after:
                left += 1
                continue
            was[name] = [after, before]
        if was:
            back += len(was)
            row.before = _written(work, lead, was, at)
            changed.append((row, lead))
    _save(work, changed, at)
    return back, left
