"""Deal inspection: what moved since Monday first, one deal after the other without leaving the page (PLUS-30)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.deals import opportunities
from rounds.actions.numbers import calls, snapshots
from rounds.actions.numbers.quarters import quarter_said
from rounds.kit.clock import frozen_at
from rounds.models import ForecastCall, Opportunity, Task
from tests.analytics.numbers.conftest import deals
from tests.proofs import a_deal
from tests.web.leads.test_list import text

__all__ = ["deals"]
pytestmark = pytest.mark.req("PLUS-30")
FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
MONDAY = date(2026, 11, 16)


def words(page: str) -> str:
    """What one reads, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.fixture(autouse=True)
def _then():
    with frozen_at(FRIDAY):
        yield


@pytest.fixture
def open_deals(cast, deals, see_all):
    """Three deals of the rep's, of which the smallest moved since Monday."""
    found = deals(cast.owner, ["open"] * 3, closed=datetime(2026, 11, 2, 15, tzinfo=UTC))
    for place, deal in enumerate(found):
        Opportunity.objects.filter(pk=deal.pk).update(amount_cents=(3 - place) * 10_000_000, amount_company_cents=(3 - place) * 10_000_000, name=f"Deal {place}")
    snapshots.keep(MONDAY, by=cast.admin.actor, at=datetime(2026, 11, 17, 5, tzinfo=UTC))
    Opportunity.objects.filter(pk=found[2].pk).update(close_on=date(2027, 3, 31))
    return found


def test_what_moved_since_monday_stands_on_top_with_what_changed(cast, door, open_deals):
    page = door(cast.manager).get("/inspection/")
    assert page.context["finding"] == "1 of 3 open deals moved since last Monday"
    assert [(row["deal"].name, row["moved"]) for row in page.context["rows"]] == [("Deal 2", "close date"), ("Deal 0", ""), ("Deal 1", "")]
    assert page.context["deal"].name == "Deal 2", "the first stands open beside the list"
    assert "31 Mar 2027" in text(page)
    assert "No next step" in text(page)


@pytest.mark.req("FORECAST-01")
def test_a_managers_override_needs_its_reason_and_stands_beside_the_reps_call(cast, door, open_deals):
    client, deal = door(cast.manager, htmx=True), open_deals[0]
    assert client.post(f"/inspection/{deal.pk}/override/", {"category": "omitted", "reason": ""}).status_code == 422
    beside = text(client.post(f"/inspection/{deal.pk}/override/", {"category": "omitted", "amount": "30k", "reason": "No sponsor"}))
    assert f'id="held-{deal.pk}" hx-swap-oob="true"' in beside
    assert "“No sponsor” Marian Holt" in words(beside)
    called = deal.forecast_category
    deal.refresh_from_db()
    assert (deal.forecast_category, deal.forecast_by_hand) == (called, False), "what its rep says stays"
    row = next(row for row in door(cast.manager).get("/inspection/").context["rows"] if row["deal"].pk == deal.pk)
    assert (row["line"].category, row["line"].held_as, row["line"].held_cents) == (called, "omitted", 3_000_000)
    client.post(f"/inspection/{deal.pk}/override/", {"category": "", "reason": "She showed me the letter"})
    assert ForecastCall.objects.count() == 2
    assert next(row for row in door(cast.manager).get("/inspection/").context["rows"] if row["deal"].pk == deal.pk)["line"].judged is None


@pytest.mark.req("FORECAST-01")
def test_a_reps_call_needs_its_reason_and_changes_the_list_beside(cast, door, open_deals):
    client, deal = door(cast.owner, htmx=True), open_deals[0]
    assert client.post(f"/inspection/{deal.pk}/forecast/", {"category": "commit", "reason": ""}).status_code == 422
    beside = text(client.post(f"/inspection/{deal.pk}/forecast/", {"category": "commit", "reason": "Board approved it"}))
    assert f'id="category-{deal.pk}" hx-swap-oob="true"' in beside
    assert f"{cast.owner.name}: Board approved it" in beside
    deal.refresh_from_db()
    assert (deal.forecast_category, deal.forecast_by_hand) == ("commit", True)
    assert "Call the CFO" in text(client.post(f"/inspection/{deal.pk}/notes/", {"text": "Call the CFO"}))


@pytest.mark.req("FORECAST-07", "FORECAST-05")
def test_confidence_is_told_with_its_reasons(cast, door, open_deals):
    page = text(door(cast.manager).get("/inspection/"))
    assert "Confidence" in page
    assert "exit criteria are met" in page
    deal = opportunities.change(open_deals[2], close_on=date(2027, 6, 30), by=cast.owner.actor, at=FRIDAY)
    assert "Put off " in text(door(cast.manager, htmx=True).get(f"/inspection/{deal.pk}/"))


