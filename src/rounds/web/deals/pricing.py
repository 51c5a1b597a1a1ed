"""The guidance calculator: what a product would cost, factor by factor, for a deal or for nobody in particular."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import need_to_read
from rounds.access.scope import visible
from rounds.actions.deals.quote_lines import guidance
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.deals.pricing import unit_of, value_facts
from rounds.models.flow.active import active
from rounds.rules.pricing import discount
from rounds.rules.pricing.cents import bp_of
from rounds.rules.pricing.value import guide
from rounds.web.deals import price_said as said
from rounds.web.deals.quote_shown import WORDS, factors
from rounds.web.doors import page


@require_GET
@page
def show(request: HttpRequest) -> HttpResponse:
    """Every field is in the address, so that what was tried can be sent to a colleague."""
    need_to_read(request.user, "opportunity")
    book, asked = active().playbook, request.GET
    deal = _deal(request)
    product = book.products.by_code.get(asked.get("product", "")) or book.products.products[0]
    known = {factor.factor for factor in book.value.factors}
    scores, wrong = _scores(asked, known)
    facts = value_facts(deal, book, at=now()) if deal else {}
    if asked.get("beds", "").strip().isdigit():
        facts["beds"] = min(int(asked["beds"]), 100_000)
    if deal:
        found = guidance(deal, product, scores, at=now(), facts=facts)
    else:
        found = guide(book, {**facts, **scores}, product.band.floor * 100, product.band.ceiling * 100)
    return render(request, "deals/pricing.html", {
        "guide": found, "guide_product": product, "factors": factors(book, found, scores), "products": book.products.products, "deal": deal, "place": "opportunities",
        "index": f"{found.index / 100:g}", "wrong": wrong, "beds": asked.get("beds", ""), "sizes": book.products.sizes.bands,
        "size": book.products.sizes.of(found.price_cents / 100), "target": book.products.sizes.average_target.usd, "number": active().number, **_checked(asked, deal)})  # fmt: skip


def _deal(request: HttpRequest) -> Opportunity | None:
    key = request.GET.get("deal", "")
    rows = visible(Opportunity, request.scope).select_related("account__buying_unit")
    return rows.filter(pk=key).first() if len(key) == 36 and key.replace("-", "").isalnum() else None


def _scores(asked: Any, known: set[str]) -> tuple[dict[str, int], str]:
    found, wrong = {}, ""
    for name in known:
        try:
            score = said.maybe_whole(asked, name)
        except said.Unreadable:
            score = -1
        if score is not None and not 0 <= score <= 100:
            wrong = "A score is a whole number from 0 to 100."
        elif score is not None:
            found[name] = score
    return found, wrong


def _checked(asked: Any, deal: Opportunity | None) -> dict[str, Any]:
    """What the guidelines say to a discount that is tried."""
    try:
        off, term = bp_of(asked.get("percent") or 0), max(1, min(240, int(asked.get("term") or 12)))
    except (ValueError, ArithmeticError):
        off, term = 0, 12
    book, unit = active().playbook, unit_of(deal.account) if deal else None
    facts = {"tier": unit.tier if unit else 1 if "strategic" in asked else None, "tier_stage": unit.tier_stage if unit else None,
             "segment": unit.segment if unit else None, "term_months": term, "volume_commitment": "volume" in asked, "strategic": "strategic" in asked}  # fmt: skip
    check = discount.check(book, max(0, min(off, 10_000)), facts)
    levels = book.discounts.approvals.levels
    return {"percent": asked.get("percent", ""), "term": term, "check": check, "verdict": WORDS[check.verdict], "asks": [levels[code].title for code in check.asks],
            "strategic": "strategic" in asked, "volume": "volume" in asked,
            "bands": [{"title": band.title, "low": band.low, "high": band.high, "has": band in check.bands, "used": band in check.used} for band in book.discounts.bands]}  # fmt: skip
