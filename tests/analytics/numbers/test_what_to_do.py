"""What is best done next, and what the best do, in companies one can count by hand (ANALYTICS-40, ANALYTICS-47)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest

from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.risks import FLAGS
from rounds.analytics.numbers.running import Cell, behind, parts
from rounds.playbook.shapes.measures import NextAction
from tests.analytics.numbers.company import whole
from tests.analytics.numbers.test_definitions import AT, BOOK, OCTOBER, Q4, company, deal, number

SOUND = {"close_on": date(2026, 12, 20), "has_next_step": True, "bant": "met", "process_since": AT.replace(tzinfo=None) - timedelta(days=1)}


@pytest.mark.req("ANALYTICS-40")
def test_of_each_deal_the_first_thing_the_playbook_lists_is_told_and_the_largest_first():
    deals = [deal("safe", ["O3"])[0] | SOUND, deal("small", ["O3"])[0] | SOUND | {"close_on": date(2026, 11, 1), "has_next_step": False},
             deal("large", ["O3"])[0] | SOUND | {"close_on": date(2026, 11, 1), "amount_cents": 900_000_00}, deal("red", ["O3"])[0] | SOUND | {"bant": "not_met"},
             deal("quiet", ["O3"])[0] | SOUND | {"has_next_step": False}, deal("gone", ["O3"], "lost")[0]]  # fmt: skip
    seats = [whole("deal_people", deal_id=one["id"], contact_id=f"c{n}", stance="champion", known_at=OCTOBER) for one in deals for n in range(3)]
    engine = company({"deals": deals, "deal_people": seats})
    assert number(engine, "next_best_actions").value == 4
    rows = behind(metrics()["next_best_actions"], Cell(Q4), engine, AT)
    assert [(row.id, row.why) for row in rows] == [
        ("large", "Ask the customer for a new close date: close date past"), ("red", "Qualify it again or let it go: red flag open"),
        ("small", "Ask the customer for a new close date: close date past"), ("quiet", "Agree the next step and its day: no next step")]  # fmt: skip
    assert number(company({}), "next_best_actions").value in (None, 0)


@pytest.mark.req("ANALYTICS-40")
def test_the_list_is_the_playbooks_and_names_only_flags_there_are():
    assert set(get_args(NextAction.model_fields["when"].annotation)) == set(FLAGS)
    assert {one.when for one in BOOK.measures.next_actions} == set(FLAGS)


def team(wins, acts, *, each=5):
    """Of each person so many thousand dollars won over `each` decided deals, and so many calls and visits in October."""
    rows = {"deals": [], "activities": []}
    for who, thousands in wins.items():
        rows["deals"] += [deal(f"{who}{n}", [], "won" if n == 0 else "lost")[0] | {"owner_id": who, "counted_cents": thousands * 100_000} for n in range(each)]
        for kind, many in zip(("call", "visit"), acts[who], strict=True):
            rows["activities"] += [whole("activities", id=f"{who}{kind}{n}", by_id=who, kind=kind, direction="out", human=True, happened_at=OCTOBER, known_at=OCTOBER) for n in range(many)]
    return company(rows)


WINS = {"ana": 900, "ben": 500, "cleo": 400, "dan": 300, "eve": 200}
ACTS = {"ana": (10, 8), "ben": (20, 2), "cleo": (10, 2), "dan": (5, 4), "eve": (5, 0)}


@pytest.mark.req("ANALYTICS-47")
def test_one_of_the_best_is_held_against_one_of_the_rest():
    """Five people: the top quarter are ana and ben, who have 40 acts, 20 each; the others 26, 8⅔ each."""
    engine = team(WINS, ACTS)
    assert float(number(engine, "team_practice").value) == pytest.approx((40 / 2) / (26 / 3))
    found = {kind: float(one.value) for kind, one in parts(metrics()["team_practice"], Cell(Q4), "kind", engine, AT)}
    assert found == {"call": pytest.approx((30 / 2) / (20 / 3)), "visit": pytest.approx((10 / 2) / (6 / 3))}


@pytest.mark.req("ANALYTICS-47")
def test_of_too_few_people_or_too_few_deals_nothing_is_said():
    four = {who: WINS[who] for who in list(WINS)[:4]}
    assert number(team(four, ACTS), "team_practice").state == "no data"
    assert number(team(WINS, ACTS, each=4), "team_practice").state == "no data"
    assert number(company({}), "team_practice").state == "no data"
