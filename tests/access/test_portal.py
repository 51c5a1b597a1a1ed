"""A customer's door: the portal, their own account, the way out; and nothing of ours, whatever they ask for."""

from __future__ import annotations

import pytest

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.leads import leads
from rounds.actions.market import accounts, contacts
from rounds.actions.people import users
from rounds.actions.trust import tokens
from rounds.kit.clock import now
from rounds.models import Account, AuditEntry, Contact, Event, Lead, User

pytestmark = pytest.mark.req("SEC-12")


@pytest.fixture
def customer(cast):
    """Somebody of a hospital that is looked after by the owner."""
    by, at = cast.admin.actor, now()
    account = accounts.assign(accounts.add(name="Alder Clinic", state="NY", by=by, at=at), cast.owner, by=by, at=at)
    contacts.add(account, name="Bo Fox", title="CIO", by=by, at=at)
    leads.capture({"name": "Ann Lee", "state": "NY"}, by=by, at=at, account=account)
    person = users.add("kit@alder.example", "Kit Alder", role="ae", by=by, at=at)
    token = tokens.make(person, name="old", scopes=tokens.scopes_for(person), by=by, at=at)[1]
    User.objects.filter(pk=person.pk).update(role="portal", portal_account=account)
    person = User.objects.get(pk=person.pk)
    person.old_token = token
    return person


def test_the_portal_says_who_looks_after_them_and_what_is_shared(cast, customer, door, see_all):
    page = door(customer).get("/portal/").content.decode()
    assert "Alder Clinic" in page
    assert cast.owner.name in page
    assert cast.owner.email in page
    assert "Nothing is shared with you yet" in page
    assert "kit@alder.example" in page
    see_all()
    assert AuditEntry.objects.filter(verb="portal.read", by_id=customer.id).exists()


@pytest.mark.parametrize("path", ["/", "/accounts/", "/market/map.json", "/leads/", "/palette/?q=alder", "/search/?q=alder", "/audit/",
                                  "/lists/lead/counts/", "/people/", "/playbook/", "/trust/", "/nowhere/"])  # fmt: skip
def test_everything_of_ours_looks_as_if_it_were_not_there(customer, door, path):
    answer = door(customer).get(path)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "Alder Clinic" not in page
    for ours in ('class="rail"', 'data-opens="palette"', "/accounts/", "Search"):
        assert ours not in page, "not even the frame around our pages"


def test_a_token_from_before_opens_nothing(customer, client):
    for path in ("self", "accounts", "search?q=alder"):
        assert client.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {customer.old_token}"}).status_code == 401


def test_the_database_shows_them_no_record(customer):
    with sight(scope_of(customer)):
        assert not any(model.objects.exists() for model in (Account, Contact, Lead, Event))


def test_they_keep_their_own_account_and_the_way_out(customer, door):
    client = door(customer)
    assert client.get("/me/security/").status_code == 200
    assert client.post("/self/theme/", {"theme": "dark"}).status_code in (204, 302)
    assert client.post("/logout/").status_code == 302


def test_nobody_of_ours_is_let_into_the_portal(cast, door):
    for person in cast.people:
        assert door(person).get("/portal/").status_code == 404, person.role


def test_a_service_has_no_pages_at_all(cast, door):
    client = door(cast.integration)
    for path in ("/", "/accounts/", "/me/security/", "/portal/"):
        assert client.get(path).status_code == 404


def test_whoever_has_lost_their_tokens_role_is_refused_at_the_api(cast, client, see_all):
    """A token made while one sold dies with the role: the executive's role has no API."""
    token = tokens.make(cast.owner, name="t", scopes=["accounts:read"], by=cast.owner.actor, at=now())[1]
    asked = {"headers": {"Authorization": f"Bearer {token}"}}
    assert client.get("/api/v1/accounts", **asked).status_code == 200
    see_all()
    User.objects.filter(pk=cast.owner.pk).update(role="executive")
    assert client.get("/api/v1/accounts", **asked).status_code == 401
