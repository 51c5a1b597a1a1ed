"""The records below an account or a lead: what was answered, scored and happened; shown under the parent's sight."""

from __future__ import annotations

from typing import Any

from rounds.access import fields
from rounds.api.shapes import Shape
from rounds.models import (
    AccountFact,
    Answer,
    Assignment,
    CommitteeSeat,
    Event,
    Intelligence,
    LeadActivity,
    LeadStatusChange,
    ScoreRecord,
    TierRecord,
)
from rounds.models.flow.active import active
from rounds.models.market.scores import levels_in, points_in


def _answer(row: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any] | None:
    silent = fields.criteria(active().playbook, row["model"], hidden)
    return None if row["criterion"] in silent else row


def _score(row: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """A verdict without the criteria that hidden facts feed. Its total counts them."""
    silent = fields.criteria(active().playbook, row["model"], hidden)
    book = active().playbook.scoring.get(row["model"])
    fed = {c.category for c in book.categories if silent & {one.criterion for one in c.criteria}} if book else set()
    by_name = {part: {k: v for k, v in row[part].items() if k not in silent} for part in ("points", "levels")}
    return {**row, **by_name, "facts": fields.plain(row["facts"], hidden),
            "categories": {k: v for k, v in row["categories"].items() if k not in fed},
            "missing": [code for code in row["missing"] if code not in silent],
            "lines": [line for line in row["lines"] if line["what"] not in silent]}  # fmt: skip


def _fact(row: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any] | None:
    return None if row["key"] in fields.facts(hidden) else row


SIGNED = {"at": "at", "by.name": "by_name", "by.kind": "by_kind", "by.id": "by_id"}

ANSWER = Shape("Answer", Answer, {
    "id": "id", "model": "model", "criterion": "criterion", "level": "level", "reason": "reason",
    "heard_from": "heard_from_id", "expires_at": "expires_at", "withdrawn_at": "withdrawn_at", **SIGNED,
}, clean=_answer)  # fmt: skip

SCORE = Shape("Score", ScoreRecord, {
    "id": "id", "model": "model", "total": "total", "band": "band", "provisional": "provisional",
    "low": "low", "high": "high", "intent": "intent", "completeness": "completeness", "fit.grade": "fit_grade",
    "fit.rate": "fit_rate", "categories": "categories", "missing": "missing",
    "lines": "lines", "facts": "facts", "cause": "cause", "playbook_hash": "playbook_hash", **SIGNED,
}, clean=_score, counted={"points": (Any, lambda row: points_in(row["lines"])), "levels": (Any, lambda row: levels_in(row["lines"]))})  # fmt: skip

TIER = Shape("Tier", TierRecord, {
    "id": "id", "tier": "tier", "stage": "stage", "gates": "gates", "lines": "lines", "override": "override",
    "reason": "reason", "expires_at": "expires_at", "playbook_hash": "playbook_hash", **SIGNED,
})  # fmt: skip

FACT = Shape("Fact", AccountFact, {
    "key": "key", "value": "value", "source": "source", "source_ref": "source_ref", "as_of": "as_of",
    "confidence": "confidence", "human": "human", "estimated": "estimated", "note": "note", **SIGNED,
}, clean=_fact)  # fmt: skip

INTELLIGENCE = Shape("Intelligence", Intelligence, {
    "id": "id", "area": "area", "topic": "topic", "text": "text", "source": "source", "as_of": "as_of",
    "confidence": "confidence", "withdrawn_at": "withdrawn_at", **SIGNED,
})  # fmt: skip

SEAT = Shape("Seat", CommitteeSeat, {
    "id": "id", "contact.id": "contact_id", "contact.name": "contact__name", "role": "role", "influence": "influence",
    "stance": "stance", "motivation": "motivation", "ended_at": "ended_at", **SIGNED,
})  # fmt: skip

ACTIVITY = Shape("Activity", LeadActivity, {
    "id": "id", "lead": "lead_id", "account": "account_id", "contact": "contact_id", "kind": "kind",
    "direction": "direction", "seniority": "seniority", "subject": "subject", "body": "body",
    "happened_at": "happened_at", "external_id": "external_id", "withdrawn_at": "withdrawn_at", "mail": "mail", "machine": "machine", **SIGNED,
})  # fmt: skip

STATUS = Shape("StatusChange", LeadStatusChange, {
    "id": "id", "was": "was", "now": "now", "code": "code", "reason": "reason", **SIGNED,
})  # fmt: skip

ASSIGNMENT = Shape("Assignment", Assignment, {
    "id": "id", "owner.id": "owner_id", "owner.name": "owner__name", "queue": "queue", "cause": "cause", "reason": "reason",
    "steps": "steps", "pool": "pool", "weight": "weight", "responds_by": "responds_by", "accepted_at": "accepted_at",
    "declined_at": "declined_at", "decline_reason": "decline_reason", "ended_at": "ended_at",
    "playbook_hash": "playbook_hash", **SIGNED,
})  # fmt: skip

EVENT = Shape("Event", Event, {
    "id": "id", "kind": "kind", "payload": "payload", "subject": "subject_id", **SIGNED,
}, clean=lambda row, hidden: {**row, "payload": fields.payload(row["kind"], row["payload"], hidden)})  # fmt: skip

VERDICT = {
    "score.total": "score_total", "score.low": "score_low", "score.high": "score_high", "score.band": "band",
    "score.provisional": "band_provisional", "score.intent": "intent", "score.completeness": "completeness",
    "score.fit_grade": "fit_grade", "score.fit_rate": "fit_rate", "score.at": "scored_at",
    "score.playbook": "playbook_hash",
}  # fmt: skip
"""The standing verdict of the 100-point model on an account or a lead."""
