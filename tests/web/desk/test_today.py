"""Today: what waits, in its order; what moved and why; windows, whitespace, questions; whose eyes; the first run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape
from re import findall, sub

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.leads import activities, leads
from rounds.actions.market import accounts, answers
from rounds.kit.clock import frozen_at, now
from rounds.models import Account
from rounds.models.flow.active import active
from rounds.models.flow.days import house_today
from rounds.rules import budget
from tests.conftest import KNOWN


@pytest.fixture
def saturday(cast):
    """A Saturday at noon in New York: the working hours that promises run in stand still, so that none is late yet."""
    with frozen_at(datetime(2026, 11, 28, 17, tzinfo=UTC)):
        yield


@pytest.fixture
def captured(cast):
    """`captured(owner, name, hours=2, …)`: a lead that came so many hours ago."""

    def make(owner, name, hours=2, **said):
        given = {"name": name, "state": "NY", "organization": "Meridian Health", "source": "Web form",
                 "facts": {"beds": 612, "ehr": "Epic"}, "answers": dict(KNOWN), **said}  # fmt: skip
        return leads.capture(given, by=cast.admin.actor, at=now() - timedelta(hours=hours), owner=owner)

    return make


@pytest.fixture
def unit(cast):
    """`unit(name, …)`: a buying unit as a load would leave it."""

    def make(name, **said):
        at = now()
        row = Account(name=name, level="hospital", is_unit=True, created_at=at, updated_at=at, state="NY",
                      **{"territory": "Northeast", "beds": 200, "fit_grade": "A", "fit_rate": 0.9, "tier": 3,
                         "deal_potential_cents": 20_000_000, "programme": "core", "score_total": 40, "hospitals": 1,
                         **said})  # fmt: skip
        row.buying_unit_id = row.id
        row.save()
        return row

    return make


def words(response) -> str:
    return sub(r"\s+", " ", unescape(sub(r"<[^>]+>", " ", response.content.decode()))).strip()


def title(response) -> str:
    return unescape(findall(r"<h1[^>]*>(.*?)</h1>", response.content.decode())[0])


def soon() -> int:
    """A fiscal-year-end month whose window opens within the playbook's days."""
    return budget.months_in(active().playbook, "soon", house_today())[0]


@pytest.mark.req("UI-01")
def test_the_title_says_how_many_hand_raises_wait_and_since_when(cast, saturday, door, captured, unit):
    unit("Alder Hospital")
    for name, hours in (("Ada Raise", 2), ("Bea Raise", 5), ("Cid Raise", 1)):
        captured(cast.owner, name, hours, hand_raise=True)
    captured(cast.owner, "Dee Plain", 8)
    page = door(cast.owner).get("/")
    assert title(page) == "3 hand-raises wait, the oldest 5 hours"
    assert page.context["waits"].total == 4


@pytest.mark.req("UI-01", "PLUS-04")
def test_leads_that_wait_stand_by_hand_raise_then_heat_then_score(cast, door, captured, unit):
    unit("Alder Hospital")
    captured(cast.owner, "Plain Weak", facts={}, answers={})
    captured(cast.owner, "Plain Strong")
    hot = captured(cast.owner, "Plain Keen", facts={}, answers={})
    activities.log("demo_attendance", lead=hot, by=cast.admin.actor, at=now(), direction="in")
    captured(cast.owner, "Raised Hand", facts={}, answers={}, hand_raise=True)
    hot.refresh_from_db()
    assert hot.heat > 0
    page = door(cast.owner).get("/")
    assert [row["lead"].name for row in page.context["leads"]] == ["Raised Hand", "Plain Keen", "Plain Strong", "Plain Weak"]


