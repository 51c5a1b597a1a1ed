"""The board, the gate it opens, and what becomes of a move that is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.deals import committee, competitors, criteria, opportunities
from rounds.analytics.deals.board import SIZE, board
from rounds.kit.clock import now
from rounds.models import CriterionCheck, Opportunity, StageEntry
from rounds.models.deals.standing import chances
from rounds.models.flow.active import active


@pytest.mark.req("PIPE-25")
def test_a_column_sums_counts_and_weighs_in_the_companys_currency(cast, sale, moved, door):
    by, at = cast.owner.actor, now()
    opportunities.price(sale.deal, 30_000_000, by=by, at=at)
    other = opportunities.open_deal(sale.account, "Elmcrest, imaging", owner=cast.owner, by=by, at=at)
    opportunities.price(other, 10_000_001, currency="EUR", rate="1.10", by=by, at=at)
    moved(opportunities.open_deal(sale.account, "Elmcrest, flow", owner=cast.owner, by=by, at=at), "O3")
    held = door(cast.owner).get("/opportunities/board/?f=").context["held"]
    first, third = held.columns[0], held.columns[2]
    assert (first.count, first.cents) == (2, 30_000_000 + 11_000_001)
    assert first.spread.weighted == round(first.cents * 0.05)
    assert (third.code, third.count, third.cents) == ("O3", 1, 0)
    assert held.cents == first.cents
    assert held.spread.target


@pytest.mark.req("PIPE-29")
def test_a_parent_and_its_children_are_counted_once(cast, sale):
    by, at = cast.owner.actor, now()
    opportunities.price(sale.deal, 50_000_000, by=by, at=at)
    for amount in (20_000_000, 15_000_000):
        child = opportunities.open_deal(sale.account, f"Site of {amount}", owner=cast.owner, parent=sale.deal, by=by, at=at)
        opportunities.price(child, amount, by=by, at=at)
    held = board(Opportunity.objects.all(), active().playbook, at, chances(active().playbook))
    assert (held.count, held.cents) == (3, 50_000_000)


@pytest.mark.req("PIPE-19", "PIPE-25")
def test_cards_say_what_is_the_matter(cast, door, sale, said):
    by, at = cast.owner.actor, now()

    def cards() -> str:
        return said(door(cast.owner, htmx=True).get("/opportunities/board/O1/?f="))

    assert "No next step" in cards()
    opportunities.next_step(sale.deal, "Workshop", due=(at + timedelta(days=4)).date(), by=by, at=at)
    assert "No next step" not in cards()
    opportunities.next_step(sale.deal, "Workshop", due=(at - timedelta(days=2)).date(), by=by, at=at)
    assert "Late: Workshop" in said(door(cast.owner).get("/opportunities/board/?f="))
    Opportunity.objects.filter(pk=sale.deal.pk).update(process_since=at - timedelta(days=50))
    words = said(door(cast.owner).get("/opportunities/board/?f="))
    assert "Past max by 22 days" in words
    assert "20 days, stalled" in words


@pytest.mark.req("PIPE-25", "UI-01")
def test_columns_come_in_pages_and_the_board_costs_the_same_with_many(cast, door, sale, said):
    client, by, at = door(cast.owner), cast.owner.actor, now()
    client.get("/opportunities/board/?f=")
    with CaptureQueriesContext(connection) as few:
        client.get("/opportunities/board/?f=")
    for n in range(44):
        opportunities.open_deal(sale.account, f"Deal {n:02d}", owner=cast.owner, by=by, at=at - timedelta(hours=n))
    with CaptureQueriesContext(connection) as many:
        page = client.get("/opportunities/board/?f=")
    assert len(many) == len(few)
    column = page.context["held"].columns[0]
    assert (column.count, len(column.cards), column.more) == (45, SIZE, 45 - SIZE)
    seen, after = [card.deal.id for card in column.cards], column.next
    while after:
        more = door(cast.owner, htmx=True).get("/opportunities/board/O1/", {"f": "", "from": after})
        seen += [card.deal.id for card in more.context["cards"]]
        after = more.context["next"]
    assert len(seen) == len(set(seen)) == 45
    assert door(cast.owner).get("/opportunities/board/O9/").status_code == 404


@pytest.mark.req("PIPE-18", "PIPE-25")
def test_the_gate_lists_what_is_missing_with_a_way_to_mend_it_there(cast, door, sale, said):
    client = door(cast.owner, htmx=True)
    page = client.get(f"{sale.url}gate/?to=O2")
    words = said(page)
    assert "Before Elmcrest, early warning goes to Discovery" in words
    assert "Identified minimum 3 stakeholders 0 of 3 people. Put 3 more people on the committee" in words
    assert f"{sale.url}committee/" in page.content.decode()
    assert "It warns only" in words
    again = client.post(f"{sale.url}criteria/bant/", {"to": "O2", "note": "Budget letter of 3 May"})
    assert again.status_code == 200
    assert "Budget letter of 3 May" in said(again)
    assert CriterionCheck.objects.get().criterion == "bant"


@pytest.mark.req("PIPE-18")
def test_a_refused_move_stays_in_the_dialog_and_a_manager_may_pass_with_a_reason(cast, door, sale, said, moved):
    moved(sale.deal, "O6")
    entries = StageEntry.objects.count()
    rep = door(cast.owner, htmx=True)
    gate = rep.get(f"{sale.url}gate/?to=O7&board=1")
    assert "disabled" in gate.content.decode().split('form="move-form"')[1][:20]
    assert "A manager may pass the gate with a reason" in said(gate)
    refused = rep.post(f"{sale.url}stage/", {"to": "O7", "was": "O6", "board": "1"})
    assert refused.status_code == 422
    assert "data-refusal" not in refused.content.decode()
    assert "Not moved Before Proposal Sent: POC objectives achieved" in said(refused)
    assert StageEntry.objects.count() == entries
    manager = door(cast.manager, htmx=True)
    assert "Why it may pass all the same" in said(manager.get(f"{sale.url}gate/?to=O7"))
    moved_on = manager.post(f"{sale.url}stage/", {"to": "O7", "was": "O6", "passing": "The hospital signed by letter", "board": "1"},
                            headers={"hx-current-url": "http://testserver/opportunities/board/?f="})  # fmt: skip
    assert (moved_on.status_code, moved_on["HX-Redirect"]) == (204, "/opportunities/board/?f=")
    assert StageEntry.objects.order_by("-at", "-id").first().passed == "The hospital signed by letter"


@pytest.mark.req("PIPE-17")
def test_leaving_stages_out_and_going_back_ask_why(cast, door, sale, said):
    manager = door(cast.manager, htmx=True)
    assert "Leaves out Discovery, Demo Completed, POC Defined." in said(manager.get(f"{sale.url}gate/?to=O5"))
    assert "Managers and admins skip stages" in said(door(cast.owner, htmx=True).get(f"{sale.url}gate/?to=O5"))
    refused = manager.post(f"{sale.url}stage/", {"to": "O5", "was": "O1"})
    assert refused.status_code == 422
    assert "left out" in said(refused)
    assert manager.post(f"{sale.url}stage/", {"to": "O2", "was": "O1"}).status_code == 204
    stale = manager.post(f"{sale.url}stage/", {"to": "O3", "was": "O1"})
    assert stale.status_code == 422
    assert "Somebody moved it meanwhile" in said(stale)
    assert "Going back asks nothing but why" in said(manager.get(f"{sale.url}gate/?to=O1"))


@pytest.mark.req("PIPE-22")
def test_a_deal_is_lost_with_a_reason_and_taken_up_again(cast, door, sale, said):
    rep, lost = door(cast.owner, htmx=True), active().playbook.stages.ending("lost")
    form = rep.get(f"{sale.url}gate/?to={lost}")
    assert "Close Elmcrest, early warning as lost" in said(form)
    assert 'checked' not in form.content.decode(), "no reason is chosen beforehand"
    refused = rep.post(f"{sale.url}losing/", {"code": "competition"})
    assert refused.status_code == 422
    assert "say to whom" in said(refused)
    rival = competitors.add(name="Corti", by=cast.manager.actor, at=now())
    assert rep.post(f"{sale.url}losing/", {"code": "competition", "competitor": str(rival.id), "note": "Price"}).status_code == 204
    assert "lost to competition" in said(door(cast.owner).get(sale.url)).lower()
    assert "Take it up again" not in said(door(cast.owner).get(sale.url))
    manager = door(cast.manager, htmx=True)
    assert "Take it up again" in said(door(cast.manager).get(sale.url))
    assert manager.post(f"{sale.url}stage/", {"to": "O1", "reason": "They called"}).status_code == 204
    sale.deal.refresh_from_db()
    assert (sale.deal.stage, sale.deal.reopened) == ("O1", 1)


@pytest.mark.req("PIPE-18")
def test_nobody_wins_without_a_contract_whatever_their_role(cast, door, sale, said, moved):
    moved(sale.deal, "O8")
    admin = door(cast.admin, htmx=True)
    gate = admin.get(f"{sale.url}gate/?to=O9")
    assert "Contract executed" in said(gate)
    assert "nobody passes it by hand" in said(gate)
    refused = admin.post(f"{sale.url}stage/", {"to": "O9", "was": "O8", "passing": "I am the admin"})
    assert refused.status_code == 422
    sale.deal.refresh_from_db()
    assert sale.deal.stage == "O8"


@pytest.mark.req("PIPE-28")
def test_a_deal_is_opened_from_the_board_by_the_name_of_a_hospital(cast, door, sale, said):
    client = door(cast.owner, htmx=True)
    assert "Elmcrest Health" in said(client.get("/opportunities/new/accounts/?words=elmc"))
    refused = client.post("/opportunities/new/", {"name": "Elmcrest, stroke", "amount": "310,000"})
    assert refused.status_code == 422
    assert "Choose whom the deal is with" in said(refused)
    assert 'value="Elmcrest, stroke"' in refused.content.decode(), "what was typed stays"
    opened = client.post("/opportunities/new/", {"name": "Elmcrest, stroke", "account": str(sale.account.id), "amount": "310,000", "term_months": "36",
                                                 "close_on": "2027-03-31", "next_step": "First call"})  # fmt: skip
    deal = Opportunity.objects.get(name="Elmcrest, stroke")
    assert opened["HX-Redirect"] == f"/opportunities/{deal.id}/"
    assert (deal.stage, deal.amount_cents, deal.term_months, deal.next_step, deal.owner) == ("O1", 31_000_000, 36, "First call", cast.owner)
    assert client.post("/opportunities/new/", {"name": "x", "account": str(sale.account.id), "amount": "much"}).status_code == 422


@pytest.mark.req("PIPE-20", "PIPE-25")
def test_deals_stand_over_time_with_the_window_they_are_expected_in(cast, door, sale, said):
    opportunities.change(sale.deal, close_on=(now() + timedelta(days=10)).date(), by=cast.owner.actor, at=now())
    page = door(cast.owner).get("/opportunities/time/?f=")
    (line,) = page.context["lines"]
    assert 0 <= line["past"]["x"] < line["ahead"]["x"] <= line["window"]["x"] < 100
    assert line["goal"] < line["window"]["x"]
    assert "expected" in said(page), "ten days are sooner than any stage allows"


@pytest.mark.req("PIPE-25")
def test_details_are_changed_from_the_room(cast, door, sale):
    client = door(cast.owner)
    client.post(f"{sale.url}details/", {"name": "Elmcrest, early warning II", "amount": "1,250,000.50", "term_months": "24", "close_on": "2027-01-31",
                                        "next_step": "Board", "next_step_due": "2026-12-10", "phi_involved": "no", "category": "commit"})  # fmt: skip
    sale.deal.refresh_from_db()
    assert (sale.deal.name, sale.deal.amount_cents, sale.deal.term_months, sale.deal.phi_involved, sale.deal.forecast_category) == (
        "Elmcrest, early warning II", 125_000_050, 24, False, "commit")
    assert client.post(f"{sale.url}owner/", {"owner": str(cast.senior_ae.id)}).status_code == 403
    assert door(cast.manager).post(f"{sale.url}owner/", {"owner": str(cast.senior_ae.id)}).status_code == 302


@pytest.mark.req("PIPE-05")
def test_what_waits_for_a_word_is_said_on_top(cast, door, sale, said):
    for one in ("bant", "three_stakeholders", "technology_requirements", "competitive_landscape"):
        criteria.check(sale.deal, one, "met", note="Seen", by=cast.owner.actor, at=now())
    committee.seat(sale.deal, sale.cfo, by=cast.owner.actor, at=now())
    assert "4 of 4 criteria met" in said(door(cast.owner).get(sale.url))
