"""Scoring a lead: facts in, verdicts out, and the history row that explains them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.leads import clocks
from rounds.kit.actor import Actor
from rounds.models import Account, Lead, ScoreRecord
from rounds.models.base import signature
from rounds.models.facts import facts_of_lead, said_of, standing_answers, warming, window_days
from rounds.models.flow.active import Active, active
from rounds.models.market.accounts import VERDICTS
from rounds.playbook import Playbook
from rounds.rules import heat
from rounds.rules.given import given_for
from rounds.rules.lifecycle import lifecycle
from rounds.rules.routing.role import driving_band, role
from rounds.rules.routing.segment import segment
from rounds.rules.routing.territory import territory
from rounds.rules.scoring import Score, scorer
from rounds.rules.scoring import score as score_with

WRITES = [*VERDICTS, "quick_total", "quick_band", "driving_band", "lifecycle", "territory", "segment", "owner_role",
          "updated_at"]  # fmt: skip
"""The columns a verdict on a lead writes, and no others: what somebody else changed meanwhile stays."""
MODELS = ("lead_fit", "crm_quick")
"""The models a lead is judged by; the first is the one with bands."""
LOADED = "import"
"""Kind of actor of acts another system recorded: they count for engagement, and make no heat (PLUS-04)."""
LONGEST_WAIT = timedelta(minutes=2)
"""How long one verdict may have waited for another."""


def rescore(
    lead: Lead, *, by: Actor, at: datetime, cause: str, cause_event: UUID | None = None, quiet: bool = False
) -> Score:
    """Score `lead` anew with the active playbook and answer the driving verdict.

    The row is locked and read anew first: two verdicts on one lead are reached one after the other, each from what
    then stands. Effects: the score columns of the lead, its territory, segment and role; one ScoreRecord a model and
    the event lead.scored where the verdict changed. Where the band changed the clocks follow (`clocks.adjust`); after a quiet
    verdict they do so at the next one that is not. Runs inside the caller's deed.
    """
    with whole_sight(lead):
        at = read_anew(lead, "account__buying_unit", "buying_unit", at=at)
        return _rescore(lead, by=by, at=at, cause=cause, cause_event=cause_event, quiet=quiet)


def read_anew(row: Lead | Account, *fetch: str, at: datetime) -> datetime:
    """Lock `row` and read it again, with `fetch`; the moment of the verdict. Rows that point at it may be added
    meanwhile (NO KEY).

    The moment is `at`, or that of the last verdict where it lies a little later.
    """
    rows = type(row).objects.select_for_update(of=("self",), no_key=True)
    row.refresh_from_db(from_queryset=rows.select_related(*fetch))
    return caught_up(at, row.scored_at)


def caught_up(at: datetime, last: datetime | None) -> datetime:
    """`at`, or `last` where that lies a little later: who waited for a lock must not overlook what happened meanwhile.
    A clock that was far ahead once does not count."""
    return last if last is not None and at < last <= at + LONGEST_WAIT else at


def _rescore(lead: Lead, *, by: Actor, at: datetime, cause: str, cause_event: UUID | None, quiet: bool) -> Score:
    now = active()
    book = now.playbook
    facts = facts_of_lead(lead, at=at, window_days=window_days(book))
    answers = said_of(standing_answers(lead=lead, account=lead.account if lead.account_id else None, at=at))
    acts = warming(lead, at)
    before, stood, band = (lead.score_total, lead.band), standing(lead), lead.driving_band
    human = acts.exclude(by_kind=LOADED).values_list("kind", "happened_at")
    found = judge(lead, now, facts=facts, answers=answers, acts=human, at=at)
    lead.updated_at = at
    lead.save(update_fields=WRITES)
    if stood != standing(lead):
        ScoreRecord.objects.bulk_create(records_of(found, now, cause, cause_event, by, at, lead=lead))
        said = scored(found[0][1], before, cause)
        events.record("lead.scored", said, by=by, at=at, lead=lead.id, account=lead.account_id, quiet=quiet)
    if not quiet and (band != lead.driving_band or clocks.behind(lead)):
        clocks.adjust(lead, by=by, at=at)
    return found[0][1]


Found = tuple[str, Score, dict]
"""(model, verdict, what the model was given)."""


def judge(
    lead: Lead, now: Active, *, facts: dict, answers: list, acts: Iterable[tuple[str, datetime]], at: datetime
) -> list[Found]:
    """Put the verdicts of both models, the heat (or boost), territory, segment and role on `lead`; nothing is written yet."""
    book = now.playbook
    found: list[Found] = []
    for model in MODELS:
        given = given_for(book, model, facts, answers)
        found.append((model, score_with(scorer(book, model), given), given))
    model, base, given = found[0]
    warmth = heat.heat(book, acts, at, base.total)
    score, quick = heat.graded(book, scorer(book, model), base, warmth), found[1][1]
    found[0] = (model, score, given)
    put_on(lead, score, now, at)
    lead.quick_total, lead.quick_band = quick.total, quick.band
    lead.driving_band = driving_band(book, score.band, quick.band) or ""
    lead.heat = warmth.kept
    place(lead, now, facts)
    return found


def records_of(found: list[Found], now: Active, cause: str, cause_event: UUID | None, by: Actor, at: datetime,
               **subject: Lead) -> list[ScoreRecord]:  # fmt: skip
    """The history rows of a scoring, one a model."""
    return [record_of(score, model, given, now, cause, cause_event, by, at, **subject) for model, score, given in found]


def scored(score: Score, before: tuple[int | None, str], cause: str) -> dict:
    """The payload of lead.scored; `before` is the total and band that stood."""
    return {"model": "lead_fit", "before": before[0], "after": score.total, "band_before": before[1] or None,
            "band_after": score.band, "cause": cause}  # fmt: skip


def standing(row: Lead | Account) -> tuple:
    """What a row's verdict says: when it is the same after scoring, there is nothing to record."""
    second = row.quick_total if isinstance(row, Lead) else row.abm_score
    return (row.score_total, row.band, row.band_provisional, row.score_low, row.score_high, row.completeness,
            row.fit_rate, row.intent, second)  # fmt: skip


