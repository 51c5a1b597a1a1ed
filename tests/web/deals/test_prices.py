"""Quotes and proposals in the browser's terms: the grid, who may see what, the customer's link that a gateway may fetch."""

from __future__ import annotations

import pytest

from rounds.actions.deals import approvals, proposal_links, proposals
from rounds.kit.clock import now
from rounds.models import Opportunity, Proposal, ProposalMark, Quote, QuoteApproval
from tests.actions.deals.price_room import a_deal, a_quote, approver

pytestmark = pytest.mark.req("PRICE-05", "PRICE-08", "UI-01")


@pytest.fixture
def deal(cast):
    return a_deal(cast, tier=1)


def test_a_cell_is_kept_as_it_is_left_and_the_guidelines_follow(cast, deal, door, see_all):
    quote = a_quote(cast, deal)
    line, client = quote.lines.get(), door(cast.owner, htmx=True)
    answer = client.post(f"/quotes/{quote.id}/lines/{line.id}/", {"unit_cents": "$210,000.50", "edits": "0"}).content.decode()
    assert "$420,001" in answer
    assert 'id="quote-head" hx-swap-oob="true"' in answer
    answer = client.post(f"/quotes/{quote.id}/", {"total_bp": "27.5", "edits": "1"}).content.decode()
    assert "Beyond the guidelines by 7.5 %" in answer
    assert "VP Sales, then Finance" in answer
    see_all()
    assert Quote.objects.get(pk=quote.pk).total_bp == 2750


def test_what_is_refused_says_why_and_leaves_the_figure(cast, deal, door, see_all):
    quote = a_quote(cast, deal)
    answer = door(cast.owner, htmx=True).post(f"/quotes/{quote.id}/", {"total_bp": "a lot"})
    assert answer.status_code == 422
    assert "This is no number" in answer.content.decode()
    assert answer["HX-Retarget"] == "#quote"
    assert door(cast.owner, htmx=True).post(f"/quotes/{quote.id}/", {"total_bp": "3", "edits": "9"}).status_code == 409
    see_all()
    assert Quote.objects.get(pk=quote.pk).total_bp == 0


def test_margins_are_for_those_who_may_see_them(cast, deal, door):
    quote = a_quote(cast, deal)
    assert "What it costs us" not in door(cast.owner).get(f"/quotes/{quote.id}/").content.decode()
    assert "What it costs us" in door(cast.manager).get(f"/quotes/{quote.id}/").content.decode()
    assert door(cast.colleague).get(f"/quotes/{quote.id}/").status_code == 404


def test_the_inbox_names_what_waits_for_ones_word(cast, deal, door, see_all):
    vp, finance = approver("vp_sales", "Vera"), approver("finance", "Fay")
    quote = approvals.ask(a_quote(cast, deal, percent=27, lines=[{"product": "imaging_triage", "unit_cents": 30_000_000}]), by=cast.owner.actor, at=now())
    step = QuoteApproval.objects.get(quote=quote, position=0)
    assert "1 discount waits for your word" in door(vp).get("/quotes/?f=").content.decode()
    assert door(finance).post(f"/quotes/{quote.id}/approvals/{step.id}/", {"decision": "approved"}).status_code == 403
    assert door(vp).post(f"/quotes/{quote.id}/approvals/{step.id}/", {"decision": "approved"}).status_code == 302
    assert "your word" in door(finance).get(f"/quotes/{quote.id}/").content.decode().lower()
    second = QuoteApproval.objects.get(quote=quote, position=1)
    assert door(finance).post(f"/quotes/{quote.id}/approvals/{second.id}/", {"decision": "approved"}).status_code == 302
    see_all()
    assert Quote.objects.get(pk=quote.pk).state == "approved"
    assert door(finance).post(f"/quotes/{quote.id}/", {"total_bp": "1"}).status_code == 403, "finance decides and changes nothing"


def test_a_proposal_is_written_and_sent_by_hand(cast, deal, door, see_all):
    quote = approvals.ask(a_quote(cast, deal, percent=5), by=cast.owner.actor, at=now())
    client = door(cast.owner)
    client.post(f"/quotes/{quote.id}/proposals/")
    see_all()
    row = Proposal.objects.get(quote=quote)
    assert "lacks 4 of 16 items" in client.get(f"/proposals/{row.id}/").content.decode()
    client.post(f"/proposals/{row.id}/", {"business_case": "Forty minutes a scan.", "edits": "0"})
    assert "Forty minutes a scan." in client.get(f"/proposals/{row.id}/").content.decode()
    assert client.post(f"/proposals/{row.id}/delivery/", {"how": "said"}).status_code == 302
    assert client.post(f"/proposals/{row.id}/answers/", {"answer": "accepted", "timeline": "on"}).status_code == 302
    see_all()
    row.refresh_from_db()
    assert (row.state, row.timeline_agreed, Opportunity.objects.get(pk=deal.pk).amount_cents) == ("accepted", True, 38_000_000)


def test_a_gateway_that_fetches_the_link_has_seen_nothing(cast, deal, door, see_all):
    quote = approvals.ask(a_quote(cast, deal, percent=5), by=cast.owner.actor, at=now())
    row, _ = proposals.deliver(proposals.draft(quote, by=cast.owner.actor, at=now()), how="said", by=cast.owner.actor, at=now())
    path, nobody = proposal_links.issue(row, by=cast.owner.actor, at=now()), door(None)
    for _ in range(3):
        assert "Open the proposal" in nobody.get(path).content.decode()
    nobody.head(path)
    see_all()
    assert not ProposalMark.objects.filter(proposal=row, kind="viewed").exists()
    opened = nobody.post(path).content.decode()
    assert "$380,000" in opened
    assert "Business case" not in opened, "what is missing is not shown to the customer"
    assert nobody.get(f"{path}answer/").status_code == 405
    assert "You asked for changes" in nobody.post(f"{path}answer/", {"answer": "changes", "words": "Monthly, please"}).content.decode()
    see_all()
    row.refresh_from_db()
    assert (row.state, row.viewed_at is not None) == ("changes", True)
    assert nobody.get("/p/nothing/").status_code == 410


@pytest.mark.req("PRICE-02")
def test_the_calculator_says_what_each_factor_adds(cast, deal, door):
    client = door(cast.owner)
    scored = "organization_size=80&use_case_complexity=60&integration_requirements=50&expected_roi=70&competitive_positioning=40"
    page = client.get(f"/pricing/?product=platform&{scored}").content.decode()
    assert "$390,500" in page
    assert "$72,000" in page, "24 of 100 between $200,000 and $500,000"
    assert "Beyond the guidelines" in client.get("/pricing/?percent=22&strategic=on").content.decode()
    assert client.get("/pricing/?percent=%27&term=x&organization_size=900&beds=-3&deal=zz").status_code == 200
    assert client.get(f"/pricing/?deal={deal.id}").status_code == 200


@pytest.mark.parametrize("lines", [1, 3])
def test_the_page_asks_as_much_for_three_lines_as_for_one(cast, deal, door, django_assert_max_num_queries, lines):
    quote = a_quote(cast, deal, lines=[{"product": "imaging_triage", "unit_cents": 20_000_000}] * lines)
    client = door(cast.owner)
    client.get(f"/quotes/{quote.id}/")
    with django_assert_max_num_queries(45):
        assert client.get(f"/quotes/{quote.id}/").status_code == 200
