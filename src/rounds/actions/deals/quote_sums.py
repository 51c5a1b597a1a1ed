"""What follows a change of a quote: its sums, its fingerprint, and that nobody's yes to another offer counts for it."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.deals.below import tell
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Opportunity, Quote, QuoteLine, QuoteState
from rounds.models.base import signature
from rounds.models.deals.pricing import asked_of, fingerprint, guideline_facts, judged
from rounds.models.flow.active import active
from rounds.rules.pricing.discount import Check
from rounds.rules.pricing.quote import Sums, add_up


class QuoteClosed(Refusal):
    """This quote is over; make a new version of it."""


class QuoteOut(Refusal):
    """This quote stands in a proposal that is out: make a new version, or withdraw the proposal first."""


class QuoteConflict(Refusal):
    """Somebody changed this quote meanwhile; look at it once more, then say it again."""


def locked(quote: Quote) -> Quote:
    """The row of a quote, held until the deed is done: changes and approvals of one quote come one after the other."""
    return Quote.objects.select_for_update(of=("self",)).select_related("opportunity__account__buying_unit", "opportunity__owner").get(pk=quote.pk)


def lines_of(quote: Quote) -> list[QuoteLine]:
    """Its lines in their order."""
    return list(quote.lines.order_by("position", "id"))


def look(quote: Quote, lines: list[QuoteLine]) -> tuple[Sums, Check]:
    """What a quote comes to and how it stands to the guidelines, by the playbook in force. Raises QuoteWrong (422)."""
    sums = add_up(asked_of(quote, lines))
    return sums, judged(active().playbook, quote.opportunity, quote, lines, sums)


def refigure(quote: Quote, lines: list[QuoteLine], *, at: datetime) -> Sums:
    """Write the sums of a quote that was locked; the caller saves nothing of them. Effects: its columns. Raises QuoteWrong."""
    sums, _ = look(quote, lines)
    for name in ("list_cents", "paid_cents", "annual_cents", "once_cents", "stated_bp", "effective_bp"):
        setattr(quote, name, getattr(sums, name))
    quote.fingerprint = fingerprint(quote, lines, guideline_facts(quote.opportunity, quote, lines))
    quote.playbook_hash, quote.updated_at = active().hash, at
    return sums


def become(quote: Quote, state: str, *, reason: str = "", by: Actor, at: datetime) -> str:
    """The quote is in `state` from now on; what it was before. Effects: state, a QuoteState. Called with the quote locked."""
    before = quote.state
    with deed(by):
        quote.state, quote.updated_at = state, at
        quote.save(update_fields=["state", "updated_at"])
        QuoteState.objects.create(quote=quote, opportunity_id=quote.opportunity_id, state=state, reason=reason[:500], **signature(by, at))
    return before


def say_state(quote: Quote, state: str, *, reason: str = "", by: Actor, at: datetime) -> None:
    """As `become`, and it is told. Effects: those of `become`, the event quote.state_changed, an audit entry."""
    before = become(quote, state, reason=reason, by=by, at=at)
    tell("quote.state_changed", quote, {"name": quote.name, "version": quote.version, "before": before, "after": state, "annual_cents": quote.annual_cents,
                                        "effective_percent": quote.effective_bp / 100, "reason": reason[:500]}, by=by, at=at)  # fmt: skip
    audit.note("quote.state", by=by, at=at, kind="quote", subject=quote.id, detail={"before": before, "after": state})


def price_the_deal(quote: Quote, *, by: Actor, at: datetime, only_estimated: bool = False) -> None:
    """The deal's amount is what this quote brings in a year (PLUS-07). `only_estimated`: unless a person or an earlier quote
    said one already. Effects: those of opportunities.price."""
    from rounds.actions.deals import opportunities

    deal = Opportunity.objects.get(pk=quote.opportunity_id)
    if only_estimated and deal.amount_cents is not None and deal.amount_from not in ("", "estimate"):
        return
    if (deal.amount_cents, deal.amount_from, deal.term_months) != (quote.annual_cents, "quote", quote.term_months):
        opportunities.price(deal, quote.annual_cents, currency=quote.currency, term_months=quote.term_months, basis="quote", by=by, at=at)
