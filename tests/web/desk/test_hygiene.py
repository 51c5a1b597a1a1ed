"""The hygiene inbox: each figure opens its rows, where bulk acts mend them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.models import Task
from tests.web.leads.test_list import text


@pytest.mark.req("PLUS-24", "UI-01")
def test_each_figure_opens_its_rows_and_says_the_fix(cast, door, lead_of, see_all):
    assert door(cast.colleague).get("/hygiene/").context["finding"] == "Nothing is left undone"
    see_all()
    for n in range(3):
        lead_of(cast.owner, name=f"Lead {n}", days=9)
    Task.objects.all().delete()
    page = door(cast.owner).get("/hygiene/")
    assert page.context["finding"].startswith("3 leads: no ")
    row = next(one for one in page.context["found"] if one["check"].check == "no_next_step")
    assert (row["rows"], row["stale"]) == (3, 3)
    assert "Open a task, or recycle it" in text(page)
    listed = door(cast.owner).get(row["url"])
    assert sorted(lead.name for lead in listed.context["rows"]) == ["Lead 0", "Lead 1", "Lead 2"]
    said = {"all": "1", "query": row["url"].partition("?")[2], "status": "Recycled"}
    assert "3 changed" in text(door(cast.owner).post("/lists/lead/changes/lead.status/doing/", said, follow=True))
    assert door(cast.security).get("/hygiene/").status_code == 403


@pytest.mark.req("PLUS-24")
def test_the_same_number_of_queries_for_one_row_and_for_many(cast, door, lead_of, see_all):
    def asked():
        see_all()
        Task.objects.all().delete()
        with CaptureQueriesContext(connection) as found:
            assert door(cast.owner).get("/hygiene/").status_code == 200
        see_all()
        return len(found)

    lead_of(cast.owner, name="One", days=9)
    one = asked()
    for n in range(3):
        lead_of(cast.owner, name=f"Lead {n}", days=9)
    assert asked() == one
