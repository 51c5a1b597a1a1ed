"""In whatever order a quote is written, changed, asked for, decided, accepted and let run out, and whoever does it: its sums are
those of its lines to the cent, nobody takes a quote that is not approved as it stands, and a closed deal has none on the table."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from rounds.actions.deals import approval_moves, approvals, closing, concessions, quote_lines, quotes
from rounds.actions.deals.quote_sums import lines_of, look
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Opportunity, Quote, QuoteApproval
from rounds.models.deals.quotes import OPEN_STATES
from rounds.rules.pricing.quote import instalments
from tests.actions.deals.price_room import TRIAGE, a_deal, approver

ODD = (1, 15_333_333, 19_999_999, 20_000_001, 23_456_789)
STATES = {"draft", "asked", "approved", "accepted", "refused", "void", "expired"}


def deeds(deal, quote, people, random, at):
    """Name → a deed somebody tries."""
    by = {"by": random.choice(people[:3]).actor, "at": at}
    line = random.choice(lines_of(quote))
    judge = {"by": random.choice(people).actor, "at": at}
    step = QuoteApproval.objects.filter(quote=quote, decision="", voided_at=None).exclude(opened_at=None).first()
    return {
        "add": lambda: quote_lines.add(quote, {**TRIAGE, "units": random.randint(1, 3), "unit_cents": random.choice(ODD)}, **by),
        "price": lambda: quote_lines.change(line, {"unit_cents": random.choice(ODD), "discount_bp": random.choice((0, 333, 1_250))}, **by),
        "remove": lambda: quote_lines.remove(line, **by),
        "off": lambda: quotes.change(quote, {"total_bp": random.choice((0, 1, 333, 900, 1_201, 1_999, 9_999))}, **by),
        "given": lambda: quotes.change(quote, {"free_months": random.randint(0, 3), "credit_cents": random.choice((0, 1, 777))}, **by),
        "term": lambda: quotes.change(quote, {"term_months": random.choice((7, 12, 36)), "services_cents": random.choice((0, 333))}, **by),
        "received": lambda: concessions.log(deal, "received", "reference", **by),
        "ask": lambda: approvals.ask(quote, **by),
        "decide": lambda: step and approvals.decide(step, random.choice(("approved", "approved", "refused")), words="So", **judge),
        "late": lambda: step and approval_moves.escalate(step, by=SYSTEM_ACTOR, at=at),
        "accept": lambda: quotes.accept(quote, **by),
        "revise": lambda: quotes.revise(quote, **by),
        "let go": lambda: random.random() < 0.2 and quotes.let_go(quote, **by),
        "night": lambda: quotes.expire(quote, by=SYSTEM_ACTOR, at=at),
        "lose": lambda: random.random() < 0.1 and closing.lose(deal, reason="budget", **by),
    }  # fmt: skip


def hold(deal, at, taken) -> None:
    """What must be true after each deed."""
    deal = Opportunity.objects.get(pk=deal.pk)
    for quote in Quote.objects.filter(opportunity=deal).select_related("opportunity__account__buying_unit", "opportunity__owner"):
        lines = lines_of(quote)
        sums, check = look(quote, lines)
        assert quote.state in STATES
        assert lines, "a quote offers something"
        assert [getattr(quote, name) for name in ("list_cents", "paid_cents", "annual_cents", "once_cents", "effective_bp")] == [
            sums.list_cents, sums.paid_cents, sums.annual_cents, sums.once_cents, sums.effective_bp], "the row says what its lines come to"  # fmt: skip
        assert sum(line.paid_cents for line in sums.lines) == sums.paid_cents == sums.value_cents - sums.given_cents
        for per_year in (1, 4, 12):
            assert sum(instalments(sums.paid_cents, term_months=quote.term_months, per_year=per_year, shares=())) == sums.paid_cents
        steps = list(QuoteApproval.objects.filter(quote=quote, voided_at=None))
        assert all(step.fingerprint == quote.fingerprint for step in steps), "nobody's yes to another offer counts for it"
        assert quote.state != "asked" or steps
        if quote.state in ("approved", "accepted"):
            yes = {step.level for step in steps if step.decision == "approved"}
            assert set(check.asks) <= yes, (check.asks, yes)
            assert all(step.decided_by_id != step.by_id for step in steps if step.decision), "four eyes"
            stood = taken.setdefault(quote.pk, quote.fingerprint) if quote.state == "accepted" else quote.fingerprint
            assert quote.fingerprint == stood, "what was accepted stays as it was"
    assert deal.is_open or not Quote.objects.filter(opportunity=deal, state__in=OPEN_STATES).exists()
    assert deal.is_open or not QuoteApproval.objects.filter(opportunity=deal, decision="", voided_at=None).exists()


@pytest.mark.req("PRICE-05", "PRICE-06", "PRICE-10", "PLUS-25", "PIPE-14")
@pytest.mark.parametrize("seed", range(4))
def test_no_order_of_deeds_sells_what_nobody_approved_or_loses_a_cent(cast, seed):
    random, at, taken, done = Random(seed), now(), {}, 0
    deal = a_deal(cast, tier=1 if seed % 2 else None)
    people = [cast.owner, cast.owner, cast.manager, approver("vp_sales"), approver("finance"), approver("vp_sales")]
    quotes.draft(deal, [TRIAGE], by=cast.owner.actor, at=at)
    for _ in range(45):
        at += timedelta(hours=random.randint(1, 60))
        deal = Opportunity.objects.get(pk=deal.pk)
        quote = random.choice(list(Quote.objects.filter(opportunity=deal).order_by("-version")[:2]))
        can = deeds(deal, quote, people, random, at)
        likely = {"draft": ("received", "ask", "off"), "asked": ("decide",), "approved": ("accept", "off")}.get(quote.state, ("revise",))
        name = random.choice(likely) if random.random() < 0.8 else random.choice(list(can))
        try:
            with transaction.atomic():
                can[name]()
                done += 1
        except Refusal:
            pass
        hold(deal, at, taken)
    assert done > 8
