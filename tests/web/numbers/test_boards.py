"""Dashboards: whose they are, what a tile says, filters in the address, one tile that fails, files (ANALYTICS-52)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.desk import tasks
from rounds.actions.numbers import quotas, snapshots
from rounds.actions.numbers.quarters import quarter_said
from rounds.analytics.numbers import compiling
from rounds.documents.report import html
from rounds.kit.clock import frozen_at, now
from rounds.models import AuditEntry, Favourite, Lead, LeadActivity, Opportunity
from rounds.models.base import signature
from rounds.web.numbers import boards, boards_shown
from tests.analytics.numbers.conftest import deals
from tests.web.leads.test_list import text

__all__ = ["deals"]
pytestmark = pytest.mark.req("ANALYTICS-52")


def tile(page, metric):
    return next(one for one in page.context["tiles"] if one["metric"].name == metric)


def test_each_role_opens_its_own_dashboard_and_no_other(cast, door):
    assert door(cast.executive).get("/dashboards/").url == "/dashboards/executive/"
    assert door(cast.manager).get("/dashboards/").url == "/dashboards/manager/"
    assert door(cast.owner).get("/dashboards/").url == "/dashboards/rep/"
    assert door(cast.marketing).get("/dashboards/").url == "/dashboards/leads/"
    assert door(cast.legal).get("/dashboards/").status_code == 403
    counts = {name: len(door(cast.revops).get(f"/dashboards/{name}/").context["tiles"]) for name in ("executive", "manager")}
    assert counts == {"executive": 16, "manager": 15}
    assert len(door(cast.owner).get("/dashboards/rep/").context["tiles"]) == 10
    assert [one["name"] for one in door(cast.manager).get("/dashboards/rep/").context["boards"]] == ["Manager", "Lead model", "ABM", "Rep"]
    for who, name in ((cast.owner, "executive"), (cast.owner, "manager"), (cast.manager, "executive"), (cast.executive, "manager")):
        assert door(who).get(f"/dashboards/{name}/").status_code == 403
    assert door(cast.owner).get("/dashboards/nobody/").status_code == 404


def test_a_rep_sees_her_own_numbers_whatever_she_asks(cast, door, deals, see_all):
    deals(cast.owner, ["open"] * 2, closed=now())
    deals(cast.senior_ae, ["open"] * 3, closed=now())
    see_all()
    hers = door(cast.owner).get(f"/dashboards/rep/?owner={cast.senior_ae.pk}")
    assert tile(hers, "pipeline_value")["n"] == 2
    assert "owner" not in [one["name"] for one in hers.context["filters"]]
    led = door(cast.manager)
    assert tile(led.get("/dashboards/rep/"), "pipeline_value")["n"] == 5
    assert tile(led.get(f"/dashboards/rep/?owner={cast.senior_ae.pk}"), "pipeline_value")["n"] == 3


def test_a_tile_says_its_number_its_target_and_what_it_waits_for_and_never_nought_for_nothing(cast, door, deals):
    deals(cast.owner, ["won"] * 3 + ["lost"] * 7, closed=now())
    page = door(cast.executive).get("/dashboards/executive/")
    won = tile(page, "win_rate")
    assert (won["value"], won["n"], won["targets"][0]["word"]) == ("30 %", 10, "Met")
    assert won["url"].startswith("/numbers/win_rate/?period=")
    assert "Won deals of all deals" in won["about"], "the hover text is the definition"
    empty = tile(page, "ehr_integration_success")
    assert (empty["state"], empty["value"]) == ("no data", "No data")
    assert tile(page, "cac")["note"] == "Waits for sales and marketing spend by month"
    assert "Not compliant" in tile(page, "compliance_rate")["beside"] or "check" in tile(page, "compliance_rate")["beside"].lower()


def test_filters_stand_in_the_address_and_a_number_that_does_not_know_them_says_so(cast, door, deals):
    deals(cast.owner, ["open"] * 2, closed=now())
    page = door(cast.executive).get(f"/dashboards/executive/?period=this-year&owner={cast.colleague.pk}")
    assert tile(page, "pipeline_value")["state"] == "no data"
    assert tile(page, "pipeline_value")["url"].endswith(f"owner={cast.colleague.pk}")
    assert tile(page, "compliance_rate")["apart"] == ["rep"]
    assert door(cast.executive).get("/dashboards/executive/?period=never").status_code == 422
    assert door(cast.executive).get("/dashboards/executive/?tier=x").status_code == 422
    assert door(cast.executive).get("/dashboards/executive/?as_of=2026-13-01").status_code == 422


def test_filters_are_kept_in_the_rail_under_a_name(cast, door):
    client, here = door(cast.executive), "/dashboards/executive/?period=last-quarter&tier=1"
    client.post("/self/favourites/", {"url": here, "label": "Tier 1, last quarter", "icon": "chart-column"})
    assert Favourite.objects.get(user=cast.executive).url == here
    assert client.get(here).context["kept"] == [{"name": "Tier 1, last quarter", "url": here, "current": True}]


def test_one_tile_that_fails_takes_no_other_with_it(cast, door, deals, monkeypatch):
    deals(cast.owner, ["open"] * 2, closed=now())
    whole = compiling.compiled

    def broken(metric, *rest):
        made = whole(metric, *rest)
        return compiling.Statement("SELECT nothing FROM nowhere", made.used) if metric.name == "win_rate" else made

    monkeypatch.setattr(compiling, "compiled", broken)
    page = door(cast.executive).get("/dashboards/executive/")
    assert (tile(page, "win_rate")["state"], tile(page, "pipeline_value")["n"]) == ("lost", 2)
    drawn = door(cast.executive).get("/dashboards/executive/pictures/")
    assert "could not be read" in text(drawn)


def test_what_is_drawn_comes_after_the_figures_in_its_tiles(cast, door, deals):
    deals(cast.owner, ["open"] * 3, closed=now())
    drawn = door(cast.executive, htmx=True).get("/dashboards/executive/pictures/")
    assert 'id="tile-0-picture" hx-swap-oob="true"' in drawn.content.decode()
    bars = next(one for one in drawn.context["pictures"] if one["id"] == "tile-0")["bars"]
    assert bars[0]["of"] == 100
    listed = door(cast.owner).get("/dashboards/rep/?whole=1")
    risky = tile(listed, "deals_at_risk")["picture"]["rows"]
    assert len(risky) == 3
    assert "no next step" in risky[0]["why"]


def test_the_same_number_of_queries_for_one_deal_and_for_many(cast, door, deals, see_all):
    def asked(path):
        see_all()
        with CaptureQueriesContext(connection) as found:
            assert door(cast.executive).get(path).status_code == 200
        see_all()
        return len(found)

    deals(cast.owner, ["open"], closed=now())
    one = [asked("/dashboards/executive/"), asked("/dashboards/executive/pictures/")]
    deals(cast.owner, ["open"] * 2, closed=now())
    assert [asked("/dashboards/executive/"), asked("/dashboards/executive/pictures/")] == one


def test_the_figures_leave_as_a_file_with_a_record_of_who_took_them(cast, door, deals):
    deals(cast.owner, ["open"] * 2, closed=now())
    assert door(cast.owner).post("/dashboards/executive/files/").status_code == 403
    found = door(cast.executive).post("/dashboards/executive/files/", {"period": "this-year"})
    lines = list(csv.DictReader(io.StringIO(found.content.decode().lstrip("\ufeff"))))
    assert len(lines) == 16
    assert next(one for one in lines if one["Number"] == "Pipeline value")["n"] == "2"
    assert next(one for one in lines if one["Number"] == "Customer acquisition cost")["Value"] == ""
    assert AuditEntry.objects.filter(verb="dashboard.figures").exists()


def test_the_figures_leave_on_paper_too_and_name_no_record(cast, door, deals, monkeypatch):
    deals(cast.owner, ["open"] * 2, closed=now())
    told = []
    monkeypatch.setattr(boards, "html", lambda paper: told.append(paper) or html(paper))
    found = door(cast.executive).post("/dashboards/executive/files/", {"period": "this-year", "form": "pdf", "owner": str(cast.owner.pk)})
    assert (found.status_code, found["Content-Type"], found.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert f"Rep: {cast.owner.name}" in told[0].about
    first, parts, without = told[0].content["sections"]
    assert any(one["title"] == "Pipeline value, 2 deals" for one in first["figures"])
    assert parts["tables"][0]["heads"] == ["Pipeline value", "Number", "n"]
    assert any(one[0].startswith("Customer acquisition cost: Waits for") for one in without["sentences"])
    assert AuditEntry.objects.get(verb="dashboard.figures").detail["form"] == "pdf"


def test_titles_keep_their_capitals_in_the_sentence_on_top(cast, door):
    assert (boards_shown._inside("NPS"), boards_shown._inside("POC success rate"), boards_shown._inside("Win rate")) == ("NPS", "POC success rate", "win rate")
    assert "known in the week of" in door(cast.owner).get("/dashboards/rep/").context["finding"]


@pytest.mark.req("ANALYTICS-17", "ANALYTICS-44")
def test_a_manager_reads_each_rep_beside_the_others(cast, door, deals, see_all):
    deals(cast.owner, ["won"] * 4 + ["lost"] * 2 + ["open"], closed=now())
    deals(cast.senior_ae, ["lost"] * 5, closed=now())
    quotas.set_quota(cast.owner, quarter_said("", now()), 80_000_000, by=cast.manager.actor, at=now())
    see_all()
    page = door(cast.manager, htmx=True).get("/dashboards/manager/pictures/")
    heads = [one["title"] for one in page.context["each"]["heads"]]
    rows = {row["name"]: dict(zip(heads, row["cells"], strict=True)) for row in page.context["each"]["rows"]}
    assert set(rows) == {cast.owner.name, cast.senior_ae.name}
    hers = {title: cell["says"] for title, cell in rows[cast.owner.name].items()}
    assert (hers["Quota attainment"], hers["Won"], hers["Win rate"], hers["Pipeline value"]) == ("50 %", "$400k", "66.7 %", "$100k")
    his = rows[cast.senior_ae.name]
    assert (his["Win rate"]["says"], his["Won"]["says"], his["Won"]["why"]) == ("0 %", "", "No data")
    assert {"Activities", "Leads answered in time", "Meetings per outreach", "Demo to POC", "POC to close", "Sales cycle", "Customer satisfaction"} <= set(heads)
    assert f"owner={cast.owner.pk}" in page.context["each"]["rows"][0]["url"]
    assert door(cast.owner).get("/dashboards/rep/pictures/").context["each"] is None


@pytest.mark.req("ANALYTICS-32")
def test_a_rep_reads_what_she_did_beside_her_goals(cast, door, see_all):
    lead = Lead.objects.create(name="Rivers", owner=cast.owner, team=cast.owner.team, captured_at=now(), updated_at=now())
    for _ in range(3):
        LeadActivity.objects.create(lead=lead, kind="call", direction="out", happened_at=now(), **signature(cast.owner.actor, now()))
    see_all()
    page = door(cast.owner).get("/dashboards/rep/?whole=1")
    bars = {bar["name"]: bar for bar in tile(page, "activity_count")["picture"]["bars"]}
    assert (bars["Call"]["says"], bars["Call"]["target"]["word"], bars["Call"]["target"]["says"]) == ("3", "So far", "goal 40")
    assert (bars["Stakeholder meeting"]["says"], bars["Stakeholder meeting"]["target"]["says"]) == ("0", "goal 8"), "what was not done at all stands there"
    last = door(cast.owner).get("/dashboards/rep/?whole=1&period=last-week")
    assert {bar["target"]["word"] for bar in tile(last, "activity_count")["picture"]["bars"]} == {"Missed"}


@pytest.mark.req("ANALYTICS-33")
def test_a_rep_reads_her_pipeline_by_stage_and_what_changed_since_last_week(cast, door, deals):
    at = datetime(2026, 11, 20, 15, tzinfo=UTC)
    with frozen_at(at):
        [first, *_] = deals(cast.owner, ["open"] * 2, closed=at - timedelta(days=20))
        snapshots.keep(date(2026, 11, 15), by=cast.admin.actor, at=datetime(2026, 11, 16, 5, tzinfo=UTC))
        Opportunity.objects.filter(pk=first.pk).update(amount_company_cents=150_000_00)
        picture = tile(door(cast.owner).get("/dashboards/rep/?whole=1"), "pipeline_value")["picture"]
    assert picture["bars"][0]["says"] == "$250k"
    assert picture["before"].endswith("$200k; up $50k since")
    assert picture["spark"] == []


@pytest.mark.req("ANALYTICS-37")
def test_a_rep_reads_her_tasks_with_what_presses_first_and_why(cast, door, deals):
    [large, *_] = deals(cast.owner, ["open"] * 2, closed=now())
    Opportunity.objects.filter(pk=large.pk).update(amount_cents=300_000_00, amount_company_cents=300_000_00)
    with_deal = {"opportunity": large, "account": large.account}
    for title, due, of in (("Later", 90, {}), ("Late and large", -2, with_deal), ("Late", -2, {})):
        tasks.add(title, kind="call", owner=cast.owner, due_at=now() + timedelta(hours=due), by=cast.owner.actor, at=now() - timedelta(days=1), **of)
    rows = tile(door(cast.owner).get("/dashboards/rep/?whole=1"), "tasks_open")["picture"]["rows"]
    assert [(row["name"], row["why"]) for row in rows] == [("Late and large", "overdue, a deal of $300k"), ("Late", "overdue"), ("Later", "")]
