"""The list of leads: views, filters, sorts, columns, pages; what one may not see is not there."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.desk import views
from rounds.kit.clock import now
from tests.conftest import KNOWN


def text(response) -> str:
    return response.content.decode()


@pytest.mark.req("UI-02", "PLUS-01")
def test_a_bare_address_opens_my_open_leads(cast, door, lead_of):
    lead_of(cast.owner, name="Mine Alder")
    lead_of(cast.colleague, name="Theirs Birch", state="CA")
    response = door(cast.owner).get("/leads/", follow=True)
    assert "view=mine" in response.redirect_chain[0][0]
    assert "Mine Alder" in text(response)
    assert "Theirs Birch" not in text(response)


@pytest.mark.req("UI-02")
def test_what_is_out_of_sight_is_neither_listed_nor_counted_nor_opened(cast, door, lead_of):
    unseen = lead_of(cast.colleague, name="Theirs Birch", state="CA")
    client = door(cast.owner)
    response = client.get("/leads/?view=all")
    assert "Theirs Birch" not in text(response)
    assert response.context["total"] == 0
    for path in ("", "preview/", "score/", "answers/preview/?criterion=innovation&level=leader", "what-if/"):
        assert client.get(f"/leads/{unseen.id}/{path}").status_code == 404
    assert client.post(f"/leads/{unseen.id}/status/", {"status": "Qualified"}).status_code == 404


@pytest.mark.req("UI-02", "LEAD-18")
def test_filters_are_chips_and_join_by_and_and_or(cast, door, lead_of):
    lead_of(cast.owner, name="Warm Alder")
    lead_of(cast.owner, name="Blank Birch", facts={}, answers={}, source="")
    client = door(cast.owner)
    page = client.get("/leads/?f=known.gte.60")
    assert "Warm Alder" in text(page)
    assert "Blank Birch" not in text(page)
    assert "Remove filter Known at least 60" in text(page)
    both = client.get("/leads/?f=known.gte.60&or=source.unknown")
    assert both.context["total"] == 2
    refused = client.get("/leads/?f=secret.is.1")
    assert refused.status_code == 422
    assert "has no field" in text(refused)


@pytest.mark.req("UI-02")
def test_columns_and_several_sorts_live_in_the_address(cast, door, lead_of):
    lead_of(cast.owner)
    page = door(cast.owner).get("/leads/?sort=-score,name&cols=score,source&f=score.gte.1")
    heads = text(page).split("<thead>")[1].split("</thead>")[0]
    assert "Score, range" in heads
    assert "Source" in heads
    assert "Owner" not in heads
    assert page.context["sorts"]["says"] == "Score, then name"
    assert "cols=score,source" in page.context["here"]
    assert 'aria-sort="descending"' in heads


@pytest.mark.req("UI-02")
def test_pages_follow_each_other_without_gap_or_repeat(cast, door, lead_of):
    names = {f"Lead {n:02}" for n in range(7)}
    for name in names:
        lead_of(cast.owner, name=name)
    client, seen, url = door(cast.owner), [], "/leads/?view=all&size=3&sort=name"
    while url:
        page = client.get(url)
        seen += [row.name for row in page.context["rows"]]
        url = page.context["next"] and f"/leads/{page.context['next']}&size=3"
    assert seen == sorted(names)


@pytest.mark.req("UI-02")
def test_the_number_of_queries_does_not_grow_with_the_rows(cast, door, lead_of):
    client = door(cast.owner)
    counts = []
    for more in (1, 2):
        for n in range(more):
            lead_of(cast.owner, name=f"Lead {more}{n}")
        client.get("/leads/?view=all")
        with CaptureQueriesContext(connection) as caught:
            client.get("/leads/?view=all")
        counts.append(len(caught))
    assert counts[0] == counts[1]


@pytest.mark.req("CQS-11")
def test_leads_on_which_the_models_disagree_have_a_view(cast, door, lead_of):
    agreed = lead_of(cast.owner, name="Agreed Alder", facts={}, answers={}, source="")
    rich = {"budget_allocation": "high", "funding_sources": "multiple", "direct_interactions": "executive"}
    torn = lead_of(cast.owner, name="Torn Birch", answers=KNOWN | rich)
    assert agreed.band == agreed.quick_band
    assert torn.band != torn.quick_band
    page = door(cast.owner).get("/leads/?f=disagree.is.yes")
    assert "Torn Birch" in text(page)
    assert "Agreed Alder" not in text(page)


@pytest.mark.req("UI-02")
def test_saved_views_are_kept_starred_shared_changed_and_dropped(cast, door, lead_of):
    client = door(cast.owner)
    answer = client.post("/lists/lead/views/", {"name": "Big ones", "query": "f=score.gte.50&cols=score", "default": "1"})
    assert answer.status_code == 302
    opened = client.get("/leads/", follow=True)
    assert opened.context["views"]["now"]["name"] == "Big ones"
    assert opened.context["views"]["now"]["star"]
    assert [c.name for c in opened.context["columns"]] == ["name", "score"]
    key = opened.context["views"]["now"]["key"]
    changed = client.get(f"/leads/?f=score.gte.60&view={key}")
    assert changed.context["views"]["changed"]
    client.post(f"/lists/lead/views/{key}/changing/", {"query": f"f=score.gte.60&view={key}"})
    assert not client.get(f"/leads/?f=score.gte.60&view={key}").context["views"]["changed"]
    assert door(cast.manager).post(f"/lists/lead/views/{key}/dropping/").status_code == 404
    client.post(f"/lists/lead/views/{key}/dropping/")
    assert "view=mine" in client.get("/leads/", follow=True).redirect_chain[0][0]


@pytest.mark.req("UI-02")
def test_only_managers_share_views_and_nobody_changes_somebody_elses(cast, door):
    refused = door(cast.owner).post("/lists/lead/views/", {"name": "Ours", "query": "", "shared": "1"})
    assert refused.status_code == 403
    view = views.save_view(cast.manager, noun="lead", name="Ours", query="f=score.gte.1", at=now(), shared=True)
    client = door(cast.owner)
    assert "Ours" in text(client.get("/leads/?view=all"))
    assert client.post(f"/lists/lead/views/{view.id}/dropping/").status_code == 422
    assert client.post("/lists/lead/views/stars/", {"view": str(view.id)}).status_code == 302
    assert client.get("/leads/", follow=True).context["views"]["now"]["name"] == "Ours"


@pytest.mark.req("UI-02")
def test_the_tabs_get_their_counts_in_one_query(cast, door, lead_of):
    lead_of(cast.owner, hand_raise=True)
    lead_of(cast.owner, name="Plain Alder")
    page = door(cast.owner, htmx=True).get("/lists/lead/counts/?view=all")
    assert page.context["counts"] == {"mine": 2, "open": 2, "raised": 1, "provisional": 0, "at_risk": 0, "disagree": 0, "unassigned": 0,
                                      "manager": 0, "queues": 0, "all": 2}


@pytest.mark.req("UI-02")
def test_the_list_opens_with_what_the_role_works_from(cast, door):
    assert "view=mine" in door(cast.owner).get("/leads/").headers["Location"]
    assert "view=open" in door(cast.manager).get("/leads/").headers["Location"]
    assert "view=open" in door(cast.admin).get("/leads/").headers["Location"]


@pytest.mark.req("UI-02")
def test_an_empty_list_says_what_to_do_next(cast, door):
    page = text(door(cast.owner).get("/leads/?view=all"))
    assert "No leads here" in page
    assert "/leads/new/" in page
