"""Challenge tags on the account's page: put on and taken off there, and they hold for its deals (ACCT-21)."""

from __future__ import annotations

import pytest

from rounds.actions.deals import opportunities
from rounds.actions.market import accounts
from rounds.kit.clock import now
from rounds.models.flow.active import active

pytestmark = pytest.mark.req("ACCT-21")


def test_a_tag_on_the_account_is_on_its_deals_and_hospitals(cast, door, see_all):
    by = {"by": cast.owner.actor, "at": now()}
    system = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, **by)
    east = accounts.add(name="Harbour East", parent=system, state="NY", **by)
    deal = opportunities.open_deal(east, "Imaging", owner=cast.owner, **by)
    first, client = active().playbook.challenges.tags[0], door(cast.owner)
    url = f"/accounts/{system.id}/"
    assert "None said yet" in client.get(url).content.decode()
    assert client.post(f"{url}challenges/", {"tag": first.tag}).status_code == 302
    assert [one.challenge.tag for one in client.get(url).context["challenges"] if one.on] == [first.tag]
    below = client.get(f"/accounts/{east.id}/").context["challenges"]
    assert [(one.challenge.tag, one.inherited) for one in below if one.on] == [(first.tag, True)]
    page = client.get(f"/opportunities/{deal.id}/")
    tags = next(one.context for one in page.context["beside"] if one.name == "challenges")
    assert [(one.challenge.tag, one.inherited) for one in tags["on"]] == [(first.tag, True)]
    assert client.post(f"{url}challenges/", {"tag": first.tag, "on": "no"}).status_code == 302
    assert not any(one.on for one in client.get(url).context["challenges"])
    assert client.post(f"{url}challenges/", {"tag": "no_such"}).status_code == 422
    assert door(cast.legal).post(f"{url}challenges/", {"tag": first.tag}).status_code == 403
