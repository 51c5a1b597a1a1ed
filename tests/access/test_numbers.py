"""Numbers leak too: whoever sees half of the rows is told half of every count, sum, facet and suggestion."""

from __future__ import annotations

import re

import pytest

from rounds.actions.leads import leads
from rounds.actions.market import accounts, contacts
from rounds.actions.trust import tokens
from rounds.kit.clock import now

pytestmark = pytest.mark.req("SEC-01", "X-1")


@pytest.fixture
def halves(cast):
    """Two systems alike, one of the owner's Northeast, one of the colleague's West, with people and leads."""
    by, at = cast.admin.actor, now()
    for name, state in (("Aspen North", "NY"), ("Zenith West", "CA")):
        unit = accounts.add(name=name, level="system", state=state, beds=700, hospitals=4, deal_potential_cents=5_000_000_00,
                            ehr_vendor="Epic", by=by, at=at)  # fmt: skip
        contacts.add(unit, name=f"{name} Chief", title="CIO", by=by, at=at)
        lead = leads.capture({"name": f"{name} Lead", "state": state, "hand_raise": True}, by=by, at=at, account=unit)
        leads.assign(lead, cast.owner if state == "NY" else cast.colleague, by=by, at=at)
    return cast


@pytest.mark.parametrize("path", ["/", "/market/?f=", "/market/map.json?f=", "/market/capacity/", "/accounts/?f=", "/accounts/tree/",
                                  "/contacts/?f=", "/contacts/review/", "/leads/?f=", "/leads/forms/", "/universe/", "/palette/?q=zen",
                                  "/palette/?q=zenitt", "/search/?q=zenith", "/accounts/?f=words.has.zenith"])  # fmt: skip
def test_no_page_names_or_counts_the_other_half(halves, door, path):
    def words(person, asked: str) -> str:
        return re.sub(r"</?b>", "", door(person).get(asked).content.decode())

    assert "Zenith West" not in words(halves.owner, path)
    if "zen" in path:
        assert "Zenith West" in words(halves.colleague, path), "it is there to be found by whom it concerns"


def test_totals_sums_and_tabs_are_of_ones_own_half(halves, door):
    own, whole = door(halves.owner), door(halves.admin)
    for noun, mine, all_ in (("account", 1, 2), ("contact", 1, 2), ("lead", 1, 2)):
        for client, count in ((own, mine), (whole, all_)):
            page = client.get(f"/{noun}s/?f=").context
            assert page["total"] == count
    assert [s["value"] for s in own.get("/accounts/?f=").context["sums"]] == [700, 5_000_000_00]
    assert [s["value"] for s in whole.get("/accounts/?f=").context["sums"]] == [1400, 10_000_000_00]
    counts = own.get("/lists/account/counts/?f=").context["counts"]
    assert counts["systems"] == 1
    assert whole.get("/lists/account/counts/?f=").context["counts"]["systems"] == 2


def test_the_markets_figures_matrix_and_windows_are_of_ones_own_half(halves, door):
    for person, share in ((halves.owner, 1), (halves.admin, 2)):
        said = door(person).get("/market/?f=").context
        assert (said["heads"].units, said["heads"].hospitals) == (share, 4 * share)
        assert sum(cell["value"] for row in said["matrix"]["rows"] for cell in row["cells"]) <= share
        assert sum(bar["value"] for bar in said["bars"]) == share
        assert len(door(person).get("/market/map.json?f=").json()["units"]) <= share


def test_the_api_counts_and_searches_ones_own_half(halves, client):
    token = tokens.make(halves.owner, name="t", scopes=tokens.scopes_for(halves.owner), by=halves.owner.actor, at=now())[1]
    asked = {"headers": {"Authorization": f"Bearer {token}"}}
    for path in ("accounts", "contacts", "leads", "search?q=aspen"):
        rows = client.get(f"/api/v1/{path}", **asked).json()["data"]
        assert rows
        assert not any("Zenith" in str(row) for row in rows)
    assert client.get("/api/v1/search?q=zenith", **asked).json()["data"] == []
    assert client.get("/api/v1/accounts?f=words.has.zenith", **asked).json()["data"] == []
