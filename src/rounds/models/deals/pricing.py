"""What pricing is told about a deal: the facts behind the guidance, who is a strategic account, and a quote as figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rounds.models.deals.opportunities import Opportunity
from rounds.models.deals.quotes import Quote, QuoteLine
from rounds.models.facts import facts_of_account, said_of, standing_answers
from rounds.models.market import Account
from rounds.playbook import Playbook
from rounds.rules.given import given_for
from rounds.rules.pricing.discount import Check, check
from rounds.rules.pricing.quote import Asked, Line, Sums
from rounds.rules.scoring import score, scorer

JUDGED = ("model", "term_months", "currency", "total_bp", "free_months", "credit_cents", "services_cents", "poc_weeks",
          "volume_commitment", "strategic", "payment")  # fmt: skip
"""The columns of a quote that an approval approves, beside its lines. A new name or a later end is no new price."""
OF_A_LINE = ("product", "kind", "units", "unit_cents", "discount_bp", "start_month")


def value_facts(deal: Opportunity, book: Playbook, *, at: datetime) -> dict[str, Any]:
    """What scores a factor of the price where nobody does: size, how hard the integration is, what the POC returned."""
    facts = facts_of_account(deal.account)
    found = {name: facts[name] for name in ("beds",) if name in facts}
    said = said_of(standing_answers(account=deal.account, at=at))
    hard = score(scorer(book, "integration_complexity"), given_for(book, "integration_complexity", facts, said))
    if hard.completeness:
        found["integration_complexity"] = hard.total
    roi = roi_of(deal)
    if roi is not None and roi.percent:
        found["roi_percent"] = float(roi.percent)
    return found


def roi_of(deal: Opportunity) -> Any | None:
    """The last calculation of what the deal's proof of concept is worth; None where there is none."""
    from django.apps import apps

    try:
        model = apps.get_model("rounds", "PocRoi")
    except LookupError:
        return None
    return model.objects.filter(opportunity=deal).order_by("-at").first()


def unit_of(account: Account) -> Account:
    """The buying unit an account belongs to: its tier and segment are the deal's."""
    return account.buying_unit if account.buying_unit_id else account


def guideline_facts(deal: Opportunity, quote: Quote, lines: Iterable[QuoteLine]) -> dict[str, Any]:
    """What opens the discount bands to this quote."""
    unit = unit_of(deal.account)
    units = sum(line.units for line in lines if line.kind != "once")
    return {"tier": unit.tier, "tier_stage": unit.tier_stage, "segment": unit.segment, "strategic": quote.strategic,
            "term_months": quote.term_months, "units": units, "volume_commitment": quote.volume_commitment}  # fmt: skip


def asked_of(quote: Quote, lines: Iterable[QuoteLine]) -> Asked:
    """A quote as the figures its sums are made of."""
    return Asked(
        lines=tuple(Line(line.kind, line.units, line.unit_cents, line.discount_bp, line.start_month, line.least_cents, line.cost_cents) for line in lines),
        term_months=quote.term_months, total_bp=quote.total_bp, free_months=quote.free_months, credit_cents=quote.credit_cents,
        services_cents=quote.services_cents, poc_weeks=quote.poc_weeks,
    )  # fmt: skip


def judged(book: Playbook, deal: Opportunity, quote: Quote, lines: list[QuoteLine], sums: Sums) -> Check:
    """The quote against the guidelines, by what the playbook measures."""
    asked = sums.effective_bp if book.discounts.measured == "effective" else sums.stated_bp
    return check(book, asked, guideline_facts(deal, quote, lines), under_floor=sums.under_floor)


def fingerprint(quote: Quote, lines: Iterable[QuoteLine], facts: Mapping[str, Any]) -> str:
    """A hash of all that a discount is judged by. Two quotes of one fingerprint are one offer."""
    said = {"quote": {name: getattr(quote, name) for name in JUDGED}, "lines": [[getattr(line, name) for name in OF_A_LINE] for line in lines],
            "strategic": [facts.get("tier") == 1, facts.get("tier_stage"), facts.get("segment")]}  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
