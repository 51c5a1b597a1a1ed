"""The list of leads opens from its index: as the web role, under row security, in a database that is not small."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

import psycopg
import pytest
from django.db import connection, transaction

from rounds.access.scope import visible
from rounds.access.sight import look_as
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Lead
from rounds.models.leads.listing import LEADS
from rounds.models.listing.grammar import Query, parse
from rounds.models.listing.pages import Page, page_of

ROWS = 6000
HALF = Scope(everything=False, system=False, territories=frozenset({"West"}))


@pytest.fixture
def filled(committed, server):
    """Leads of two territories, few of them warm; the planner knows them."""
    at = now()
    with transaction.atomic():
        look_as(Scope(everything=True))
        Lead.objects.bulk_create(
            [Lead(name=f"Lead {n}", heat=n % 97 * (n % 5 == 0), territory=("West", "East")[n % 2],
                  captured_at=at - timedelta(minutes=n % 2000), updated_at=at) for n in range(ROWS)]
        )  # fmt: skip
    with psycopg.connect(server.dsn("rounds_owner", committed), autocommit=True) as owner:
        owner.execute("ANALYZE rounds_lead")


@transaction.atomic
def plan_of(scope: Scope, query: Query) -> tuple[str, Page]:
    """The plan of the page's own statement, and the page."""
    look_as(scope)
    said: list[tuple[str, tuple]] = []

    def listen(execute, sql, params, many, context):
        said.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        page = page_of(visible(Lead, scope), query)
    assert len(page.rows) == query.size
    found = [(row.heat, row.captured_at, row.pk) for row in page.rows]
    assert found == sorted(found, reverse=True)
    (statement,) = [one for one in said if "ORDER BY" in one[0]]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("rounds_web",)
        cursor.execute("EXPLAIN " + statement[0], statement[1])
        return "\n".join(line for (line,) in cursor.fetchall()), page


@pytest.mark.req("UI-02")
@pytest.mark.parametrize("scope", [Scope(everything=True), HALF], ids=["all", "half"])
def test_the_first_page_and_the_next_are_read_off_the_index(filled, scope):
    query = parse(LEADS, {})
    plan, page = plan_of(scope, query)
    assert "lead_opens" in plan, plan
    assert "Sort" not in plan, plan
    after, following = plan_of(scope, parse(LEADS, parse_qs(page.next_query)))
    assert "lead_opens" in after, after
    assert not {row.pk for row in page.rows} & {row.pk for row in following.rows}
