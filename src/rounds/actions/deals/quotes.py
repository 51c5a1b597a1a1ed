"""Quotes: drafted, changed line by line, made anew as a further version, accepted, let go (PRICE-05, PRICE-10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from rounds.actions.deals import approvals, quote_lines
from rounds.actions.deals.below import need_open, tell
from rounds.actions.deals.quote_sums import (
    QuoteClosed,
    QuoteConflict,
    QuoteOut,
    become,
    lines_of,
    locked,
    price_the_deal,
    refigure,
    say_state,
)
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Opportunity, Proposal, Quote, QuoteLine, QuoteState
from rounds.models.base import signature
from rounds.models.deals.proposals import OUT
from rounds.models.deals.quotes import OPEN_STATES
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

CHANGEABLE = ("name", "model", "payment", "term_months", "expires_on", "total_bp", "free_months", "credit_cents", "services_cents",
              "poc_weeks", "volume_commitment", "strategic", "scores")  # fmt: skip
EDITABLE = (*OPEN_STATES, "refused", "expired")


class QuoteRefused(Refusal):
    """A quote cannot be kept like this."""

    status = 422


@phi.texts("name", "lines")
def draft(deal: Opportunity, lines: Sequence[Mapping[str, Any]], *, name: str = "", by: Actor, at: datetime, **given: Any) -> Quote:
    """A new quote on an open deal, its next version. A line names a product, and may say units, unit_cents (else the guided
    price), discount_bp, start_month, title. `given`: columns of CHANGEABLE.

    Effects: Quote, QuoteLine, QuoteState, the deal's amount where it was only estimated, the event quote.drafted, an
    audit entry. Raises DealClosed (409), QuoteRefused, QuoteWrong (422) naming the field.
    """
    book = active().playbook
    checked = _checked(given)
    with deed(by):
        deal = Opportunity.objects.select_for_update(of=("self",)).select_related("account__buying_unit", "owner").get(pk=deal.pk)
        need_open(deal)
        number = (Quote.objects.filter(opportunity=deal).aggregate(top=Max("version"))["top"] or 0) + 1
        said = {"term_months": book.quotes.term.months, "expires_on": house_day(at) + book.quotes.good_for.span, "currency": deal.currency, **checked}
        quote = Quote(opportunity=deal, version=number, name=name.strip()[:200] or f"Quote for {deal.account.name}"[:200],
                      updated_at=at, **said, **signature(by, at))  # fmt: skip
        _need_days(quote, at)
        rows = [quote_lines.made(quote, place, line, by=by, at=at) for place, line in enumerate(lines)]
        refigure(quote, rows, at=at)
        quote.save(force_insert=True)
        QuoteLine.objects.bulk_create(rows)
        QuoteState.objects.create(quote=quote, opportunity=deal, state="draft", **signature(by, at))
        price_the_deal(quote, by=by, at=at, only_estimated=True)
        tell("quote.drafted", quote, {"name": quote.name, "version": number, "annual_cents": quote.annual_cents,
                                      "effective_percent": quote.effective_bp / 100}, by=by, at=at)  # fmt: skip
        audit.note("quote.draft", by=by, at=at, kind="quote", subject=quote.id, detail={"deal": str(deal.id), "version": number})
    return quote


@phi.texts("given")
def change(quote: Quote, given: Mapping[str, Any], *, edits: int | None = None, by: Actor, at: datetime) -> Quote:
    """Change columns of CHANGEABLE. `edits`: how often it was changed when one looked; another number is a conflict.

    Effects: the row, its sums; where the offer is another one, its approvals are void and it is a draft again; the event
    quote.changed, an audit entry. Raises QuoteClosed, QuoteOut, QuoteConflict (409), QuoteRefused, QuoteWrong (422).
    """
    checked = _checked(given)
    with deed(by):
        quote = held(quote, edits)
        before = {name: getattr(quote, name) for name in checked}
        for name, value in checked.items():
            setattr(quote, name, value)
        if "expires_on" in checked:
            _need_days(quote, at)
        diff = {name: [_plain(before[name]), _plain(value)] for name, value in checked.items() if before[name] != value}
        return settle(quote, lines_of(quote), diff, by=by, at=at)


def held(quote: Quote, edits: int | None) -> Quote:
    """The quote, locked and fit to be changed. Raises QuoteClosed, QuoteOut, QuoteConflict (409)."""
    quote = locked(quote)
    need_open(quote.opportunity)
    if quote.state not in EDITABLE:
        raise QuoteClosed
    if Proposal.objects.filter(quote=quote, state__in=OUT).exists():
        raise QuoteOut
    if edits is not None and edits != quote.edits:
        raise QuoteConflict
    return quote


def settle(quote: Quote, lines: list[QuoteLine], diff: dict[str, list[Any]], *, by: Actor, at: datetime) -> Quote:
    """Keep a change of a locked quote. Effects: as `change`; nothing where nothing changed."""
    if not diff:
        return quote
    was = quote.fingerprint
    refigure(quote, lines, at=at)
    quote.edits += 1
    quote.save()
    voided = 0
    if quote.fingerprint != was or quote.state in ("refused", "expired"):
        voided = approvals.void(quote, why="The quote was changed.", by=by, at=at)
        if quote.state != "draft":
            become(quote, "draft", reason="Changed", by=by, at=at)
    if quote.version == 1:
        price_the_deal(quote, by=by, at=at, only_estimated=True)
    tell("quote.changed", quote, {"name": quote.name, "changed": diff, "voided": voided}, by=by, at=at)
    audit.note("quote.change", by=by, at=at, kind="quote", subject=quote.id, detail={"fields": sorted(diff), "voided": voided})
    return quote


def revise(quote: Quote, *, by: Actor, at: datetime) -> Quote:
    """A further version with the same lines, to be worked on. One that was open and stands in no proposal is void from then.

    Effects: those of `draft`; the older one's state. Raises DealClosed (409).
    """
    with deed(by):
        quote = locked(quote)
        same = {name: getattr(quote, name) for name in CHANGEABLE if name not in ("name", "expires_on")}
        lines = [{"product": line.product, "title": line.title, "units": line.units, "unit_cents": line.unit_cents,
                  "discount_bp": line.discount_bp, "start_month": line.start_month} for line in lines_of(quote)]  # fmt: skip
        made = draft(quote.opportunity, lines, name=quote.name, by=by, at=at, **same)
        Quote.objects.filter(pk=made.pk).update(follows=quote)
        if quote.state in EDITABLE and not Proposal.objects.filter(quote=quote, state__in=OUT).exists():
            end(quote, "void", reason=f"Version {made.version} takes its place.", by=by, at=at)
    made.follows = quote
    return made


@phi.texts("reason")
def let_go(quote: Quote, *, reason: str = "", by: Actor, at: datetime) -> Quote:
    """This quote is off the table. Effects: the state void, open approvals void, the event quote.state_changed, an audit
    entry. Raises QuoteClosed (409), QuoteOut (409)."""
    with deed(by):
        quote = held(quote, None)
        return end(quote, "void", reason=reason, by=by, at=at)


@phi.texts("reason")
def accept(quote: Quote, *, reason: str = "", by: Actor, at: datetime) -> Quote:
    """The customer takes this quote: it must be approved as it stands. One that is accepted already stays as it is.

    Effects: the state accepted, the deal's amount, the other open quotes of the deal void, the event quote.state_changed,
    an audit entry. Raises NotApproved (409), QuoteClosed (409).
    """
    with deed(by):
        quote = locked(quote)
        if quote.state == "accepted":
            return quote
        need_open(quote.opportunity)
        approvals.need_approved(quote, at=at)
        end(quote, "accepted", reason=reason, by=by, at=at)
        price_the_deal(quote, by=by, at=at)
        for other in Quote.objects.filter(opportunity_id=quote.opportunity_id, state__in=OPEN_STATES).exclude(pk=quote.pk):
            end(locked(other), "void", reason="Another quote was accepted.", by=by, at=at)
    return quote


def end(quote: Quote, state: str, *, reason: str = "", by: Actor, at: datetime) -> Quote:
    """A locked quote is over, or approved. Effects: state, QuoteState, the event quote.state_changed, an audit entry; of one
    that is void or expired the open approvals."""
    if state in ("void", "expired"):
        approvals.void(quote, why="The quote is off the table." if state == "void" else "The quote has expired.", by=by, at=at)
    say_state(quote, state, reason=reason, by=by, at=at)
    return quote


def expire(quote: Quote, *, by: Actor, at: datetime) -> bool:
    """The day of a quote is over: it has to be renewed and approved again. Whether it was so. Effects: those of `end`."""
    with deed(by):
        quote = locked(quote)
        # One in a proposal that is out ends with that; one that was accepted in principle is renewed by a person.
        if quote.state not in OPEN_STATES or quote.expires_on >= house_day(at) or Proposal.objects.filter(quote=quote, state__in=(*OUT, "accepted")).exists():
            return False
        end(quote, "expired", reason=f"It stood until {quote.expires_on:%-d %B %Y}.", by=by, at=at)
        return True


def _need_days(quote: Quote, at: datetime) -> None:
    if quote.expires_on < house_day(at):
        raise QuoteRefused("That day has passed; a quote stands until a later one.", field="expires_on")
    if (quote.expires_on - house_day(at)).days > 2 * active().playbook.quotes.good_for.span.days:
        raise QuoteRefused("That is too far away; prices stand for a few months at most.", field="expires_on")


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is given of a quote, each column with what it may hold. Raises QuoteRefused (422) naming it."""
    book, found = active().playbook, {}
    for name, value in given.items():
        if name not in CHANGEABLE:
            raise QuoteRefused(f"“{str(name)[:40]}” is not said of a quote.", field=str(name)[:40])
        found[name] = value
    _one_of(found, "model", [entry.model for entry in book.quotes.models])
    _one_of(found, "payment", [entry.payment for entry in book.quotes.payments])
    for name in ("total_bp", "free_months", "credit_cents", "services_cents", "poc_weeks", "term_months"):
        if name in found and (type(found[name]) is not int or not 0 <= found[name] <= quote_lines.MOST[name]):
            raise QuoteRefused(f"Give a whole number from 0 to {quote_lines.MOST[name]:,}.", field=name)
    term = book.quotes.term
    if "term_months" in found and not term.least <= found["term_months"] <= term.most:
        raise QuoteRefused(f"The term is {term.least} to {term.most} months.", field="term_months")
    if "name" in found and not str(found["name"]).strip():
        raise QuoteRefused("Give the quote a name.", field="name")
    if "expires_on" in found and type(found["expires_on"]) is not date:
        raise QuoteRefused("Give a day.", field="expires_on")
    if "scores" in found:
        found["scores"] = quote_lines.scores(found["scores"])
    return found


def _one_of(found: dict[str, Any], name: str, known: list[str]) -> None:
    if name in found and found[name] not in known:
        raise QuoteRefused(f"Choose one of: {', '.join(known)}.", field=name)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