def verdict(book: Playbook, model: str, facts: dict, answers: list[tuple[str, str, str]]) -> Score:
    """The score of one model over facts and the answers it understands."""
    return score_with(scorer(book, model), given_for(book, model, facts, answers))


def put_on(row, score: Score, now: Active, at: datetime) -> None:
    """Copy a verdict onto the score columns of an account or a lead."""
    row.score_total, row.score_low, row.score_high = score.total, score.low, score.high
    row.band, row.band_provisional = score.band, score.provisional
    row.fit_grade, row.fit_rate, row.fit_known = score.fit.grade or "", score.fit.rate, score.fit.known
    row.completeness, row.intent = score.completeness, score.intent
    row.scored_at, row.playbook_hash = at, now.hash


def place(lead: Lead, now: Active, facts: dict) -> None:
    """Put the lead into its territory and segment, and say which role its band asks for (ROUTE-02…07, C-16)."""
    book = now.playbook
    unit = lead.buying_unit
    if unit is not None and unit.territory:
        lead.territory = unit.territory
    else:
        lead.territory = territory(book, facts.get("state")).territory or ""
    programme = unit.programme if unit is not None else None
    lead.segment = segment(book, facts.get("beds"), facts.get("deal_potential_usd"), programme).segment or ""
    lead.owner_role = role(book, lead.driving_band).owner_role or ""
    lead.lifecycle = lifecycle(book, lead.driving_band)


def record_of(score, model, facts, now, cause, cause_event, by, at, **subject) -> ScoreRecord:
    """The history row of one verdict."""
    return ScoreRecord(
        model=model, total=score.total, band=score.band or "", provisional=score.provisional,
        fit_grade=(score.fit.grade or "") if score.fit else "", fit_rate=score.fit.rate if score.fit else None,
        completeness=score.completeness, low=score.low, high=score.high, intent=score.intent,
        categories=score.categories, lines=score.lines, missing=score.missing, facts=facts, cause=cause,
        cause_event=cause_event, playbook_hash=now.hash, **subject, **signature(by, at),
    )  # fmt: skip
