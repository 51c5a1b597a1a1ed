"""The records below an account or a lead: what was answered, scored and happened; shown under the parent's sight."""

from __future__ import annotations

from rounds.api.shapes import Shape
from rounds.models import (
    AccountFact,
    Answer,
    CommitteeSeat,
    Event,
    Intelligence,
    LeadActivity,
    LeadStatusChange,
    ScoreRecord,
    TierRecord,
)

SIGNED = {"at": "at", "by.name": "by_name", "by.kind": "by_kind", "by.id": "by_id"}

ANSWER = Shape("Answer", Answer, {
    "id": "id", "model": "model", "criterion": "criterion", "level": "level", "reason": "reason",
    "heard_from": "heard_from_id", "expires_at": "expires_at", "withdrawn_at": "withdrawn_at", **SIGNED,
})  # fmt: skip

SCORE = Shape("Score", ScoreRecord, {
    "id": "id", "model": "model", "total": "total", "band": "band", "provisional": "provisional",
    "low": "low", "high": "high", "intent": "intent", "completeness": "completeness", "fit.grade": "fit_grade",
    "fit.rate": "fit_rate", "categories": "categories", "points": "points", "levels": "levels", "missing": "missing",
    "lines": "lines", "facts": "facts", "cause": "cause", "playbook_hash": "playbook_hash", **SIGNED,
})  # fmt: skip

TIER = Shape("Tier", TierRecord, {
    "id": "id", "tier": "tier", "stage": "stage", "gates": "gates", "lines": "lines", "override": "override",
    "reason": "reason", "expires_at": "expires_at", "playbook_hash": "playbook_hash", **SIGNED,
})  # fmt: skip

FACT = Shape("Fact", AccountFact, {
    "key": "key", "value": "value", "source": "source", "source_ref": "source_ref", "as_of": "as_of",
    "confidence": "confidence", "human": "human", "estimated": "estimated", "note": "note", **SIGNED,
})  # fmt: skip

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
    "happened_at": "happened_at", "external_id": "external_id", "withdrawn_at": "withdrawn_at", **SIGNED,
})  # fmt: skip

STATUS = Shape("StatusChange", LeadStatusChange, {
    "id": "id", "was": "was", "now": "now", "reason": "reason", **SIGNED,
})  # fmt: skip

EVENT = Shape("Event", Event, {
    "id": "id", "kind": "kind", "payload": "payload", "subject": "subject_id", **SIGNED,
})  # fmt: skip

VERDICT = {
    "score.total": "score_total", "score.low": "score_low", "score.high": "score_high", "score.band": "band",
    "score.provisional": "band_provisional", "score.intent": "intent", "score.completeness": "completeness",
    "score.fit_grade": "fit_grade", "score.fit_rate": "fit_rate", "score.at": "scored_at",
    "score.playbook": "playbook_hash",
}  # fmt: skip
"""The standing verdict of the 100-point model on an account or a lead."""
