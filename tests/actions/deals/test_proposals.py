"""Proposals: sixteen items from the records, sent once and unchanged, seen by a press and not by a fetch, answered, followed up."""

from __future__ import annotations

import pytest

from rounds.actions.deals import approvals, concessions, proposal_life, proposal_links, proposals, quotes
from rounds.actions.deals.closing_prices import end_prices
from rounds.actions.market import contacts
from rounds.kit.clock import now
from rounds.models import Delivery, Event, Opportunity, Proposal, ProposalMark, Quote, StageSignal, Task
from rounds.models.deals.evidence import look
from rounds.models.flow.days import house_today
from tests.actions.deals.price_room import a_deal, a_quote, later

pytestmark = pytest.mark.req("PRICE-07", "PRICE-08")


@pytest.fixture
def deal(cast):
    return a_deal(cast)


@pytest.fixture
def quote(cast, deal):
    return approvals.ask(a_quote(cast, deal, percent=5), by=cast.owner.actor, at=now())


def drafted(cast, quote, **said):
    return proposals.draft(quote, by=cast.owner.actor, at=now(), **said)


def items(row):
    return {item["item"]: item for section in row.body["sections"] for item in section["items"]}


def test_it_has_four_sections_of_four_and_says_what_is_missing(cast, deal, quote):
    row = drafted(cast, quote)
    assert [len(section["items"]) for section in row.body["sections"]] == [4, 4, 4, 4]
    assert set(proposals.missing(row)) == {"Business case", "System architecture", "Integration requirements", "Success criteria"}
    assert items(row)["business_case"]["missing"].startswith("Calculate the ROI")
    assert ["Total", "$380,000"] in items(row)["pricing_structure"]["blocks"][1]["rows"]
    assert items(row)["payment_terms"]["blocks"][1]["rows"] == [["Month 1", "$380,000"]]
    assert items(row)["solution_overview"]["blocks"][1]["list"] == ["Imaging triage, 2 hospitals"]


def test_what_people_write_takes_the_place_of_the_records_until_it_is_taken_out(cast, quote):
    row = drafted(cast, quote)
    row = proposals.change(row, {"business_case": "Saves 40 minutes a scan.\n\nPays back in a year."}, by=cast.owner.actor, at=now())
    assert [block["text"] for block in items(row)["business_case"]["blocks"]] == ["Saves 40 minutes a scan.", "Pays back in a year."]
    assert "Business case" not in proposals.missing(row)
    row = proposals.change(row, {"business_case": ""}, by=cast.owner.actor, at=now())
    assert "Business case" in proposals.missing(row)
    with pytest.raises(proposals.ProposalRefused, match="not said of a proposal"):
        proposals.change(row, {"state": "accepted"}, by=cast.owner.actor, at=now())


def test_the_same_words_have_the_same_hash_and_other_words_another(cast, quote):
    row = drafted(cast, quote)
    assert row.content_hash == proposals.hash_of(row)
    before = row.content_hash
    assert proposals.change(row, {"risks": "Ours"}, by=cast.owner.actor, at=now()).content_hash != before
    assert proposals.change(row, {"risks": ""}, by=cast.owner.actor, at=now()).content_hash == before


def test_only_an_approved_quote_goes_out_and_only_as_it_was_written(cast, deal):
    draft = a_quote(cast, deal, percent=5)
    row = drafted(cast, draft)
    with pytest.raises(approvals.NotApproved):
        proposals.deliver(row, how="said", by=cast.owner.actor, at=now())
    approvals.ask(draft, by=cast.owner.actor, at=now())
    changed = quotes.change(draft, {"total_bp": 300}, by=cast.owner.actor, at=now())
    approvals.ask(changed, by=cast.owner.actor, at=now())
    with pytest.raises(proposals.ProposalStale):
        proposals.deliver(row, how="said", by=cast.owner.actor, at=now())
    row = proposals.change(row, {}, by=cast.owner.actor, at=now())
    row, event = proposals.deliver(row, how="said", by=cast.owner.actor, at=now())
    assert (row.state, event.kind) == ("sent", "proposal.delivered")
    with pytest.raises(proposal_life.ProposalOver):
        proposals.change(row, {"title": "Other"}, by=cast.owner.actor, at=now())
    with pytest.raises(quotes.QuoteOut):
        quotes.change(changed, {"total_bp": 200}, by=cast.owner.actor, at=now())


@pytest.mark.req("PIPE-05")
def test_sending_it_is_stage_seven_and_a_task(cast, deal, quote):
    row, event = proposals.deliver(drafted(cast, quote), how="said", by=cast.owner.actor, at=now())
    signal = StageSignal.objects.get(opportunity=deal, kind="proposal.delivered")
    assert signal.event == event.id
    assert Task.objects.get(key=f"proposal:{row.id}:answer").due_at == row.answer_due_at
    assert look(deal, "proposal.accepted").state == "missing"
    assert "not opened yet" in look(deal, "proposal.accepted").says


def mailed(cast, deal, quote):
    contact = contacts.add(deal.account, name="Bo Fox", title="CIO", email="bo@harbour.example", by=cast.owner.actor, at=now())
    row, _ = proposals.deliver(drafted(cast, quote, contact=contact), by=cast.owner.actor, at=now())
    token = proposal_links.issue(row, by=cast.owner.actor, at=now()).split("/")[2]
    return row, token


