"""What is left undone on deals: found, said in the inbox, listed, mended together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.deals import committee, opportunities
from rounds.analytics.desk import hygiene
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Opportunity
from rounds.models.flow.active import active


def found() -> dict[str, int]:
    told = hygiene.found(active().playbook, Scope(everything=True), at=now(), nouns=("opportunity",))
    return {one.check.check: one.rows for one in told}


@pytest.mark.req("PLUS-24")
def test_a_neglected_deal_is_found_by_every_check_and_a_kept_one_by_none(cast, sale):
    by, at = cast.owner.actor, now()
    Opportunity.objects.filter(pk=sale.deal.pk).update(process_since=at - timedelta(days=50), close_on=(at - timedelta(days=3)).date())
    first = found()
    assert {name for name, rows in first.items() if rows} == {"no_next_step", "past_close", "no_economic_buyer", "few_people", "stalled"}
    opportunities.change(sale.deal, close_on=(at + timedelta(days=60)).date(), by=by, at=at)
    opportunities.next_step(sale.deal, "Workshop", due=(at + timedelta(days=3)).date(), by=by, at=at)
    for person in (sale.cfo, sale.nurse, sale.it):
        committee.seat(sale.deal, person, by=by, at=at)
    Opportunity.objects.filter(pk=sale.deal.pk).update(process_since=at)
    assert not any(found().values())
    opportunities.next_step(sale.deal, "Workshop", due=(at - timedelta(days=2)).date(), by=by, at=at)
    assert found()["late_next_step"] == 1


@pytest.mark.req("PLUS-24")
def test_the_inbox_leads_to_the_list_of_deals_where_they_are_mended_together(cast, door, sale, said):
    client = door(cast.owner)
    page = client.get("/hygiene/")
    words = said(page)
    assert "No economic buyer" in words
    url = next(one["url"] for one in page.context["found"] if one["check"].noun == "opportunity" and one["check"].check == "no_close")
    assert url == "/opportunities/?f=undone.is.no_close"
    listed = client.get(url)
    assert [row.name for row in listed.context["rows"]] == ["Elmcrest, early warning"]
    assert "Close date" in said(listed), "the bulk change that mends it"
