"""The pages of numbers: the index, one number, its file."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rounds.actions.numbers import snapshots
from rounds.kit.clock import frozen_at
from tests.analytics.numbers.conftest import deals

__all__ = ["deals"]
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 3, 15, tzinfo=UTC)
AUGUST = datetime(2026, 8, 10, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _then():
    with frozen_at(AT):
        yield


def text(answer) -> str:
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


@pytest.mark.req("ANALYTICS-02", "ANALYTICS-52")
def test_a_number_says_what_it_is_its_target_its_rows_and_its_definition(cast, deals, door):
    deals(cast.owner, ["won"] * 4 + ["lost"] * 4, closed=NOVEMBER)
    page = text(door(cast.owner).get("/numbers/win_rate/?period=2026-Q4&by=segment"))
    assert "Win rate is 50 % in Q4 2026, met: 25 % to 35 %" in page
    assert "4 of 8." in page
    assert page.count("/opportunities/") >= 8, "the rows behind it"
    assert "Won deals of all deals that were won or lost" in page, "the definition"
    assert "KPI-05" in page


@pytest.mark.req("ANALYTICS-52")
def test_a_colleague_elsewhere_finds_no_data_and_not_hers(cast, deals, door):
    deals(cast.owner, ["won"] * 8, closed=NOVEMBER)
    page = text(door(cast.colleague).get("/numbers/win_rate/?period=2026-Q4"))
    assert "no data" in page
    assert "House Olivia" not in page
    assert "Deal 0" not in page


@pytest.mark.req("ANALYTICS-52")
def test_a_period_that_was_restated_is_marked_and_tells_both(cast, deals, door):
    deals(cast.owner, ["won"] * 5 + ["lost"] * 5, closed=AUGUST)
    snapshots.keep(date(2026, 9, 30), by=cast.admin.actor, at=AT)
    deals(cast.owner, ["lost"] * 10, closed=AUGUST)
    page = text(door(cast.owner).get("/numbers/win_rate/?period=2026-Q3"))
    assert "Restated" in page
    assert "50 % <span" in page, "what was told then"


@pytest.mark.req("ANALYTICS-52")
def test_all_numbers_stand_on_one_page_in_as_many_queries_for_many_deals_as_for_one(cast, deals, door, django_assert_max_num_queries):
    deals(cast.owner, ["won"], closed=NOVEMBER)
    visitor = door(cast.owner)
    page = text(visitor.get("/numbers/?period=2026-Q4"))
    assert "Waits for" in page
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as held:
            text(visitor.get("/numbers/?period=2026-Q4"))
        counts.append(len(held.captured_queries))
        deals(cast.owner, ["won", "lost", "open"], closed=NOVEMBER)
    assert counts[0] == counts[1]


@pytest.mark.req("ANALYTICS-52")
def test_one_number_asks_as_often_for_many_rows_as_for_one(cast, deals, door, django_assert_max_num_queries):
    deals(cast.owner, ["won"], closed=NOVEMBER)
    visitor = door(cast.owner)
    text(visitor.get("/numbers/average_deal_size/?by=owner"))
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(40) as held:
            text(visitor.get("/numbers/average_deal_size/?by=owner"))
        counts.append(len(held.captured_queries))
        deals(cast.owner, ["won"] * 3, closed=NOVEMBER)
    assert counts[0] == counts[1]


@pytest.mark.req("ANALYTICS-52")
@pytest.mark.parametrize(("address", "words"), [
    ("/numbers/win_rate/?period=yesterday", "is no period"), ("/numbers/win_rate/?by=colour", "not broken down by colour"),
    ("/numbers/win_rate/?tier=gold", "A tier is a number"), ("/numbers/win_rate/?as_of=soon", "is no day"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_the_way_to_mend_it(cast, door, address, words):
    answer = door(cast.owner).get(address)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_an_unknown_number_is_not_there(cast, door):
    assert door(cast.owner).get("/numbers/happiness/").status_code == 404


def test_a_number_without_records_says_what_it_waits_for(cast, door):
    assert "waits for sales and marketing spend" in text(door(cast.owner).get("/numbers/cac/"))