def test_it_is_mailed_with_a_link_that_counts_when_it_is_pressed(cast, deal, quote):
    row, token = mailed(cast, deal, quote)
    assert Delivery.objects.filter(about="proposal.delivered", channel="email").count() == 1
    assert proposal_links.follow(token, at=now()) == row
    assert Proposal.objects.get(pk=row.pk).viewed_at is None, "following it changes nothing"
    proposal_links.open_by_link(token, at=now())
    proposal_links.open_by_link(token, at=now())
    row.refresh_from_db()
    assert (row.state, row.viewed_at is not None) == ("viewed", True)
    assert ProposalMark.objects.filter(proposal=row, kind="viewed", how="link", by_name="Bo Fox").count() == 2
    assert Event.objects.filter(kind="proposal.viewed", subject_id=row.id).count() == 1
    with pytest.raises(proposal_links.LinkEnded):
        proposal_links.follow(token, at=later(days=31))
    with pytest.raises(proposal_links.LinkEnded):
        proposal_links.follow("nothing", at=now())


def test_without_an_address_nobody_is_mailed(cast, quote):
    with pytest.raises(proposals.ProposalRefused, match="whom it goes to"):
        proposals.deliver(drafted(cast, quote), by=cast.owner.actor, at=now())
    assert not Delivery.objects.filter(about="proposal.delivered").exists()


def test_an_accepted_proposal_takes_its_quote_and_writes_the_amount(cast, deal, quote):
    row, token = mailed(cast, deal, quote)
    proposal_links.answer_by_link(token, "accepted", by=proposal_links.customer(row), at=now())
    row = proposal_life.agree_timeline(row, True, by=cast.owner.actor, at=now())
    deal.refresh_from_db()
    assert (row.state, Quote.objects.get(pk=quote.pk).state, deal.amount_cents) == ("accepted", "accepted", 38_000_000)
    assert [look(deal, name).state for name in ("proposal.accepted", "pricing.negotiated", "proposal.timeline_agreed")] == ["met"] * 3
    assert Task.objects.get(key=f"proposal:{row.id}:answer").done_at
    again = proposal_links.answer_by_link(token, "accepted", by=proposal_links.customer(row), at=now())
    assert ProposalMark.objects.filter(proposal=again, kind="accepted").count() == 1
    with pytest.raises(proposal_life.ProposalOver):
        proposal_links.answer_by_link(token, "declined", by=proposal_links.customer(row), at=now())


@pytest.mark.req("AUTO-05")
def test_a_silent_proposal_is_followed_up_and_ends(cast, deal, quote):
    row, _ = proposals.deliver(drafted(cast, quote), how="said", by=cast.owner.actor, at=now())
    by = {"by": cast.owner.actor}
    assert proposal_life.follow_up(row, at=later(hours=1), **by) == ""
    assert "not opened" in proposal_life.follow_up(row, at=later(days=2), **by)
    assert "No answer" in proposal_life.follow_up(row, at=later(days=9), **by)
    assert Task.objects.filter(key=f"proposal:{row.id}:status").count() == 1
    assert proposal_life.end(row, "expired", at=later(days=31), **by)
    assert not proposal_life.end(row, "expired", at=later(days=31), **by)
    row.refresh_from_db()
    assert row.state == "expired"
    assert not Task.objects.filter(key__startswith=f"proposal:{row.id}", dropped_at=None).exists()


def test_a_new_version_keeps_what_people_wrote(cast, quote):
    row = proposals.change(drafted(cast, quote), {"risks": "Ours"}, by=cast.owner.actor, at=now())
    newer = proposals.revise(row, by=cast.owner.actor, at=now())
    assert (newer.version, newer.written, items(newer)["risks"]["by_hand"]) == (2, {"risks": "Ours"}, True)


def test_closing_the_deal_ends_what_is_open(cast, deal, quote):
    row, _ = proposals.deliver(drafted(cast, quote), how="said", by=cast.owner.actor, at=now())
    told = end_prices(deal, won=False, by=cast.owner.actor, at=now())
    assert len(told) == 2
    assert (Proposal.objects.get(pk=row.pk).state, Quote.objects.get(pk=quote.pk).state) == ("withdrawn", "void")


@pytest.mark.req("PRICE-09")
def test_the_log_keeps_what_was_given_and_received(cast, deal):
    concessions.log(deal, "given", "free_months", worth_cents=3_000_000, words="Two months", by=cast.owner.actor, at=now())
    with pytest.raises(concessions.ConcessionRefused, match="Choose one of"):
        concessions.log(deal, "given", "dinner", by=cast.owner.actor, at=now())
    with pytest.raises(concessions.ConcessionRefused):
        concessions.log(deal, "lent", "credits", by=cast.owner.actor, at=now())
    assert Opportunity.objects.get(pk=deal.pk).concessions.count() == 1


def test_its_paper_stands_as_long_as_it_does_and_one_payment_is_one(cast, quote):
    row = proposals.draft(quote, by=cast.owner.actor, at=now())
    said = str(row.body["sections"])
    assert f"{row.expires_on:%-d %B %Y}" in said
    sooner = house_today() + (row.expires_on - house_today()) / 2
    row = proposals.change(row, {"expires_on": sooner}, by=cast.owner.actor, at=now())
    assert f"{sooner:%-d %B %Y}" in str(row.body["sections"])
    assert "1 payments" not in said