@pytest.mark.req("UI-01")
def test_an_answered_lead_waits_no_more_and_a_calm_day_says_so(cast, saturday, door, captured, unit, see_all):
    unit("Alder Hospital", fye_month=soon())
    lead = captured(cast.owner, "Ada Raise", hand_raise=True)
    client = door(cast.owner)
    assert title(client.get("/")).startswith("1 hand-raise waits, for 2 hours")
    see_all()
    activities.log("call", lead=lead, by=cast.owner.actor, at=now(), direction="out")
    page = client.get("/")
    assert title(page) == "Nobody waits for an answer; 1 budget window opens soon"
    assert "Every new lead has an answer" in words(page)


@pytest.mark.req("UI-01")
def test_at_most_one_late_clock_is_an_alarm(cast, door, captured, unit):
    unit("Alder Hospital")
    for number in range(4):
        captured(cast.owner, f"Late {number}", 24 * 20, hand_raise=True)
    body = door(cast.owner).get("/").content.decode()
    assert body.count("s-late") == 1  # her latest task, above the leads
    assert body.count("answer late by") == 4


@pytest.mark.req("LEAD-21", "UI-01", "X-1")
def test_a_score_that_moved_stands_with_its_cause(cast, door, captured, unit):
    unit("Alder Hospital")
    lead = captured(cast.owner, "Mover Alder", 50)
    captured(cast.owner, "Still Birch", 50)
    before = lead.score_total
    answers.answer(lead, "budget_allocation", "high", by=cast.owner.actor, at=now())
    lead.refresh_from_db()
    assert lead.score_total > before
    page = door(cast.owner).get("/")
    moves = page.context["moves"]
    assert [(m.lead.name, m.before, m.after) for m in moves] == [("Mover Alder", before, lead.score_total)]
    assert "Answer: budget allocation" in words(page)


@pytest.mark.req("PLUS-10", "UI-01")
def test_windows_and_whitespace_are_counted_summed_and_open_their_rows(cast, door, unit):
    unit("Opens One", fye_month=soon(), deal_potential_cents=300_000_000, owner=cast.owner, fit_grade="B")
    unit("Opens Two", fye_month=soon(), deal_potential_cents=100_000_000)
    unit("Later Hospital", fye_month=budget.months_in(active().playbook, "later", house_today())[0], fit_grade="B")
    unit("Federal Hospital", fye_month=soon(), programme="federal")
    client = door(cast.owner)
    page = client.get("/")
    market = page.context["market"]
    assert (market.soon, market.soon_mine, market.soon_cents) == (2, 1, 400_000_000)
    assert (market.white, market.white_cents, market.white_soon) == (1, 100_000_000, 1)
    assert [u.name for u, _ in page.context["windows"]] == ["Opens One", "Opens Two"]
    for name, count in (("soon", market.soon), ("soon_mine", 1), ("white", market.white), ("white_soon", 1)):
        assert client.get(page.context["links"][name]).context["total"] == count


@pytest.mark.req("UI-01")
def test_the_count_of_waiting_leads_opens_exactly_those(cast, door, captured, unit, see_all):
    unit("Alder Hospital")
    captured(cast.owner, "Mine")
    captured(None, "Nobody's")
    captured(cast.senior_ae, "Another's in my territory")
    answered = captured(cast.owner, "Answered")
    activities.log("call", lead=answered, by=cast.owner.actor, at=now(), direction="out")
    for person in (cast.owner, cast.manager, cast.admin):
        client = door(person)
        page = client.get("/")
        assert client.get(page.context["links"]["new"]).context["total"] == page.context["waits"].total
        see_all()
    assert {row["lead"].name for row in door(cast.owner).get("/").context["leads"]} == {"Mine", "Nobody's"}


