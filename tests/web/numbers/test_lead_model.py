"""The lead model and the programme as one sees them: numbers by band, by playbook and by tier with their own targets (LEAD-29, ABM-23 to 26)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.kit.clock import frozen_at
from rounds.models import Account, Lead, LeadActivity, LeadStatusChange, PlaybookVersion
from rounds.models.base import signature
from rounds.models.flow.active import active
from tests.analytics.numbers.conftest import deals
from tests.web.leads.test_list import text

__all__ = ["deals"]
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 3, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _then():
    with frozen_at(AT):
        yield


@pytest.fixture
def leads(cast):
    """`leads(band, many, qualified, at)`: leads of a band, so many of them qualified a day later."""

    def make(band, many, qualified, at=NOVEMBER):
        for n in range(many):
            lead = Lead.objects.create(name=f"{band} {n}", owner=cast.owner, team=cast.owner.team, territory=cast.owner.territories[0], driving_band=band, captured_at=at, updated_at=at)
            if n < qualified:
                LeadStatusChange.objects.create(lead=lead, was="New", now="Qualified", **signature(cast.admin.actor, at + timedelta(days=1)))

    return make


def bars(page, title):
    at = next(one["place"] for one in page.context["tiles"] if one["title"] == title)
    return {bar["name"]: bar for one in page.context["tiles"] if one["place"] == at for bar in one["picture"]["bars"]}


@pytest.mark.req("LEAD-29", "KPI-23")
def test_the_rate_of_each_band_stands_beside_its_target_and_what_others_reach(cast, door, leads):
    leads("hot", 10, 8)
    leads("cold", 10, 3)
    page = door(cast.marketing).get("/dashboards/leads/?whole=1&period=2026-Q4")
    found = bars(page, "Qualification rate by band")
    assert [(name, bar["says"], bar["target"]["word"], bar["target"]["says"]) for name, bar in found.items()] == [("Hot", "80 %", "Missed", "at least 90 %"), ("Cold", "30 %", "Met", "20 % to 30 %")]
    assert "Healthcare IT 30 %, Enterprise software 25 %, Medical devices 20 %" in text(page)
    one = text(door(cast.marketing).get("/numbers/qualification_rate/?period=2026-Q4&by=band"))
    assert "at least 90 %" in one
    assert "band=hot" in one, "a part leads to itself"
    narrowed = door(cast.marketing).get("/numbers/qualification_rate/?period=2026-Q4&band=hot")
    assert narrowed.context["answer"].reading.n == 10


@pytest.mark.req("LEAD-29", "ANALYTICS-52")
def test_a_target_counts_once_however_many_tiles_its_number_has(cast, door, leads):
    leads("hot", 10, 2)
    page = door(cast.marketing).get("/dashboards/leads/?period=2026-Q4")
    assert [one["title"] for one in page.context["tiles"] if one["metric"].name == "qualification_rate" and one["targets"]] == ["Qualification rate by band", "Qualification rate by playbook"]
    assert page.context["finding"] == "0 of 1 targets met in Q4 2026; missed: qualification rate by band"


@pytest.mark.req("LEAD-29", "QUAL-14")
def test_a_lead_counts_with_the_playbook_that_was_in_force_when_it_came(cast, door, leads):
    book = active()
    first = PlaybookVersion.objects.order_by("number").first()
    PlaybookVersion.objects.create(number=(first.number if first else 0) + 1, hash="later", files=first.files if first else dict(book.playbook.files), reason="Bands moved", **signature(cast.admin.actor, NOVEMBER))
    leads("warm", 6, 3, NOVEMBER - timedelta(days=5))
    leads("warm", 5, 5, NOVEMBER + timedelta(days=1))
    page = door(cast.revops).get("/dashboards/leads/?whole=1&period=2026-Q4")
    says = {name: bar["says"] for name, bar in bars(page, "Qualification rate by playbook").items()}
    assert sorted(says.values()) == ["100 %", "50 %"]
    assert len(says) == 2


@pytest.mark.req("KPI-23", "KPI-24", "KPI-25")
def test_the_scorecard_judges_each_band(cast, door, leads):
    leads("hot", 10, 9)
    page = door(cast.executive).get("/scorecard/?period=2026-Q4")
    lines = {line["kpi"].kpi: line for group in page.context["groups"] for line in group["lines"]}
    hot = lines["KPI-23-hot"]
    assert (hot["value"], hot["word"], hot["url"]) == ("90 %", "Met", "/numbers/qualification_rate/?period=2026-Q4&band=hot")
    assert lines["KPI-23-warm"]["state"] == "no data"
    assert {code: lines[code]["target"] for code in ("KPI-24", "KPI-24-cold", "KPI-25", "KPI-25-hot")} == {
        "KPI-24": "80 % to 90 %", "KPI-24-cold": "10 % to 20 %", "KPI-25": "35 % to 50 %", "KPI-25-hot": "60 % to 80 %"}  # fmt: skip


@pytest.mark.req("ABM-23", "ABM-25", "ABM-26")
def test_the_programme_is_told_tier_by_tier(cast, door, see_all):
    units = [Account.objects.create(name=f"House {n}", is_unit=True, tier=1 + n // 5, owner=cast.owner, team=cast.owner.team, created_at=NOVEMBER, updated_at=NOVEMBER) for n in range(10)]
    for one in units:
        Account.objects.filter(pk=one.pk).update(buying_unit=one)
    for one in units[:4]:
        LeadActivity.objects.create(account=one, kind="executive_meeting", direction="out", happened_at=NOVEMBER, **signature(cast.owner.actor, NOVEMBER))
    see_all()
    with CaptureQueriesContext(connection) as asked:
        page = door(cast.executive).get("/dashboards/abm/?whole=1&period=2026-Q4")
    engaged = bars(page, "ABM engagement")
    assert (engaged["Tier 1"]["says"], engaged["Tier 1"]["target"]["word"]) == ("80 %", "Met")
    assert engaged["Tier 2"]["says"] == "0 %"
    assert engaged["Tier 2"]["target"] is None, "of tier 2 the seed asks for conversion"
    assert bars(page, "Accounts in the programme")["Tier 2"]["says"] == "5"
    assert "Waits for sales and marketing spend" in text(page)
    assert len(asked) < 60, "as many statements as pictures would be too many"
    assert door(cast.owner).get("/dashboards/abm/").status_code == 403
