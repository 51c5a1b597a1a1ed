"""The number, deal inspection and quotas as people meet them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.deals import opportunities
from rounds.actions.numbers import calls, learning, quotas
from rounds.actions.numbers.quarters import quarter_said
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import ForecastCall, ForecastLock, ForecastModel, Opportunity, Quota
from rounds.models.flow.active import active
from rounds.models.numbers.history import today
from tests.proofs import a_deal


@pytest.fixture
def span(db):
    return quarter_said("", now())


def a_sale(cast, name: str, cents: int, close: date | None, *, category: str = "", owner=None) -> Opportunity:
    owner, at = owner or cast.owner, now()
    deal, _ = a_deal(owner, at=at, name=name)
    deal = opportunities.price(deal, cents, by=owner.actor, at=at)
    deal = opportunities.change(deal, close_on=close, by=owner.actor, at=at)
    return opportunities.forecast(deal, category, by=owner.actor, at=at) if category else deal


@pytest.mark.req("FORECAST-01", "FORECAST-02", "FORECAST-04", "FORECAST-09")
def test_the_number_shows_call_override_methods_range_coverage_and_gap(cast, span, door):
    a_sale(cast, "Meridian", 400_000_00, span.last, category="commit")
    a_sale(cast, "Lakeside", 200_000_00, span.last, category="best_case")
    calls.call(cast.owner, span, 450_000_00, by=cast.owner.actor, at=now())
    calls.override(cast.owner, span, 380_000_00, reason="Lakeside has no sponsor", by=cast.manager.actor, at=now())
    quotas.set_quota(cast.owner, span, 1_000_000_00, by=cast.manager.actor, at=now())
    page = door(cast.manager).get(f"/forecast/?quarter={span.code}").content.decode()
    for words in ("$450k", "$380k", "Lakeside has no sponsor", "Weighted by stage", "By category", "Historical conversion", "Model", "P10", "P90",
                  "0.6×", "$2,400,000", "short of quota"):  # fmt: skip
        assert words in page, words


@pytest.mark.req("FORECAST-01")
def test_a_colleague_elsewhere_sees_nothing_of_it(cast, span, door):
    a_sale(cast, "Meridian", 400_000_00, span.last, category="commit")
    calls.call(cast.owner, span, 450_000_00, by=cast.owner.actor, at=now())
    page = door(cast.colleague).get("/forecast/").content.decode()
    assert "Meridian" not in page
    assert "$450k" not in page
    assert "No deals here" in page


@pytest.mark.req("FORECAST-01")
def test_past_close_dates_are_listed_and_not_counted(cast, span, door):
    day = today(active().playbook, now())
    a_sale(cast, "Meridian", 400_000_00, day - timedelta(days=3), category="commit")
    page = door(cast.owner).get("/forecast/").content.decode()
    assert "1 deal of $400k whose close date has passed" in page
    listed = door(cast.owner).get("/inspection/?view=past").content.decode()
    assert "Meridian" in listed


@pytest.mark.req("FORECAST-01", "FORECAST-07")
def test_what_a_manager_holds_of_a_deal_counts_in_her_column(cast, span, door):
    deal = a_sale(cast, "Meridian", 400_000_00, span.last, category="commit")
    said = door(cast.manager, htmx=True).post(f"/inspection/{deal.pk}/override/", {"category": "best_case", "amount": "300k", "reason": "No champion"})
    assert said.status_code == 200
    deal.refresh_from_db()
    assert deal.forecast_category == "commit"
    page = door(cast.owner).get("/forecast/").content.decode()
    assert "as called" not in page.split("By rep")[1].split("</table>")[0], "the manager's column shows another number"


@pytest.mark.req("FORECAST-04", "ANALYTICS-12")
def test_coverage_is_the_same_on_the_page_and_as_a_metric(cast, span, door):
    day = today(active().playbook, now())
    a_sale(cast, "Meridian", 400_000_00, span.last)
    a_sale(cast, "Lakeside", 100_000_00, span.last, category="omitted")
    a_sale(cast, "Harbour", 700_000_00, day - timedelta(days=1))
    quotas.set_quota(cast.owner, span, 1_000_000_00, by=cast.manager.actor, at=now())
    page = door(cast.manager).get("/forecast/").content.decode()
    assert "0.5×" in page
    assert page.count("0.5×") == 2, "above, and in the row of its rep"
    assert "$500,000 of $1,000,000" in door(cast.manager).get("/numbers/pipeline_coverage/?period=this-quarter").content.decode()
    a_sale(cast, "Ridge", 900_000_00, span.last, owner=cast.senior_ae)
    assert door(cast.manager).get("/forecast/").content.decode().count("0.5×") == 3, "a deal of somebody without a quota counts on neither side: above, beside her and in all"
    assert "$500,000 of $1,000,000" in door(cast.manager).get("/numbers/pipeline_coverage/?period=this-quarter").content.decode()


@pytest.mark.req("FORECAST-01")
def test_a_rep_calls_her_quarter_and_holds_nothing_against_others(cast, span, door):
    answer = door(cast.owner).post("/forecast/calls/", {"quarter": span.code, "amount": "1.2m", "reason": "Two boards in December"})
    assert answer.status_code == 302
    assert ForecastCall.objects.get().cents == 1_200_000_00
    assert door(cast.owner).post("/forecast/calls/", {"quarter": span.code, "owner": str(cast.owner.pk), "hold": "1", "amount": "1", "reason": "x"}).status_code == 403
    assert door(cast.owner).post("/forecast/calls/", {"quarter": span.code, "owner": str(cast.colleague.pk), "amount": "1"}).status_code == 404
    assert door(cast.owner).post("/forecast/calls/", {"quarter": span.code, "amount": "a lot"}).status_code == 422
    assert ForecastCall.objects.count() == 1


@pytest.mark.req("FORECAST-03")
def test_what_moved_since_a_day_names_the_deals_and_adds_up(cast, span, door):
    early, late = now() - timedelta(days=20), now() - timedelta(days=2)
    deal, _ = a_deal(cast.owner, at=early, name="Meridian")
    Opportunity.objects.filter(pk=deal.pk).update(amount_company_cents=100_000_00, amount_cents=100_000_00, close_on=span.last)
    a_sale(cast, "Lakeside", 250_000_50, span.last)
    since = late.date().isoformat()
    page = door(cast.owner).get(f"/forecast/?since={since}").content.decode()
    assert "Lakeside" in page
    assert "+$250,000.50" in page
    assert "All 2 changes, deal by deal" in page


@pytest.mark.req("FORECAST-05")
def test_a_close_that_was_put_off_twice_is_a_slip_again_and_again(cast, span, door):
    deal = a_sale(cast, "Meridian", 400_000_00, span.last - timedelta(days=20))
    for days in (10, 0):
        deal = opportunities.change(deal, close_on=span.last - timedelta(days=days), by=cast.owner.actor, at=now())
    page = door(cast.owner).get("/inspection/").content.decode()
    assert "1 deal slips again and again" in page
    assert "20 days" in page


@pytest.mark.req("FORECAST-08")
def test_a_deal_before_its_customers_budget_says_so(cast, span, door):
    deal = a_sale(cast, "Meridian", 400_000_00, span.last)
    deal.account.fye_month = (span.last.month - 4) % 12 + 1
    deal.account.save(update_fields=["fye_month"])
    page = door(cast.owner).get("/inspection/").content.decode()
    assert "before the customer’s budget" in page
    assert "is approved" in page


@pytest.mark.req("FORECAST-09")
def test_quotas_are_set_and_pasted_by_who_may(cast, span, door):
    page = door(cast.manager).get("/forecast/quotas/").content.decode()
    assert cast.owner.name in page
    assert cast.colleague.name not in page
    assert door(cast.manager).post("/forecast/quotas/", {"owner": str(cast.owner.pk), "quarter": span.code, "amount": "450k"}).status_code == 302
    assert Quota.objects.get(ended_at=None).cents == 450_000_00
    wrong = door(cast.manager).post("/forecast/quotas/", {"lines": f"{cast.owner.email},{span.code},500000\n{cast.colleague.email},{span.code},1"})
    assert wrong.status_code == 422
    assert "Line 2: nobody of yours" in wrong.content.decode()
    assert Quota.objects.filter(ended_at=None).get().cents == 450_000_00
    assert door(cast.owner).post("/forecast/quotas/", {"lines": "x"}).status_code == 403


@pytest.mark.req("FORECAST-06")
def test_a_quarter_that_is_over_is_locked_and_its_accuracy_is_shown(cast, span, door, see_all):
    last = quarter_said("2026-Q1", now())
    calls.call(cast.owner, last, 100, by=cast.owner.actor, at=now() - timedelta(days=400))
    ForecastCall.objects.all()
    assert door(cast.manager).post("/forecast/locks/", {"quarter": last.code}).status_code == 403
    assert door(cast.revops).post("/forecast/locks/", {"quarter": last.code}).status_code == 302
    see_all()
    assert ForecastLock.objects.get().code == "2026-Q1"
    assert cast.owner.name in door(cast.revops).get("/forecast/").content.decode().split("How right were we?")[1]
    assert "is locked" in door(cast.owner).post("/forecast/calls/", {"quarter": last.code, "amount": "1"}).content.decode()


@pytest.mark.req("FORECAST-02")
def test_a_quarter_that_is_none_says_how_to_write_one(cast, door):
    answer = door(cast.owner).get("/forecast/?quarter=soon")
    assert answer.status_code == 422
    assert "2026-Q4" in answer.content.decode()


@pytest.mark.req("FORECAST-02", "PLUS-29")
def test_until_something_was_learned_the_page_says_so(cast, span, door, see_all):
    a_sale(cast, "Meridian", 400_000_00, span.last)
    assert "target-derived" in door(cast.owner).get("/forecast/").content.decode()
    see_all()
    learning.learn_now(by=SYSTEM_ACTOR, at=now())
    assert ForecastModel.objects.get().rates["stages"][0] == "O1"
    assert "target-derived" not in door(cast.owner).get("/forecast/").content.decode()


@pytest.mark.req("FORECAST-02")
@pytest.mark.parametrize("address", ["/forecast/", "/inspection/", "/forecast/?by=team"])
def test_one_deal_and_three_ask_the_same(cast, span, door, see_all, address):
    asked = []
    for names in (("Meridian",), ("Lakeside", "Harbour")):
        for name in names:
            deal = a_sale(cast, name, 400_000_00, span.last, category="commit")
            calls.judge(deal, span, "best_case", reason="Thin", by=cast.manager.actor, at=now())
        client = door(cast.manager)
        client.get(address)
        with CaptureQueriesContext(connection, ) as found:
            assert client.get(address).status_code == 200
        asked.append(len(found))
        see_all()
    assert asked[0] == asked[1]
