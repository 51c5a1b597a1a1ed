"""Accounts and contacts: lists, search, tree, new ones, titles to place."""

from __future__ import annotations

import pytest

from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from rounds.models import Account, Contact


@pytest.mark.req("UI-01", "UI-02")
def test_accounts_are_searched_filtered_and_sorted(town, cast, door):
    client = door(cast.owner)
    assert client.get("/accounts/")["Location"].endswith("view=all")
    names = [r.name for r in client.get("/accounts/?f=level.is.hospital&sort=-beds").context["rows"]]
    assert names == ["Elmcrest General", "Elmcrest Fork"]
    assert [r.name for r in client.get("/accounts/?q=elmcrest+gen", follow=True).context["rows"]] == ["Elmcrest General"]
    assert door(cast.colleague).get("/accounts/?f=").context["rows"] == []


@pytest.mark.req("ACCT-07")
def test_the_tree_holds_four_levels(town, cast, door, said):
    page = said(door(cast.owner).get(f"/accounts/tree/?unit={town.system.id}"))
    for name in ("Elmcrest Health", "Elmcrest General", "Cardiology", "Interventional Cardiology", "15 locations"):
        assert name in page
    assert door(cast.colleague).get(f"/accounts/tree/?unit={town.system.id}").status_code == 404
    assert door(cast.owner).get("/accounts/tree/?unit=x").status_code == 422


@pytest.mark.req("ACCT-01", "ACCT-07", "ROUTE-02", "ROUTE-05")
def test_a_new_account_is_placed_scored_and_refused_by_field(town, cast, door, said, see_all):
    client = door(cast.admin)
    wrong = client.post("/accounts/new/", {"name": "", "level": "hospital"})
    assert wrong.status_code == 422
    assert "needs a name" in said(wrong)
    state = client.post("/accounts/new/", {"name": "Harbour", "level": "hospital", "state": "Ontario"})
    assert state.status_code == 422
    assert 'value="Harbour"' in state.content.decode()
    level = client.post("/accounts/new/", {"name": "Unit 4", "level": "service_line", "parent": str(town.big.id)})
    assert level.status_code == 422
    assert "belongs under" in said(level)
    made = client.post("/accounts/new/", {"name": "Harbour", "level": "hospital", "state": "new york", "beds": "1,200"})
    see_all()
    row = Account.objects.get(name="Harbour")
    assert made["Location"] == f"/accounts/{row.id}/"
    assert (row.state, row.territory, row.segment, row.beds, row.is_unit) == ("NY", "Northeast", "enterprise", 1200, True)
    assert row.score_total is not None


@pytest.mark.req("ACCT-10", "ACCT-11")
def test_a_title_becomes_a_role_or_waits_to_be_placed(town, cast, door, said, see_all):
    client = door(cast.owner)
    person = {"account": str(town.big.id), "name": "J. Okuda", "title": "IT Director"}
    client.post("/contacts/new/", person)
    client.post("/contacts/new/", {**person, "name": "W. Odd", "title": "Chief Happiness Wizard"})
    see_all()
    assert Contact.objects.get(name="J. Okuda").role == "IT Director"
    odd = Contact.objects.get(name="W. Odd")
    assert odd.role == ""
    page = client.get("/contacts/review/")
    assert [w["contact"].name for w in page.context["waiting"]] == ["W. Odd"]
    client.post(f"/contacts/{odd.id}/changing/", {"role": "Clinical Champion", "back": "/contacts/review/"})
    see_all()
    odd.refresh_from_db()
    assert (odd.role, odd.role_group) == ("Clinical Champion", "Clinical Stakeholders")


@pytest.mark.req("UI-02")
def test_a_contact_page_keeps_what_was_typed_when_it_is_refused(town, cast, door, said):
    client = door(cast.owner)
    url = f"/contacts/{town.chief.id}/"
    assert "Chief Medical Information Officer" in said(client.get(url))
    refused = client.post(f"{url}changing/", {"name": "T. Kirrane", "email": "not an address"})
    assert refused.status_code == 422
    assert 'value="not an address"' in refused.content.decode()
    assert door(cast.colleague).get(url).status_code == 404
    assert client.post("/contacts/new/", {"name": "Nobody", "account": ""}).status_code == 422


@pytest.mark.req("ACCT-10")
def test_one_contact_sits_on_several_committees(town, cast, door, said):
    by, at = cast.admin.actor, now()
    other = accounts.add(name="Harbour", level="hospital", state="NY", by=by, at=at)
    contacts.seat(town.chief, town.system, role="CMIO", influence=5, stance="champion", by=by, at=at)
    contacts.seat(town.chief, other, role="Board", influence=2, by=by, at=at)
    page = said(door(cast.admin).get(f"/contacts/{town.chief.id}/"))
    assert "2 seats" in page
    assert "champion, influence 5 of 5" in page
