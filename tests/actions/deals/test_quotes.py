"""Quotes: drafted, changed, made anew, accepted; what they bring becomes the deal's amount."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rounds.actions.deals import approvals, quote_lines, quotes
from rounds.actions.deals.quote_sums import QuoteClosed, QuoteConflict
from rounds.kit.clock import now
from rounds.models import Event, Opportunity, Quote, QuoteState
from rounds.rules.pricing.quote import QuoteWrong
from tests.actions.deals.price_room import TRIAGE, a_deal, a_quote, later

pytestmark = pytest.mark.req("PRICE-05")


@pytest.fixture
def deal(cast):
    return a_deal(cast)


@pytest.mark.req("PRICE-10", "PLUS-07")
def test_the_first_quote_takes_the_place_of_the_estimate(cast, deal):
    quote = a_quote(cast, deal, percent=5)
    deal.refresh_from_db()
    assert (quote.list_cents, quote.paid_cents, quote.annual_cents) == (40_000_000, 38_000_000, 38_000_000)
    assert (deal.amount_cents, deal.amount_from) == (38_000_000, "quote")
    assert (quote.stated_bp, quote.effective_bp, quote.version, quote.state) == (500, 500, 1, "draft")
    assert Event.objects.filter(kind="quote.drafted", opportunity_id=deal.id, payload__annual_cents=38_000_000).exists()


def test_an_amount_a_person_gave_stays_until_a_quote_is_accepted(cast, deal):
    Opportunity.objects.filter(pk=deal.pk).update(amount_cents=99, amount_from="hand")
    quote = a_quote(cast, deal)
    assert Opportunity.objects.get(pk=deal.pk).amount_cents == 99
    approvals.ask(quote, by=cast.owner.actor, at=now())
    quotes.accept(quote, by=cast.owner.actor, at=now())
    assert Opportunity.objects.get(pk=deal.pk).amount_cents == 40_000_000


@pytest.mark.req("PRICE-02")
def test_a_line_without_a_price_is_given_the_guided_one(cast, deal):
    quote = a_quote(cast, deal, lines=[{"product": "imaging_triage"}])
    # Beds 612: 80 of 100; the others are unknown and count as 50: 24 + 35 = 59 of 100 between $120,000 and $320,000.
    line = quote.lines.get()
    facts = {"beds": 612}
    assert line.unit_cents == 23_800_000 == quote_lines.guidance(deal, _triage(), {}, at=now(), facts=facts).price_cents
    scored = a_quote(cast, deal, lines=[{"product": "imaging_triage"}], scores={"organization_size": 0, "competitive_positioning": 100})
    assert scored.lines.get().unit_cents == 12_000_000 + 200_000 * 40


def _triage():
    from rounds.models.flow.active import active

    return active().playbook.products.by_code["imaging_triage"]


def test_lines_are_added_changed_and_removed_and_the_sums_follow(cast, deal):
    quote, by = a_quote(cast, deal), cast.owner.actor
    quote = quote_lines.add(quote, {"product": "integration", "units": 3, "unit_cents": 2_000_000}, by=by, at=now())
    assert (quote.list_cents, quote.annual_cents, quote.once_cents) == (46_000_000, 40_000_000, 6_000_000)
    first, second = quotes.lines_of(quote)
    quote = quote_lines.change(first, {"units": 1, "discount_bp": 1000}, by=by, at=now())
    assert (quote.annual_cents, quote.paid_cents) == (18_000_000, 24_000_000)
    quote = quote_lines.remove(second, by=by, at=now())
    assert (quote.paid_cents, quote.edits) == (18_000_000, 3)
    with pytest.raises(QuoteWrong, match="at least one line"):
        quote_lines.remove(first, by=by, at=now())
    assert quote.lines.count() == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [({"total_bp": 10_001}, "0 to 10,000"), ({"total_bp": -1}, "0 to 10,000"), ({"model": "barter"}, "subscription"), ({"term_months": 0}, "1 to 120"),
     ({"free_months": 12}, "fewer than the term"), ({"credit_cents": 50_000_000}, "credit is more"), ({"expires_on": date(2020, 1, 1)}, "has passed"),
     ({"state": "approved"}, "not said of a quote"), ({"approved_print": "x"}, "not said"), ({"scores": {"charm": 3}}, "no factor"),
     ({"scores": {"expected_roi": 101}}, "0 to 100")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name_and_changes_nothing(cast, deal, given, says):
    quote = a_quote(cast, deal)
    before = Quote.objects.filter(pk=quote.pk).values().get()
    with pytest.raises(Exception, match=says):
        quotes.change(quote, given, by=cast.owner.actor, at=now())
    assert Quote.objects.filter(pk=quote.pk).values().get() == before


def test_two_who_type_at_once_find_out(cast, deal):
    quote = a_quote(cast, deal)
    quotes.change(quote, {"total_bp": 300}, edits=0, by=cast.owner.actor, at=now())
    with pytest.raises(QuoteConflict):
        quotes.change(quote, {"total_bp": 900}, edits=0, by=cast.manager.actor, at=now())
    assert Quote.objects.get(pk=quote.pk).total_bp == 300


def test_a_new_version_takes_the_place_of_the_old_one(cast, deal):
    quote = a_quote(cast, deal, percent=8, term_months=36)
    newer = quotes.revise(quote, by=cast.owner.actor, at=now())
    quote.refresh_from_db()
    assert (newer.version, newer.term_months, newer.total_bp, newer.state, newer.follows_id) == (2, 36, 800, "draft", quote.pk)
    assert newer.paid_cents == quote.paid_cents
    assert quote.state == "void"
    assert [row.state for row in QuoteState.objects.filter(quote=quote).order_by("at")] == ["draft", "void"]
    with pytest.raises(QuoteClosed):
        quotes.change(quote, {"total_bp": 1}, by=cast.owner.actor, at=now())


@pytest.mark.req("PRICE-06")
def test_only_an_approved_quote_is_accepted_and_the_others_fall_with_it(cast, deal):
    one, other = a_quote(cast, deal, percent=5), a_quote(cast, deal, percent=9)
    with pytest.raises(approvals.NotApproved):
        quotes.accept(one, by=cast.owner.actor, at=now())
    approvals.ask(one, by=cast.owner.actor, at=now())
    accepted = quotes.accept(one, by=cast.owner.actor, at=now())
    other.refresh_from_db()
    assert (accepted.state, other.state) == ("accepted", "void")
    assert Opportunity.objects.get(pk=deal.pk).amount_cents == 38_000_000
    assert quotes.accept(accepted, by=cast.owner.actor, at=now()).state == "accepted"


@pytest.mark.req("PRICE-06")
def test_a_quote_whose_day_is_over_is_renewed_and_approved_again(cast, deal):
    quote = a_quote(cast, deal, percent=5)
    approvals.ask(quote, by=cast.owner.actor, at=now())
    after = later(days=61)
    with pytest.raises(approvals.NotApproved, match="stood until"):
        quotes.accept(quote, by=cast.owner.actor, at=after)
    assert quotes.expire(quote, by=cast.owner.actor, at=after)
    assert not quotes.expire(quote, by=cast.owner.actor, at=after)
    quote = quotes.change(quote, {"expires_on": after.date() + timedelta(days=20)}, by=cast.owner.actor, at=after)
    assert quote.state == "draft"
    with pytest.raises(approvals.NotApproved):
        quotes.accept(quote, by=cast.owner.actor, at=after)
    approvals.ask(quote, by=cast.owner.actor, at=after)
    assert quotes.accept(quote, by=cast.owner.actor, at=after).state == "accepted"


def test_an_approval_that_is_too_old_is_asked_for_again(cast, deal):
    quote = a_quote(cast, deal, percent=5)
    approvals.ask(quote, by=cast.owner.actor, at=now())
    with pytest.raises(approvals.NotApproved, match="too old"):
        quotes.accept(quote, by=cast.owner.actor, at=later(days=31))


@pytest.mark.req("COMM-14")
def test_words_that_look_like_patient_data_are_stopped(cast, deal):
    from rounds.actions.trust.phi import PhiRefused

    with pytest.raises(PhiRefused):
        quotes.draft(deal, [{**TRIAGE, "title": "For patient John Smith, MRN 4471203"}], by=cast.owner.actor, at=now())
    assert not Quote.objects.exists()
