"""Scoring an account: fit, tier, segment and territory of a buying unit, from its facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.leads.scoring import put_on, read_anew, record_of, standing, verdict
from rounds.actions.market.following import follow_territory
from rounds.kit.actor import Actor
from rounds.models import Account, Lead, ScoreRecord, TierRecord
from rounds.models.base import signature
from rounds.models.facts import facts_of_account, said_of, standing_answers
from rounds.models.flow.active import Active, active
from rounds.models.leads.leads import CLOSED
from rounds.models.market.accounts import VERDICTS
from rounds.models.market.tiering import tier_verdict
from rounds.rules.given import given_for
from rounds.rules.routing.segment import segment
from rounds.rules.routing.territory import territory
from rounds.rules.scoring import Score
from rounds.rules.tiers.explain import as_dict

WRITES = [*VERDICTS, "abm_score", "abm_completeness", "territory", "segment", "tier", "tier_stage", "updated_at"]
"""The columns a verdict on an account writes, and no others."""
AT_ONCE = 25
"""Leads scored with their account while somebody waits."""


def rescore(
    account: Account, *, by: Actor, at: datetime, cause: str, cause_event: UUID | None = None, quiet: bool = False
) -> Score:
    """Score `account` anew with the active playbook; answer the verdict of the 100-point model.

    The row is locked and read anew first. Effects: the account's score columns, segment, territory and (for a buying unit) tier; ScoreRecords, a
    TierRecord, the events account.scored and account.tier_changed where a verdict changed. Inside the caller's deed.
    """
    with whole_sight(account):
        at = read_anew(account, "buying_unit", at=at)
        return _rescore(account, by=by, at=at, cause=cause, cause_event=cause_event, quiet=quiet)


def _rescore(account: Account, *, by: Actor, at: datetime, cause: str, cause_event: UUID | None, quiet: bool) -> Score:
    now = active()
    facts = facts_of_account(account)
    answers = said_of(standing_answers(account=account, at=at))
    score = verdict(now.playbook, "lead_fit", facts, answers)
    matrix = verdict(now.playbook, "abm_account", facts, answers)
    before, stood, lay = (account.score_total, account.band), standing(account), account.territory
    put_on(account, score, now, at)
    account.abm_score, account.abm_completeness = matrix.total, matrix.completeness
    place(account, now, facts)
    if account.is_unit:
        _tier(account, now, facts, matrix, by, at, quiet)
    account.updated_at = at
    account.save(update_fields=WRITES)
    if account.territory != lay:
        follow_territory([account.id])
    if stood != standing(account):
        ScoreRecord.objects.bulk_create(
            [record_of(found, model, given_for(now.playbook, model, facts, answers), now, cause, cause_event, by, at,
                       account=account)
             for model, found in (("lead_fit", score), ("abm_account", matrix))]
        )
        said = {"model": "lead_fit", "before": before[0], "after": score.total, "band_before": before[1] or None,
                "band_after": score.band, "cause": cause}  # fmt: skip
        events.record("account.scored", said, by=by, at=at, account=account.id, quiet=quiet)
    return score


def rescore_leads_of(account: Account, *, by: Actor, at: datetime, cause: str) -> int:
    """Score the open leads of an account's unit anew, because they stand on its facts; how many. More than AT_ONCE are
    left to the worker, which finds those judged before their account."""
    from rounds.actions.flow.rescoring import defer_aged
    from rounds.actions.leads.scoring import rescore as rescore_lead

    leads = Lead.objects.filter(buying_unit_id=account.buying_unit_id or account.id).exclude(status__in=CLOSED)
    with whole_sight(account):
        found = list(leads.order_by("id")[: AT_ONCE + 1])
        for lead in found[:AT_ONCE]:
            rescore_lead(lead, by=by, at=at, cause=cause)
    if len(found) > AT_ONCE:
        defer_aged()
    return len(found[:AT_ONCE])


def place(account: Account, now: Active, facts: dict[str, Any]) -> None:
    """Territory and segment: a unit's own; a hospital inherits its unit's segment (PLUS-06, ROUTE-13)."""
    book = now.playbook
    account.territory = territory(book, account.state).territory or ""
    found = segment(book, facts.get("beds"), facts.get("deal_potential_usd"), account.programme)
    account.segment = found.segment or ""


def _tier(account, now: Active, facts, matrix, by: Actor, at: datetime, quiet: bool) -> None:
    before = account.tier
    record = settle_tier(account, now, facts, matrix, standing_override(account, at=at), by, at)
    if record is not None:
        record.save(force_insert=True)
        said = {"before": before, "after": record.tier, "stage": record.stage}
        events.record("account.tier_changed", said, by=by, at=at, account=account.id, quiet=quiet)


def settle_tier(
    unit: Account, now: Active, facts: dict[str, Any], matrix: Score, override: TierRecord | None, by: Actor, at: datetime
) -> TierRecord | None:  # fmt: skip
    """Put the tier on `unit`: that of the standing `override`, else the rule's. The record of the rule's new verdict, not
    yet written; None where nothing changed."""
    if override is not None:
        unit.tier, unit.tier_stage = override.tier, "override"
        return None
    found = tier_verdict(unit, now, facts, matrix, at=at)
    number, stage = found.tier or 0, found.stage or ""
    if (unit.tier, unit.tier_stage) == (number, stage):
        return None
    unit.tier, unit.tier_stage = number, stage
    told = as_dict(now.playbook, found)
    return TierRecord(
        account=unit, tier=number, stage=stage, lines=told.pop("lines"), gates=told, playbook_hash=now.hash,
        **signature(by, at),
    )  # fmt: skip


def standing_override(account: Account, *, at: datetime) -> TierRecord | None:
    """The manual tier that holds at `at`, if any: the last override, unless it expired or was lifted."""
    last = TierRecord.objects.filter(account=account, override=True).order_by("-at").first()
    if last is None or last.stage == "lifted" or (last.expires_at and last.expires_at <= at):
        return None
    return last
