"""The scorecard: every KPI in its group, figures by hand with evidence, baselines that are frozen (KPI-36, KPI-37)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.numbers import kpis
from rounds.analytics.numbers import period as periods
from rounds.kit.clock import frozen_at
from rounds.models import AuditEntry, KpiEntry
from rounds.playbook import default
from rounds.rules.numbers.changing import change_of, reached
from tests.analytics.numbers.conftest import deals
from tests.web.leads.test_list import text

__all__ = ["deals"]
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
NOVEMBER, AUGUST = datetime(2026, 11, 3, 15, tzinfo=UTC), datetime(2026, 8, 10, 15, tzinfo=UTC)
Q3 = periods.parse("2026-Q3", default(), AT.date())


@pytest.fixture(autouse=True)
def _then():
    with frozen_at(AT):
        yield


def lines(page) -> dict:
    return {line["kpi"].kpi: line for group in page.context["groups"] for line in group["lines"]}


@pytest.mark.req("KPI-37")
def test_the_three_groups_of_the_seed_have_six_each_and_every_kpi_says_what_it_rests_on(cast, door):
    page = door(cast.executive).get("/scorecard/")
    sizes = {group["group"].group: len(group["lines"]) for group in page.context["groups"]}
    assert (sizes["financial"], sizes["operational"], sizes["market"]) == (6, 6, 6)
    found = lines(page)
    assert {f"KPI-{number:02d}" for number in range(1, 36)} == {"-".join(code.split("-")[:2]) for code in found}
    assert found["KPI-01"]["rests"] == "waits for sales and marketing spend by month"
    assert found["KPI-17"]["rests"] == "entered by hand"
    assert found["KPI-05"]["url"] == "/numbers/win_rate/?period=2026-Q4"
    assert "Could not be read" not in text(page)
    assert [door(who).get("/scorecard/").status_code for who in (cast.owner, cast.marketing, cast.manager)] == [403, 403, 200]


@pytest.mark.req("KPI-17", "KPI-20")
def test_a_figure_is_entered_with_its_evidence_and_judged(cast, door):
    client = door(cast.executive)
    assert client.post("/scorecard/KPI-17/figures/", {"period": "2026-Q4", "value": "4", "evidence": " "}).status_code == 422
    client.post("/scorecard/KPI-17/figures/", {"period": "2026-Q4", "value": "7", "evidence": "Survey of May"})
    client.post("/scorecard/KPI-17/figures/", {"period": "2026-Q4", "value": "4", "evidence": "KLAS survey, page 9"})
    line = lines(client.get("/scorecard/"))["KPI-17"]
    assert (line["value"], line["word"], line["line"].figure.text) == ("4", "Met", "KLAS survey, page 9")
    assert KpiEntry.objects.filter(kpi="KPI-17").count() == 2, "what was entered before stays readable"
    assert "Survey of May" in text(client.get("/scorecard/KPI-17/"))
    assert AuditEntry.objects.filter(verb="kpi.figure").count() == 2
    assert client.post("/scorecard/KPI-05/figures/", {"period": "2026-Q4", "value": "30", "evidence": "x"}).status_code == 422, "counted, not entered"
    assert door(cast.manager).post("/scorecard/KPI-17/figures/", {"period": "2026-Q4", "value": "1", "evidence": "x"}).status_code == 403


@pytest.mark.req("KPI-36", "KPI-33")
def test_without_a_frozen_baseline_there_is_no_verdict_and_with_one_it_is_exact(cast, door, deals):
    deals(cast.owner, ["won"] * 2 + ["lost"] * 8, closed=AUGUST)
    deals(cast.owner, ["won"] * 3 + ["lost"] * 9, closed=NOVEMBER)
    client = door(cast.executive)
    page = client.get("/scorecard/")
    assert lines(page)["KPI-33-win"]["line"].needs_baseline
    assert "Set baseline" in text(page)
    assert client.post("/scorecard/KPI-33-win/baselines/", {"period": "2026-Q4"}).status_code == 422, "it is not over"
    assert client.post("/scorecard/KPI-33-win/baselines/", {"period": "2026-Q1"}).status_code == 422, "it has no figure"
    client.post("/scorecard/KPI-33-win/baselines/", {"period": "2026-Q3"})
    line = lines(client.get("/scorecard/"))["KPI-33-win"]
    assert (line["line"].baseline.value, line["word"], line["line"].change) == (Decimal(20), "Met", "25 % more"), "20 % to 25 % is 25 % more (KPI-38)"


@pytest.mark.req("KPI-38", "KPI-01")
def test_a_change_short_by_a_hair_is_not_met():
    assert change_of(Fraction(25), Fraction(20), points=False) == 25
    assert change_of(Fraction(25), Fraction(20), points=True) == 5
    assert reached(Fraction("24.999"), 25, "more", near=10) == "near"
    assert reached(Fraction(-50), 50, "less", near=10) == "met"
    assert reached(Fraction(10), 50, "less", near=10) == "missed"


@pytest.mark.req("KPI-37")
def test_a_comment_stands_beside_its_kpi(cast, door):
    door(cast.manager).post("/scorecard/KPI-05/comments/", {"text": "Two large losses in June"})
    assert "Marian Holt: Two large losses in June" in text(door(cast.executive).get("/scorecard/"))
    with pytest.raises(kpis.NoSuchKpi):
        kpis.comment("KPI-99", "x", by=cast.manager.actor, at=AT)


@pytest.mark.req("KPI-37")
def test_the_same_number_of_queries_however_much_was_said(cast, door, see_all):
    def asked():
        see_all()
        with CaptureQueriesContext(connection) as found:
            assert door(cast.executive).get("/scorecard/").status_code == 200
        see_all()
        return len(found)

    def enter(value):
        kpis.enter("KPI-17", Decimal(value), period=Q3.code, starts_on=Q3.starts, ends_on=Q3.ends, evidence="Survey", by=cast.executive.actor, at=AT)

    enter(1)
    one = asked()
    enter(2)
    enter(3)
    assert asked() == one
