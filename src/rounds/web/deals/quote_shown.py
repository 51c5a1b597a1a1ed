"""What a quote's page shows: the grid, what the guidelines say of it, who has to say yes, what it costs us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from rounds.access.allowed import may, may_change
from rounds.actions.deals import approvals
from rounds.actions.deals.approval_steps import steps_of
from rounds.actions.deals.quote_lines import guidance
from rounds.actions.deals.quote_sums import lines_of, look
from rounds.actions.deals.quotes import EDITABLE
from rounds.models import Concession, Proposal, Quote, QuoteState, User
from rounds.models.deals.pricing import value_facts
from rounds.models.deals.proposal_facts import money, percent
from rounds.models.deals.proposals import OUT
from rounds.models.deals.quote_listing import models
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.pricing.cents import bp_of

STATES = {"draft": ("Draft", "tag-plain"), "asked": ("Waits for approval", "s-soon"), "approved": ("Approved", "s-ok"), "accepted": ("Accepted", "s-ok"),
          "refused": ("Refused", "s-late"), "void": ("Off the table", "tag-plain"), "expired": ("Expired", "s-soon")}  # fmt: skip
WORDS = {"none": "No discount", "below_band": "Below the band", "within": "Within the guidelines", "exceeds": "Beyond the guidelines"}


def whole(request: HttpRequest, quote: Quote, *, at: datetime) -> dict[str, Any]:
    """Everything the page needs."""
    lines, book = lines_of(quote), active().playbook
    sums, check = look(quote, lines)
    out = Proposal.objects.filter(opportunity=quote.opportunity_id, quote=quote).exclude(state="withdrawn").order_by("-version").first()
    deal = quote.opportunity
    may_write = may_change(request.user, deal) and deal.closed_at is None
    editable = may_write and quote.state in EDITABLE and not (out is not None and out.state in OUT)
    facts = value_facts(deal, book, at=at)
    rows = [row(book, quote, line, one, facts, at=at) for line, one in zip(lines, sums.lines, strict=True)]
    said = {
        "quote": quote, "deal": deal, "url": f"/quotes/{quote.id}/", "place": "quotes", "at": at, "number": active().number,
        "lines": rows, "sums": sums, "check": check, "state": STATES[quote.state], "may_write": may_write, "editable": editable, "proposal": out,
        "under": [one["line"].title for one in rows if one["sums"].under_floor], "models": book.quotes.models, "payments": book.quotes.payments,
        "products": book.products.products, "approved": approvals.approved(quote, at=at), "finding": finding(quote, at=at),
        "can_ask": may_write and quote.state == "draft", "lapsed": quote.state == "approved" and not approvals.approved(quote, at=at),
        "versions": list(Quote.objects.filter(opportunity=deal).order_by("-version").only("id", "version", "state", "annual_cents", "opportunity_id")),
    }  # fmt: skip
    return {**said, **judged(book, check, sums), **steps(request, quote), **value(book, quote, facts, lines, at=at), **talks(book, quote),
            "margins": may(request.user, "margins.read")}  # fmt: skip


def brief(request: HttpRequest, quote: Quote) -> dict[str, Any]:
    """What the panel beside a list says of it: what it comes to, its lines, whose turn it is."""
    lines = lines_of(quote)
    sums, check = look(quote, lines)
    return {"quote": quote, "deal": quote.opportunity, "url": f"/quotes/{quote.id}/", "lines": list(zip(lines, sums.lines, strict=True)),
            "state": STATES[quote.state], "verdict": WORDS[check.verdict], "model": dict(models()).get(quote.model, quote.model), **steps(request, quote)}  # fmt: skip


def row(book: Any, quote: Quote, line: Any, sums: Any, facts: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """One line of the grid, with where the guidance would put its price."""
    product = book.products.by_code.get(line.product)
    guide = guidance(quote.opportunity, product, quote.scores, at=at, facts=facts) if product else None
    hint = ""
    if guide is not None:
        apart = line.unit_cents - guide.price_cents
        where = "as guided" if abs(apart) < 100 else f"{money(abs(apart), quote.currency)} {'above' if apart > 0 else 'below'}"
        hint = f"guided {money(guide.price_cents, quote.currency)}, {where}" if apart else "as guided"
        if not product.band.floor * 100 <= line.unit_cents <= product.band.ceiling * 100:
            hint += "; outside of its band"
    return {"line": line, "sums": sums, "hint": hint, "price": dollars(line.unit_cents), "off": f"{line.discount_bp / 100:g}", "month": line.start_month + 1,
            "per": "once" if line.kind == "once" else "a year"}  # fmt: skip


def dollars(cents: int) -> str:
    """Cents as an input holds them: 12,500.50."""
    return f"{cents // 100:,}" if cents % 100 == 0 else f"{cents / 100:,.2f}"


def finding(quote: Quote, *, at: datetime) -> str:
    """The sentence on top."""
    sum_ = f"{money(quote.annual_cents, quote.currency)} a year"
    off = f" at {percent(quote.effective_bp)} off" if quote.effective_bp else " at list"
    what = {"draft": "would bring", "asked": "waits for a yes:", "approved": "may go out:", "accepted": "was accepted:", "refused": "was refused:",
            "void": "is off the table:", "expired": "has expired:"}[quote.state]  # fmt: skip
    if quote.state == "approved" and not approvals.approved(quote, at=at):
        what = "has run out:" if quote.expires_on < house_day(at) else "needs a fresh approval:"
    return f"{quote.name} {what} {sum_}{off}"


def judged(book: Any, check: Any, sums: Any) -> dict[str, Any]:
    """The guidelines as a picture: a scale to 40 %, the ceiling, where this quote stands."""
    top = 4000
    levels = book.discounts.approvals.levels
    return {
        "verdict": WORDS[check.verdict], "asked_percent": percent(check.asked), "ceiling_percent": percent(check.ceiling), "exceeds": percent(check.exceeds_by),
        "asks": [levels[code].title for code in check.asks], "scale": {"ceiling": min(100, check.ceiling * 100 // top), "asked": min(100, check.asked * 100 // top)},
        "bands": [{"title": band.title, "low": band.low, "high": band.high, "has": band in check.bands, "used": band in check.used} for band in book.discounts.bands],
        "needs_received": check.asked > bp_of(book.discounts.concessions.received_above.percent), "received_above": book.discounts.concessions.received_above.percent,
        "blocked": check.under_floor and book.discounts.floors == "block", "total_percent": f"{sums.stated_bp / 100:g}",
    }  # fmt: skip


def steps(request: HttpRequest, quote: Quote) -> dict[str, Any]:
    """The steps of the last round, and what the viewer may do with the one whose turn it is."""
    last = quote.approvals.order_by("-round").values_list("round", flat=True).first()
    rows = steps_of(quote, last) if last else []
    levels = active().playbook.discounts.approvals.levels
    mine = next((step for step in rows if step.opened_at and not step.decision and not step.voided_at), None)
    why = approvals.why_not(rows, mine, request.user) if mine else ""
    heirs: list[User] = []
    if mine and (not why or mine.asked_id == request.user.pk):
        out = {request.user.pk, mine.by_id, mine.asked_id, *(step.decided_by_id for step in rows)}
        heirs = list(User.objects.filter(is_active=True, role__in=levels[mine.level].stands_in).exclude(pk__in=[key for key in out if key]).order_by("name"))
    return {"steps": [{"step": step, "title": levels[step.level].title if step.level in levels else step.level} for step in rows],
            "mine": mine if mine and not why else None, "turn": mine, "why_not": why, "heirs": heirs}  # fmt: skip


def value(book: Any, quote: Quote, facts: dict[str, Any], lines: list[Any], *, at: datetime) -> dict[str, Any]:
    """The factors behind the guided price, with what each adds for the first product of the quote."""
    product = next((book.products.by_code[line.product] for line in lines if line.product in book.products.by_code), book.products.products[0])
    guide = guidance(quote.opportunity, product, quote.scores, at=at, facts=facts)
    return {"factors": factors(book, guide, quote.scores), "guide": guide, "guide_product": product, "index": f"{guide.index / 100:g}"}


def factors(book: Any, guide: Any, given: dict[str, int]) -> list[dict[str, Any]]:
    """Each factor with its score, its weight and what it adds to the price."""
    return [{"factor": entry, "one": one, "given": given.get(entry.factor, ""), "adds": f"{one.adds / 100:g}", "worth": guide.worth(one),
             "known": one.score is not None} for entry, one in zip(book.value.factors, guide.factors, strict=True)]  # fmt: skip


def talks(book: Any, quote: Quote) -> dict[str, Any]:
    """What was given and received, what to lean on, and what became of the quote."""
    kinds = book.discounts.concessions
    log = Concession.objects.filter(opportunity_id=quote.opportunity_id, withdrawn_at=None).order_by("-at")[:40]
    titles = {**kinds.given, **kinds.received}
    plays: dict[str, list[Any]] = {}
    for play in book.proposal.negotiation:
        plays.setdefault(play.strategy, []).append(play)
    return {"concessions": [{"row": one, "title": titles.get(one.kind, one.kind)} for one in log], "given_kinds": kinds.given, "received_kinds": kinds.received,
            "received_any": any(one.side == "received" for one in log), "plays": plays,
            "history": QuoteState.objects.filter(opportunity=quote.opportunity_id, quote=quote).order_by("-at")[:20], "state_words": {code: word for code, (word, _) in STATES.items()}}  # fmt: skip