@pytest.mark.req("PLUS-03", "UI-01")
def test_the_best_questions_name_the_account_and_what_an_answer_adds(cast, door):
    account = accounts.add(name="Elmcrest Health", level="system", state="NY", beds=900, ehr_vendor="Epic",
                           deal_potential_cents=900_000_000, by=cast.admin.actor, at=now())  # fmt: skip
    Account.objects.filter(pk=account.pk).update(tier=1)
    page = door(cast.owner).get("/")
    (asked,) = page.context["asked"]
    assert asked["question"].gain == max(asked["question"].gain, 1)
    assert f"/accounts/{account.pk}/?ask={asked['question'].criterion}" in page.content.decode()
    assert asked["best"] == asked["unit"].score_total + asked["question"].gain


@pytest.mark.req("UI-01")
def test_a_colleague_sees_nothing_of_it_and_the_manager_sees_the_team(cast, door, captured, unit, see_all):
    mine = unit("Owner's Hospital", owner=cast.owner, fye_month=soon())
    captured(cast.owner, "Owner's Raise", hand_raise=True)
    page = door(cast.colleague).get("/")
    assert "Owner's" not in words(page)
    assert page.context["nothing"]
    assert "Nothing is in your sight yet" in words(page)
    see_all()
    page = door(cast.manager).get("/")
    assert "Owner's Raise" in words(page)
    assert mine.name in words(page)
    assert "tended" not in page.context


@pytest.mark.req("UI-01", "X-1")
def test_an_admin_reads_how_fresh_the_universe_and_the_playbook_are(cast, door, unit):
    unit("Alder Hospital")
    page = words(door(cast.admin).get("/"))
    assert "No files loaded" in page
    assert f"v{active().number}" in page


@pytest.mark.req("UI-01")
def test_an_empty_workspace_opens_with_its_first_steps(cast, door, tmp_path, settings):
    settings.CONFIG = settings.CONFIG.model_copy(update={"public_data": tmp_path})
    page = door(cast.admin).get("/")
    assert "Three things make this market yours" in words(page)
    assert 'action="/universe/runs/"' in page.content.decode()
    assert "rounds user add" in words(page)
    for link in set(findall(r'<main.*</main>', page.content.decode().replace("\n", " "))):
        for url in findall(r'href="(/[^"]*)"', link):
            assert door(cast.admin).get(url, follow=True).status_code == 200
    assert "Nothing is in your sight yet" in words(door(cast.owner).get("/"))


def test_an_empty_workspace_without_the_files_says_where_to_put_them(cast, door, tmp_path, settings):
    settings.CONFIG = settings.CONFIG.model_copy(update={"public_data": tmp_path / "nowhere"})
    page = door(cast.admin).get("/")
    assert "ROUNDS_PUBLIC_DATA" in words(page)
    assert 'action="/universe/runs/"' not in page.content.decode()


@pytest.mark.req("UI-01")
def test_today_asks_as_often_for_three_rows_as_for_one(cast, door, captured, unit, see_all):
    def asked(person) -> int:
        client = door(person)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        see_all()
        return len(queries)

    def more(number):
        account = accounts.add(name=f"Unit {number}", level="system", state="NY", beds=900, fye_month=soon(),
                               deal_potential_cents=10_000_000, by=cast.admin.actor, at=now())  # fmt: skip
        Account.objects.filter(pk=account.pk).update(tier=1, fit_grade="A")
        lead = captured(cast.owner, f"Lead {number}", hand_raise=True)
        answers.answer(lead, "budget_allocation", "high", by=cast.owner.actor, at=now())

    more(0)
    once = {person.email: asked(person) for person in (cast.owner, cast.manager, cast.admin)}
    more(1)
    more(2)
    assert {person.email: asked(person) for person in (cast.owner, cast.manager, cast.admin)} == once


@pytest.mark.req("UI-01")
def test_the_freshness_is_that_of_the_newest_verdict_of_a_unit_or_a_lead(cast, door, captured, unit):
    unit("Alder Hospital", scored_at=now() - timedelta(days=30))
    old = door(cast.owner).get("/").context["market"].scored_at
    lead = captured(cast.owner, "Ada Raise", 2)
    assert old < lead.scored_at == door(cast.owner).get("/").context["market"].scored_at
