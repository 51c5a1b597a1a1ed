"""The lines of a quote: added, changed, removed; what a line costs unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Opportunity, Quote, QuoteLine
from rounds.models.base import signature
from rounds.models.deals.pricing import value_facts
from rounds.models.flow.active import active
from rounds.playbook.shapes.pricing import Product
from rounds.rules.pricing.cents import BASE
from rounds.rules.pricing.quote import MOST_CENTS
from rounds.rules.pricing.value import Guidance, guide

MOST = {"total_bp": BASE, "discount_bp": BASE, "free_months": 120, "term_months": 240, "credit_cents": MOST_CENTS, "services_cents": MOST_CENTS,
        "poc_weeks": 104, "units": 1_000_000, "unit_cents": MOST_CENTS, "start_month": 239}  # fmt: skip
OF_A_LINE = ("units", "unit_cents", "discount_bp", "start_month", "title")
MOST_LINES = 60


class LineRefused(Refusal):
    """A line cannot be kept like this."""

    status = 422


def guidance(deal: Opportunity, product: Product, scores: Mapping[str, int], *, at: datetime, facts: Mapping[str, Any] | None = None) -> Guidance:
    """Where the price of a product lies for this deal: by the scores people gave, and by the facts where they gave none."""
    book = active().playbook
    known = value_facts(deal, book, at=at) if facts is None else facts
    return guide(book, {**known, **scores}, product.band.floor * 100, product.band.ceiling * 100)


def scores(said: Any) -> dict[str, int]:
    """Scores of factors, 0 to 100; those left open are not kept. Raises LineRefused (422) naming the factor."""
    known, found = {factor.factor for factor in active().playbook.value.factors}, {}
    for name, score in (said or {}).items():
        if name not in known:
            raise LineRefused(f"There is no factor “{str(name)[:40]}”.", field=str(name)[:40])
        if score is None:
            continue
        if type(score) is not int or not 0 <= score <= 100:
            raise LineRefused("A score is a whole number from 0 to 100.", field=name)
        found[name] = score
    return found


@phi.texts("line")
def add(quote: Quote, line: Mapping[str, Any], *, edits: int | None = None, by: Actor, at: datetime) -> Quote:
    """One more line. Effects: QuoteLine, and those of quotes.change. Raises as that, and LineRefused (422)."""
    from rounds.actions.deals import quotes

    with deed(by):
        quote = quotes.held(quote, edits)
        there = quotes.lines_of(quote)
        if len(there) >= MOST_LINES:
            raise LineRefused(f"A quote has at most {MOST_LINES} lines.", field="product")
        row = made(quote, max((one.position for one in there), default=-1) + 1, line, by=by, at=at)
        row.save(force_insert=True)
        return quotes.settle(quote, [*there, row], {f"+ {row.title}": [None, row.units]}, by=by, at=at)


@phi.texts("given")
def change(line: QuoteLine, given: Mapping[str, Any], *, edits: int | None = None, by: Actor, at: datetime) -> Quote:
    """Change units, unit_cents, discount_bp, start_month or title of a line. Effects and refusals: as quotes.change."""
    from rounds.actions.deals import quotes

    checked = _checked(given)
    with deed(by):
        quote = quotes.held(line.quote, edits)
        rows = quotes.lines_of(quote)
        row = next((one for one in rows if one.pk == line.pk), None)
        if row is None:
            raise LineRefused("Somebody removed this line meanwhile; look at the quote once more.")
        diff = {f"{row.title}: {name}": [getattr(row, name), value] for name, value in checked.items() if getattr(row, name) != value}
        for name, value in checked.items():
            setattr(row, name, value)
        if diff:
            row.save(update_fields=[*checked])
        return quotes.settle(quote, rows, diff, by=by, at=at)


def remove(line: QuoteLine, *, edits: int | None = None, by: Actor, at: datetime) -> Quote:
    """Take a line off. Effects: the row goes; those of quotes.change. Raises as that, and QuoteWrong (422) for the last one."""
    from rounds.actions.deals import quotes

    with deed(by):
        quote = quotes.held(line.quote, edits)
        rest = [one for one in quotes.lines_of(quote) if one.pk != line.pk]
        if not QuoteLine.objects.filter(pk=line.pk).exists():
            return quote
        quote = quotes.settle(quote, rest, {f"- {line.title}": [line.units, None]}, by=by, at=at)
        QuoteLine.objects.filter(pk=line.pk).delete()
        return quote


def made(quote: Quote, place: int, given: Mapping[str, Any], *, by: Actor, at: datetime) -> QuoteLine:
    """A line of a quote, not saved yet. Raises LineRefused (422)."""
    product = active().playbook.products.by_code.get(str(given.get("product", "")))
    if product is None:
        raise LineRefused("Choose a product of the price book.", field="product")
    said = _checked({name: value for name, value in given.items() if name != "product" and value is not None})
    if "unit_cents" not in said:
        said["unit_cents"] = guidance(quote.opportunity, product, quote.scores, at=at).price_cents
    return QuoteLine(quote=quote, opportunity_id=quote.opportunity_id, position=place, product=product.product,
                     **{"title": product.title, "units": 1, **said}, unit=product.unit, kind=product.kind,
                     least_cents=product.least * 100, cost_cents=product.cost * 100, **signature(by, at))  # fmt: skip


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in OF_A_LINE:
            raise LineRefused(f"“{str(name)[:40]}” is not said of a line.", field=str(name)[:40])
        if name == "title":
            if not str(value).strip():
                raise LineRefused("A line says what it is for.", field="title")
            value = str(value).strip()[:200]
        elif type(value) is not int or not 0 <= value <= MOST[name]:
            raise LineRefused(f"Give a whole number from 0 to {MOST[name]:,}.", field=name)
        found[name] = value
    return found
