"""Sites and parts of a deal: seen, added and taken away on its page, and counted once (PIPE-29)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.deals import opportunities
from rounds.actions.market import accounts
from rounds.kit.clock import now
from rounds.models import Event, Opportunity

pytestmark = pytest.mark.req("PIPE-29")


@pytest.fixture
def east(cast, account):
    return accounts.add(name="Harbour East", parent=account, state="NY", by=cast.owner.actor, at=now())


def panel_of(page):
    return next(one.context for one in page.context["beside"] if one.name == "sites")


def test_a_site_is_added_and_taken_away_and_one_of_another_organisation_is_refused(cast, door, deal_of, east):
    deal, client = deal_of(), door(cast.owner)
    url = f"/opportunities/{deal.id}/"
    assert ("Harbour East" in {name for _, name in panel_of(client.get(url))["more_sites"]}) is True
    assert client.post(f"{url}sites/", {"account": str(east.id)}).status_code == 302
    assert client.post(f"{url}sites/", {"account": str(east.id)}).status_code == 302, "twice is once"
    said = panel_of(client.get(url))
    assert ([one.name for one in said["sites"]], said["more_sites"]) == (["Harbour East"], [])
    assert Event.objects.filter(kind="opportunity.linked").count() == 1
    other = accounts.add(name="Elsewhere", state="NY", owner=cast.owner, by=cast.owner.actor, at=now())
    refused = client.post(f"{url}sites/", {"account": str(other.id)})
    assert (refused.status_code, "belongs to another organisation" in refused.content.decode()) == (422, True)
    assert client.post(f"{url}sites/", {"account": str(deal.account_id)}).status_code == 422
    assert client.post(f"{url}sites/", {}).status_code == 422
    assert client.post(f"{url}sites/{east.id}/removal/").status_code == 302
    assert panel_of(client.get(url))["sites"] == []
    assert client.post(f"{url}sites/{east.id}/removal/").status_code == 404


def test_parts_roll_up_and_are_counted_once(cast, door, deal_of):
    by, client = {"by": cast.owner.actor, "at": now()}, door(cast.owner)
    whole, one, two = (deal_of(name=f"Harbour: {name}") for name in ("all", "east", "west"))
    for deal, cents in ((whole, 100_000_00), (one, 30_000_00), (two, 20_000_00)):
        opportunities.price(deal, cents, **by)
    url = f"/opportunities/{whole.id}/"
    for part in (one, two):
        assert client.post(f"{url}parts/", {"deal": str(part.id)}).status_code == 302
    said = panel_of(client.get(url))
    assert (said["together"], said["of_parts"], said["rest"], said["over"]) == (100_000_00, 50_000_00, 50_000_00, False)
    opportunities.price(one, 130_000_00, **by)
    said = panel_of(client.get(url))
    assert (said["together"], said["rest"], said["over"]) == (150_000_00, 0, True)
    assert "more than the" in client.get(url).content.decode()
    of_part = panel_of(client.get(f"/opportunities/{one.id}/"))
    assert (of_part["whole"], of_part["more_parts"], of_part["wholes"]) == (whole, [], [])
    assert client.post(f"/opportunities/{one.id}/parts/", {"deal": str(two.id)}).status_code == 422, "a part has no parts"
    assert client.post(f"{url}parts/{one.id}/removal/").status_code == 302
    assert client.post(f"{url}parts/{one.id}/removal/").status_code == 404
    assert client.post(f"/opportunities/{one.id}/whole/", {"whole": str(whole.id)}).status_code == 302
    assert client.post(f"/opportunities/{one.id}/whole/", {}).status_code == 302
    one.refresh_from_db()
    assert one.parent_id is None


def test_a_part_is_opened_from_the_whole(cast, door, deal_of):
    whole, client = deal_of(), door(cast.owner)
    form = client.get(f"/opportunities/new/?account={whole.account_id}&parent={whole.id}")
    assert f"A part of {whole.name}" in form.content.decode()
    made = client.post("/opportunities/new/", {"account": str(whole.account_id), "parent": str(whole.id), "name": "First hospital"})
    assert made.status_code == 302
    assert Opportunity.objects.get(name="First hospital").parent_id == whole.id


def test_whoever_may_not_change_the_deal_sees_its_sites_and_is_refused(cast, door, deal_of, east):
    deal = deal_of()
    url = f"/opportunities/{deal.id}/"
    assert "Further site" not in door(cast.legal).get(url).content.decode()
    for below in ("sites/", f"sites/{east.id}/removal/", "parts/", "whole/"):
        assert door(cast.legal).post(url + below, {"account": str(east.id)}).status_code == 403
        assert door(cast.colleague).post(url + below, {"account": str(east.id)}).status_code == 404


def test_the_panel_asks_as_much_for_three_parts_as_for_one(cast, door, deal_of, account):
    whole, client, counts = deal_of(), door(cast.owner), []
    for more in (1, 2):
        for n in range(more):
            client.post(f"/opportunities/{whole.id}/parts/", {"deal": str(deal_of(name=f"Part {more}{n}").id)})
            site = accounts.add(name=f"Site {more}{n}", parent=account, state="NY", by=cast.owner.actor, at=now())
            client.post(f"/opportunities/{whole.id}/sites/", {"account": str(site.id)})
        client.get(f"/opportunities/{whole.id}/")
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/opportunities/{whole.id}/").status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