@pytest.mark.req("FORECAST-01")
def test_a_rep_goes_through_her_own_and_overrides_nothing(cast, door, open_deals):
    mine = door(cast.owner).get("/inspection/")
    assert len(mine.context["rows"]) == 3
    assert "Hold it" not in mine.content.decode()
    assert door(cast.owner).post(f"/inspection/{open_deals[0].pk}/override/", {"category": "commit", "reason": "x"}).status_code == 403
    theirs, _ = a_deal(cast.senior_ae, at=FRIDAY, name="Of the same territory")
    Opportunity.objects.filter(pk=theirs.pk).update(territory=open_deals[0].territory)
    asked = door(cast.owner).get(f"/inspection/?owner={cast.senior_ae.pk}")
    assert {row["deal"].owner for row in asked.context["rows"]} == {cast.owner}, "whatever she asks"
    elsewhere = door(cast.colleague)
    assert elsewhere.get("/inspection/").context["rows"] == []
    assert elsewhere.get(f"/inspection/{open_deals[0].pk}/").status_code == 404
    assert elsewhere.post(f"/inspection/{open_deals[0].pk}/notes/", {"text": "x"}).status_code == 404
    assert ForecastCall.objects.count() == 0


def test_deals_are_narrowed_by_quarter_close_category_rep_and_territory(cast, door, open_deals, see_all):
    Opportunity.objects.filter(pk=open_deals[0].pk).update(close_on=date(2026, 11, 10))
    Opportunity.objects.filter(pk=open_deals[1].pk).update(close_on=date(2026, 12, 15), territory="Overseas")
    calls.judge(open_deals[1], quarter_said("2026-Q4", FRIDAY), "commit", reason="Signed tomorrow", by=cast.manager.actor, at=FRIDAY)
    client = door(cast.manager)

    def names(query):
        return [row["deal"].name for row in client.get(f"/inspection/?{query}").context["rows"]]

    assert [(tab["name"], tab["count"]) for tab in client.get("/inspection/?quarter=2026-Q4").context["tabs"]] == [
        ("All open", 3), ("Close in Q4 2026", 1), ("Close has passed", 1), ("Close in another quarter", 1), ("No close date", 0)]  # fmt: skip
    assert names("view=past") == ["Deal 0"]
    assert names("view=inside") == ["Deal 1"]
    assert names("quarter=2027-Q1&view=inside") == ["Deal 2"]
    assert names("category=commit") == ["Deal 1"], "held as commit, whatever its rep says"
    assert names("category=commit&quarter=2027-Q1") == [], "what is held is held of a quarter"
    assert names("territory=Overseas") == ["Deal 1"]
    assert names(f"owner={cast.senior_ae.pk}") == []
    assert len(names("owner=nobody&view=none&category=none")) == 3
    assert client.get("/inspection/?quarter=soon").status_code == 422


def test_the_other_address_leads_here_with_what_it_asked(cast, door, open_deals):
    assert door(cast.manager).get("/forecast/deals/?view=past&quarter=2026-Q4")["Location"] == "/inspection/?view=past&quarter=2026-Q4"
    assert door(cast.manager).get("/forecast/deals/")["Location"] == "/inspection/?view=inside"


def test_the_same_number_of_queries_for_one_deal_and_for_three(cast, door, open_deals, see_all):
    def asked():
        see_all()
        with CaptureQueriesContext(connection) as found:
            assert door(cast.manager).get("/inspection/").status_code == 200
        see_all()
        return len(found)

    three = asked()
    Opportunity.objects.filter(pk__in=[one.pk for one in open_deals[:2]]).update(closed_at=FRIDAY)
    assert asked() == three


def test_an_action_item_becomes_a_task_with_its_day_and_owner(cast, door, open_deals):
    boss, deal = door(cast.manager, htmx=True), open_deals[0]
    assert boss.post(f"/inspection/{deal.pk}/tasks/", {"title": "Send the answers", "due": ""}).status_code == 422
    assert boss.post(f"/inspection/{deal.pk}/tasks/", {"title": " ", "due": "2026-11-24"}).status_code == 422
    beside = text(boss.post(f"/inspection/{deal.pk}/tasks/", {"title": "Send the answers", "due": "2026-11-24", "owner": str(cast.owner.pk)}))
    assert f"A task of {cast.owner.name}" in words(beside)
    assert f"Send the answers {cast.owner.name}, due" in words(beside)
    made = Task.objects.get(title="Send the answers")
    assert (made.opportunity_id, made.account_id, made.owner) == (deal.pk, deal.account_id, cast.owner)
    assert made.due_at.astimezone(ZoneInfo(cast.manager.time_zone)).isoformat()[:16] == "2026-11-24T23:59", "until the end of that day"
    assert "Send the answers" in text(door(cast.owner).get("/tasks/", follow=True))


def test_a_rep_gives_action_items_to_nobody_but_herself(cast, door, open_deals):
    hers, deal = door(cast.owner, htmx=True), open_deals[0]
    said = {"title": "Ask for the date", "due": "2026-11-24"}
    assert "Whose task" not in text(hers.get(f"/inspection/{deal.pk}/"))
    assert hers.post(f"/inspection/{deal.pk}/tasks/", {**said, "owner": str(cast.manager.pk)}).status_code == 403
    text(hers.post(f"/inspection/{deal.pk}/tasks/", said))
    assert Task.objects.get(title="Ask for the date").owner == cast.owner
    assert door(cast.colleague).post(f"/inspection/{deal.pk}/tasks/", said).status_code == 404
    assert Task.objects.filter(title="Ask for the date").count() == 1
