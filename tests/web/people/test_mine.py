"""One's own account: profile, password, tokens."""

from __future__ import annotations

import pytest

from rounds.models import ApiToken, User
from tests.web.leads.test_list import text


def test_ones_own_choices_are_kept(cast, door):
    client = door(cast.owner)
    said = {"name": "Olivia M. Grant", "time_zone": "Asia/Tokyo", "theme": "dark", "role": "admin", "territories": "West"}
    client.post("/me/", said)
    me = User.objects.get(pk=cast.owner.pk)
    assert (me.name, me.time_zone, me.theme, me.single_keys) == ("Olivia M. Grant", "Asia/Tokyo", "dark", False)
    assert (me.role, me.territories) == ("ae", ["Northeast", "Midwest"]), "nothing else is taken from a form"
    assert client.post("/me/", said | {"time_zone": "Mars/Olympus"}).status_code == 422
    assert client.post("/me/", said | {"name": " "}).status_code == 422


def test_moments_are_shown_in_ones_own_zone(cast, door):
    from datetime import UTC, datetime

    from rounds.kit.clock import frozen_at

    with frozen_at(datetime(2026, 3, 2, 15, 30, tzinfo=UTC)):
        client = door(cast.admin)
        for zone, clock in (("Asia/Tokyo", "00:30"), ("America/Chicago", "09:30")):
            User.objects.filter(pk=cast.admin.pk).update(time_zone=zone)
            assert clock in text(client.get(f"/people/{cast.admin.pk}/"))


@pytest.mark.req("SEC-04")
def test_a_new_password_is_typed_twice_and_ends_other_browsers(cast, door):
    here, there = door(cast.owner), door(cast.owner)
    words = "copper lantern thursday orchard"
    two = here.post("/me/password/", {"password": words, "again": words + "s"})
    assert two.status_code == 422
    assert "not the same" in text(two)
    assert words not in two.content.decode(), "never sent back"
    assert here.post("/me/password/", {"password": words, "again": words}).status_code == 302
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302


@pytest.mark.req("SEC-11")
def test_a_token_is_shown_once_and_revoked(cast, door):
    client = door(cast.owner)
    answer = client.post("/me/tokens/", {"name": "sync", "scopes": ["leads:read"], "days": "30"})
    token = answer.context["token"]
    assert token in answer.content.decode()
    assert token not in client.get("/me/tokens/").content.decode()
    row = ApiToken.objects.get()
    for said in ({"name": "x", "scopes": ["people:write"], "days": "30"}, {"name": "x", "scopes": [], "days": "30"},
                 {"name": "x", "scopes": ["leads:read"], "days": "9999"}):  # fmt: skip
        assert client.post("/me/tokens/", said).status_code == 422
    assert door(cast.colleague).post(f"/me/tokens/{row.pk}/revoking/").status_code == 404
    client.post(f"/me/tokens/{row.pk}/revoking/")
    assert ApiToken.objects.get().revoked_at is not None
    assert door(cast.legal).get("/me/tokens/").status_code == 403


@pytest.mark.req("SEC-11")
def test_making_a_token_or_a_password_asks_who_is_there(cast, door):
    from rounds.models import Session

    client = door(cast.owner)
    client.get("/me/")
    Session.objects.filter(user=cast.owner).update(proved_at=None)
    for path in ("/me/password/", "/me/tokens/"):
        assert client.get(path)["Location"].startswith("/login/again/?next=")
    assert client.post("/me/tokens/", {"name": "x", "scopes": ["leads:read"], "days": "30"}).status_code == 302
    assert ApiToken.objects.count() == 0


@pytest.mark.req("SEC-12")
def test_a_customer_has_an_account_page_without_ours_around_it(cast, door):
    from rounds.actions.market import accounts
    from rounds.actions.people import users
    from rounds.kit.clock import now

    customer = accounts.add(name="Meridian Health", state="NY", by=cast.admin.actor, at=now())
    pat = users.add("pat@customer.example", "Pat Lee", role="portal", portal_account=customer, by=cast.admin.actor, at=now())
    client = door(pat)
    for path in ("/me/", "/me/password/"):
        page = client.get(path)
        assert page.status_code == 200
        assert 'class="rail"' not in page.content.decode()
    assert client.get("/me/tokens/").status_code == 403
    words = "copper lantern thursday orchard"
    assert client.post("/me/password/", {"password": words, "again": words})["Location"] == "/portal/"
    assert client.get("/people/").status_code in (403, 404)
    from django.test import Client

    in_again = Client().post("/login/", {"email": "pat@customer.example", "password": words})
    assert in_again["Location"] == "/portal/", "customers begin in the portal"
