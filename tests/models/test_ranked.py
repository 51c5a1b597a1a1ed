"""Lists sorted by a stage: by its place in the playbook, page after page, read off an index."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.db import connection

from rounds.access.sight import sight
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Account, Opportunity
from rounds.models.base import signature
from rounds.models.deals.listing import OPPORTUNITIES
from rounds.models.flow.active import active
from rounds.models.listing import page_of, parse
from rounds.web.desk.exports import ordered

pytestmark = pytest.mark.req("PIPE-01", "UI-02")


@pytest.fixture
def deals(cast):
    """Three deals a stage, the last stage first, one of them without an owner, and one in a stage of an older playbook."""
    at, by = now(), cast.owner.actor
    account = Account.objects.create(name="Harbour", level="system", owner=cast.owner, created_at=at, updated_at=at)
    codes = [*reversed(active().playbook.stages.by_code), "X9"]
    return [Opportunity.objects.create(name=f"{code} {n}", stage=code, account=account, owner=cast.owner, next_step_due=at.date() + timedelta(days=n) if n else None,
                                       opened_at=at - timedelta(days=n), updated_at=at, **signature(by, at)) for code in codes for n in range(3)]  # fmt: skip


def _walk(text: str, size: int, columns: tuple[str, ...] = ()) -> list[str]:
    found, query = [], parse(OPPORTUNITIES, parse_qs(text), size=size)
    while query is not None:
        page = page_of(Opportunity.objects.all(), query, columns=columns)
        found += [row[0] if columns else row.stage for row in page.rows]
        query = parse(OPPORTUNITIES, parse_qs(page.next_query), size=size) if page.next is not None else None
    return found


@pytest.mark.parametrize("size", [1, 4, 50])
@pytest.mark.parametrize("columns", [(), ("stage", "name")])
def test_the_tenth_stage_comes_after_the_second_in_either_direction_however_one_pages(deals, size, columns):
    order = list(active().playbook.stages.by_code)
    assert order.index("O10") > order.index("O2")
    assert _walk("sort=stage", size, columns) == [code for code in [*order, "X9"] for _ in range(3)], "what no playbook knows comes last"
    assert _walk("sort=-stage", size, columns) == [code for code in [*order[::-1], "X9"] for _ in range(3)]


@pytest.mark.parametrize("sort", ["stage,-step", "-stage,step", "owner,stage,opened", "owner,-stage"])
def test_it_is_the_same_order_beside_other_keys_unknown_values_last(deals, sort):
    keys = sort.split(",")
    if "owner" in sort:
        keys[0], sort = "territory", sort.replace("owner", "territory")
    whole = [row.id for row in page_of(Opportunity.objects.all(), parse(OPPORTUNITIES, {"sort": keys}, size=200)).rows]
    rank = {code: place for place, code in enumerate(active().playbook.stages.by_code)}
    found, query = [], parse(OPPORTUNITIES, parse_qs(f"sort={sort}"), size=4)
    while query is not None:
        page = page_of(Opportunity.objects.all(), query)
        found += page.rows
        query = parse(OPPORTUNITIES, parse_qs(page.next_query), size=4) if page.next is not None else None
    assert [row.id for row in found] == whole
    down = -1 if "-stage" in sort else 1
    places = [down * rank[row.stage] if row.stage in rank else 99 for row in found]
    assert places == sorted(places)
    if "step" in sort:
        assert [row.next_step_due is None for row in found[:3]] == [False, False, True]


def test_a_file_of_the_list_has_the_order_of_the_page(deals):
    query = parse(OPPORTUNITIES, {"sort": ["stage"]})
    said = io.StringIO()
    csv.writer(said).writerows([row.stage] for row in ordered(Opportunity.objects.all(), query, None))
    assert said.getvalue().split() == [code for code in [*active().playbook.stages.by_code, "X9"] for _ in range(3)]


def test_a_page_of_a_stage_is_read_off_an_index(deals):
    with sight(Scope(everything=True)), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("EXPLAIN SELECT id FROM rounds_opportunity WHERE stage = 'O3' ORDER BY id LIMIT 50")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "opportunity_by_stage" in plan
    assert "Sort" not in plan
