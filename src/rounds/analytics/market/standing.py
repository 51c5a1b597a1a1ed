"""How one account stands today: its facts, both scores and its tier, read anew with the playbook in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rounds.models import Account, Answer
from rounds.models.facts import facts_of_account, said_of, standing_answers
from rounds.models.flow.active import Active, active
from rounds.models.market.tiering import tier_verdict
from rounds.rules.given import checked_level, given_for
from rounds.rules.scoring import Score, score, scorer
from rounds.rules.tiers import TierVerdict


@dataclass(frozen=True)
class Standing:
    """The verdicts on one account and what they rest on. `tier` is None below the buying unit."""

    now: Active
    facts: dict[str, Any]
    answers: list[Answer]
    score: Score
    matrix: Score
    tier: TierVerdict | None


def standing(account: Account, *, at: datetime) -> Standing:
    """The account's verdicts at `at`. Two queries: the playbook's number and the answers."""
    now, facts = active(), facts_of_account(account)
    answers = standing_answers(account=account, at=at)
    said = said_of(answers)
    fit = _scored(now, "lead_fit", facts, said)
    matrix = _scored(now, "abm_account", facts, said)
    tier = tier_verdict(account, now, facts, matrix, at=at) if account.is_unit else None
    return Standing(now, facts, answers, fit, matrix, tier)


def with_answer(held: Standing, model: str, criterion: str, level: str) -> Score:
    """The score of `model` if `criterion` were answered `level`. Raises WrongFact (422) for an unknown level."""
    checked_level(held.now.playbook, model, criterion, level)
    said = [(m, c, lv) for m, c, lv in said_of(held.answers) if (m, c) != (model, criterion)]
    return _scored(held.now, model, held.facts, [*said, (model, criterion, level)])


def complexity(held: Standing) -> Score:
    """How hard an integration will be, 0 to 100, with its lines (ACCT-05)."""
    return _scored(held.now, "integration_complexity", held.facts, said_of(held.answers))


def _scored(now: Active, model: str, facts: dict[str, Any], said: list[tuple[str, str, str]]) -> Score:
    return score(scorer(now.playbook, model), given_for(now.playbook, model, facts, said))
