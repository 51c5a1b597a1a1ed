"""Scores, tiers, segments and territories of the universe: the same rules as for one account, by the chunk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from rounds.actions.flow import staged
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.scoring import put_on, record_of, standing, verdict
from rounds.actions.market.following import follow_territory
from rounds.actions.market.scoring import place, settle_tier, standing_override
from rounds.actions.market.universe.events import quietly
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import Account, TierRecord
from rounds.models.facts import answers_of, facts_of_account
from rounds.models.flow.active import Active, active
from rounds.rules.given import given_for

CAUSE = "hospital files loaded"
COLUMNS = [
    "score_total", "score_low", "score_high", "band", "band_provisional", "fit_grade", "fit_rate", "fit_known",
    "completeness", "intent", "scored_at", "playbook_hash", "abm_score", "abm_completeness", "territory", "segment",
    "tier", "tier_stage",
]  # fmt: skip
MODELS = ("lead_fit", "abm_account")


def needing_verdicts() -> list[UUID]:
    """Accounts of the universe never scored, scored by another playbook, or changed (themselves or their unit)
    since they were; units first."""
    stale = (
        Q(scored_at=None)
        | ~Q(playbook_hash=active().hash)
        | Q(updated_at__gt=F("scored_at"))
        | Q(buying_unit__updated_at__gt=F("scored_at"))
    )
    ours = Q(ccn__isnull=False) | Q(system_id__isnull=False)
    return list(Account.objects.filter(ours, stale).order_by("-is_unit", "id").values_list("id", flat=True))


def write_verdicts(ids: Sequence[UUID], *, batch: UUID, by: Actor, at: datetime) -> int:
    """Score one chunk of accounts with the active playbook; how many verdicts were written.

    Effects: score columns, territory, segment, tier of units; ScoreRecords, TierRecords, quiet events
    account.scored (a verdict that changed) and account.tier_changed; one audit entry.
    """
    now = active()
    with deed(by):
        rows = list(Account.objects.select_for_update(of=("self",)).filter(id__in=ids).select_related("buying_unit"))
        answers = answers_of(rows, at)
        overridden = set(
            TierRecord.objects.filter(account_id__in=ids, override=True).values_list("account_id", flat=True)
        )
        changed, elsewhere, scores, tiers, told = [], [], [], [], []
        for row in rows:
            before, lay = _stands(row), row.territory
            first = row.scored_at is None
            found = _judge(row, now, answers.get(row.id, []), overridden, by, at)
            if _stands(row) == before and not first:
                continue
            changed.append(row)
            if row.territory != lay:
                elsewhere.append(row.id)
            scores += found[0]
            tiers += found[1]
            told += _told(row, before, first, found)
        staged.update(changed, COLUMNS)
        follow_territory(elsewhere)
        staged.insert(scores)
        staged.insert(tiers)
        quietly(told, batch=batch, by=by, at=at)
        if changed:
            detail = {"batch": str(batch), "scored": len(changed)}
            audit.note("universe.score", by=by, at=at, kind="batch", subject=batch, detail=detail)
    return len(changed)


def _stands(row: Account) -> tuple:
    """All that a verdict says of a row, the playbook it was made with included."""
    placed = (row.territory, row.segment, row.tier, row.tier_stage)
    return (*standing(row), row.abm_completeness, *placed, row.playbook_hash)


def _judge(
    row: Account, now: Active, answers: list, overridden: set[UUID], by: Actor, at: datetime
) -> tuple[list, list]:
    """Put the verdicts on `row`; the ScoreRecords and TierRecords they leave."""
    facts = facts_of_account(row)
    stood, tier_before = standing(row), (row.tier, row.tier_stage)
    found = {model: verdict(now.playbook, model, facts, answers) for model in MODELS}
    put_on(row, found["lead_fit"], now, at)
    row.abm_score, row.abm_completeness = found["abm_account"].total, found["abm_account"].completeness
    place(row, now, facts)
    scores, tiers = [], []
    if stood != standing(row):
        scores = [
            record_of(
                score, model, given_for(now.playbook, model, facts, answers), now, CAUSE, None, by, at, account=row
            )
            for model, score in found.items()
        ]
    if row.is_unit:
        override = standing_override(row, at=at) if row.id in overridden else None
        record = settle_tier(row, now, facts, found["abm_account"], override, by, at)
        tiers = [record] if record is not None else []
    elif tier_before != (None, ""):
        row.tier, row.tier_stage = None, ""
    return scores, tiers


def _told(row: Account, before: tuple, first: bool, found: tuple[list, list]) -> list[tuple]:
    told: list[tuple] = []
    if found[0] and not first:
        said = {
            "model": "lead_fit", "before": before[0], "after": row.score_total, "band_before": before[1] or None,
            "band_after": row.band, "cause": CAUSE,
        }  # fmt: skip
        told.append(("account.scored", said, row.id))
    if found[1] and (row.tier or not first):
        tier = found[1][0]
        told.append(("account.tier_changed", {"before": before[-3], "after": tier.tier, "stage": tier.stage}, row.id))
    return told
