"""Days in stage and in process stage: the same two numbers on the board, the list, its file, the page and the API."""

from __future__ import annotations

import csv
import html
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from rounds.kit.clock import frozen_at, now
from rounds.models import Opportunity
from rounds.models.deals.ages import age_of
from rounds.models.flow.active import active

EVENING = now().astimezone(ZoneInfo("America/New_York")).replace(hour=23, minute=30, second=0, microsecond=0)  # where the house stands


@pytest.fixture
def deal(deal_of):
    """Nine days and half an hour in its pipeline stage, forty in its process stage, seen shortly after midnight."""
    made = deal_of(days=60)
    Opportunity.objects.filter(pk=made.pk).update(stage_since=EVENING - timedelta(days=9), process_since=EVENING - timedelta(days=40))
    made.refresh_from_db()
    return made


def words(page):
    return html.unescape(page.content.decode())


@pytest.mark.req("PIPE-19", "PIPE-25")
def test_every_place_says_the_same_days(cast, door, caller, deal):
    with frozen_at(EVENING + timedelta(hours=1)):  # another day, though less than ten times 24 hours later
        client = door(cast.owner)
        board = client.get("/opportunities/board/?f=state.is.open")
        card = next(one for column in board.context["held"].columns for one in column.cards)
        assert (card.age.stage, card.age.process, card.age.state) == (10, 41, "slow")
        assert "10 days, slow" in words(board)
        room = words(client.get(f"/opportunities/{deal.id}/"))
        assert "10 days in stage" in room
        assert "41 days in process stage of" in room
        listed = words(client.get("/opportunities/?f=state.is.open&cols=age,process_days,pace"))
        assert "10 d" in listed
        assert "41 d" in listed
        row = next(csv.DictReader(io.StringIO(client.post("/lists/opportunity/exports/", {"query": "f=state.is.open&cols=age,process_days,pace", "as": "csv",
                                                                                          "reason": "Monday"}).content.decode("utf-8-sig"))))  # fmt: skip
        assert (row["Days in stage"], row["Days in process stage"], row["Pace"]) == ("10", "41", "Slow")
        told = caller(cast.owner)("GET", f"/opportunities/{deal.id}")[1]
        assert (told["days_in_stage"], told["days_in_process_stage"]) == (10, 41)


@pytest.mark.req("PIPE-19")
@pytest.mark.parametrize(("asked", "there"), [
    ("days.gte.10", True), ("days.gte.11", False), ("days.lte.10", True), ("days.lte.9", False), ("days.is.10", True), ("days.is.9", False), ("days.is.-1", False),
    ("process_days.is.41", True), ("process_days.gte.42", False), ("days.gte.999999999999", False), ("days.gte.-5", True), ("days.lte.-1", False),
])  # fmt: skip
def test_the_list_is_asked_for_days_and_means_the_days_it_shows(cast, door, deal, asked, there):
    with frozen_at(EVENING + timedelta(hours=1)):
        rows = door(cast.owner).get(f"/opportunities/?f={asked}").context["rows"]
        assert [row.pk for row in rows] == ([deal.pk] if there else [])


@pytest.mark.req("PIPE-19", "PLUS-24")
def test_slow_and_stalled_are_found_by_the_days_that_are_shown(cast, door, deal_of):
    deal, book, at = deal_of(), active().playbook, EVENING + timedelta(minutes=40)
    with frozen_at(at):
        client = door(cast.owner)
        for days in (27, 28, 29, 42, 43):
            Opportunity.objects.filter(pk=deal.pk).update(process_since=EVENING - timedelta(days=days - 1))
            deal.refresh_from_db()
            age = age_of(deal, book, at)
            assert age.process == days
            for state in ("on_track", "slow", "stalled"):
                found = client.get(f"/opportunities/?f=age.is.{state}").context["rows"]
                assert bool(found) == (age.state == state), (days, state)
            assert bool(client.get("/opportunities/?f=undone.is.stalled").context["rows"]) == (age.state == "stalled")


@pytest.mark.req("PIPE-25")
def test_sorted_by_days_the_longest_is_last_or_first_over_pages(cast, door, deal_of):
    for days in (30, 10, 20):
        made = deal_of(name=f"{days}")
        Opportunity.objects.filter(pk=made.pk).update(stage_since=EVENING - timedelta(days=days))
    client = door(cast.owner)
    for sort, wanted in (("days", ["10", "20", "30"]), ("-days", ["30", "20", "10"])):
        seen, address = [], f"?f=&sort={sort}&size=2"
        while address:
            page = client.get(f"/opportunities/{address}")
            seen += [row.name for row in page.context["rows"]]
            address = page.context["next"] and page.context["next"] + "&size=2"
        assert seen == wanted


@pytest.mark.req("PIPE-25")
def test_a_file_sorted_by_days_has_the_lists_order(cast, door, deal_of):
    for days in (30, 10, 20):
        made = deal_of(name=f"{days}")
        Opportunity.objects.filter(pk=made.pk).update(stage_since=EVENING - timedelta(days=days))
    file = door(cast.owner).post("/lists/opportunity/exports/", {"query": "f=state.is.open&sort=-days", "as": "csv", "reason": "Monday"})
    assert [row["Deal"] for row in csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))] == ["30", "20", "10"]
