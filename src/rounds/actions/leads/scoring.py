"""Scoring a lead: facts in, verdicts out, and the history row that explains them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rounds import rules
from rounds.actions.flow import events
from rounds.kit.actor import Actor
from rounds.models import Lead, LeadActivity, ScoreRecord
from rounds.models.base import signature
from rounds.models.facts import facts_of_lead
from rounds.models.flow.active import Active, active

BANDS = ("hot", "warm", "cold", "unqualified")


def rescore(
    lead: Lead, *, by: Actor, at: datetime, cause: str, cause_event: UUID | None = None, quiet: bool = False
) -> rules.scoring.Score:
    """Score `lead` anew with the active playbook and answer the driving verdict.

    Effects: the score columns of the lead, its territory, segment and role; one ScoreRecord a model and the event
    lead.scored where the verdict changed. Runs inside the caller's deed.
    """
    now = active()
    book = now.playbook
    facts = facts_of_lead(lead, at=at, window_days=rules.scoring.window_days(book, "scoring/lead_fit"))
    score = rules.scoring.score_of(book, "scoring/lead_fit", facts)
    quick = rules.scoring.score_of(book, "scoring/crm_quick", facts)
    before = (lead.score_total, lead.band, lead.band_provisional, lead.quick_total)
    put_on(lead, score, now, at)
    lead.quick_total, lead.quick_band = quick.total, quick.band
    lead.driving_band = rules.routing.driving_band(book, score.band, quick.band)
    lead.heat = heat_of(lead, book, at)
    place(lead, now, facts)
    lead.updated_at = at
    lead.save()
    if before == (lead.score_total, lead.band, lead.band_provisional, lead.quick_total):
        return score
    ScoreRecord.objects.bulk_create(
        [record_of(verdict, model, facts, now, cause, cause_event, by, at, lead=lead)
         for model, verdict in (("lead_fit", score), ("crm_quick", quick))]
    )
    events.record(
        "lead.scored",
        {"model": "lead_fit", "before": before[0], "after": score.total, "band_before": before[1] or None,
         "band_after": score.band, "cause": cause},
        by=by, at=at, lead=lead.id, account=lead.account_id, quiet=quiet,
    )  # fmt: skip
    return score


def put_on(row, score: rules.scoring.Score, now: Active, at: datetime) -> None:
    """Copy a verdict onto the score columns of an account or a lead."""
    row.score_total, row.score_low, row.score_high = score.total, score.low, score.high
    row.band, row.band_provisional = score.band, score.provisional
    row.fit_grade, row.fit_rate, row.fit_known = score.fit.grade or "", score.fit.rate, score.fit.of
    row.completeness, row.intent = score.completeness, score.intent
    row.scored_at, row.playbook_hash = at, now.hash


def place(lead: Lead, now: Active, facts: dict) -> None:
    """Put the lead into its territory and segment, and say which role its band asks for (ROUTE-02…07)."""
    book = now.playbook
    unit = lead.buying_unit
    if unit is not None and unit.territory:
        lead.territory = unit.territory
    else:
        lead.territory = rules.explain(book, "routing/territory", {"state": facts.get("state")})["territory"] or ""
    known = {key: facts[key] for key in ("beds", "deal_potential_usd") if facts.get(key) is not None}
    lead.segment = rules.explain(book, "routing/segment", known)["segment"] or ""
    lead.owner_role = rules.explain(book, "routing/role", {"band": lead.driving_band})["owner_role"] or ""


def heat_of(lead: Lead, book, at: datetime) -> int:
    """The lead's heat: the points of what the buyer or a person did lately (PLUS-04)."""
    acts = LeadActivity.objects.filter(lead=lead, withdrawn_at=None, happened_at__lte=at)
    happened = list(acts.values_list("kind", "happened_at"))
    return rules.heat.heat(book, happened, at=at)


def record_of(score, model, facts, now, cause, cause_event, by, at, **subject) -> ScoreRecord:
    """The history row of one verdict."""
    return ScoreRecord(
        model=model, total=score.total, band=score.band, provisional=score.provisional,
        fit_grade=(score.fit.grade or "") if score.fit else "", fit_rate=score.fit.rate if score.fit else None,
        completeness=score.completeness, low=score.low, high=score.high, intent=score.intent,
        categories=score.categories, points=score.points, levels=score.levels, lines=score.lines,
        missing=score.missing, facts=facts, cause=cause, cause_event=cause_event, playbook_hash=now.hash,
        **subject, **signature(by, at),
    )  # fmt: skip
