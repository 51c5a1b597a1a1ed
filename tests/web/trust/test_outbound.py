"""The page of what leaves: the switch, its banner, and a person's word on what nobody can know."""

from __future__ import annotations

import pytest

from rounds.actions.flow import deliveries, kill_switch
from rounds.documents.messages import Message
from rounds.kit.clock import now
from rounds.models import Delivery

pytestmark = pytest.mark.req("AUTO-12")


@pytest.fixture(autouse=True)
def _forgotten():
    kill_switch._asked.clear()
    yield
    kill_switch._asked.clear()


@pytest.fixture
def letter(cast):
    return deliveries.post("email", "ann@hospital.example", Message(subject="x"), key="k", by=cast.admin.actor, at=now())


def test_a_banner_stands_on_every_page_while_it_is_on(door, cast):
    admin = door(cast.admin)
    assert admin.post("/trust/outbound/holding/", {"reason": ""}).status_code == 422
    assert admin.post("/trust/outbound/holding/", {"reason": "A loop"}).status_code == 302
    for path in ("/", "/leads/", "/me/"):
        page = door(cast.owner).get(path, follow=True).content.decode()
        assert "Everything outbound is stopped" in page
        assert "A loop" in page
    assert "Everything outbound is stopped" in admin.get("/trust/outbound/").content.decode()
    admin.post("/trust/outbound/resuming/", {"reason": "Mended"})
    assert "Everything outbound is stopped" not in door(cast.owner).get("/leads/", follow=True).content.decode()


def test_a_person_says_what_became_of_it(door, cast, letter):
    Delivery.objects.update(state="unknown")
    page = door(cast.admin).get("/trust/outbound/").content.decode()
    assert "1 message may have arrived" in page
    assert "It arrived" in page
    assert door(cast.admin).post(f"/trust/outbound/{letter.id}/arrival/").status_code == 302
    assert Delivery.objects.get().state == "sent"
    assert door(cast.admin).post(f"/trust/outbound/{letter.id}/again/").status_code == 409


def test_no_content_stands_on_the_page(door, cast):
    said = Message(subject="Secret subject", lines=("https://rounds.example/login/link/token/",))
    deliveries.post("email", cast.owner.email, said, key="k", user=cast.owner, by=cast.admin.actor, at=now())
    for state in ("due", "unknown", "failed"):
        Delivery.objects.update(state=state)
        page = door(cast.admin).get(f"/trust/outbound/?state={state}").content.decode()
        assert "Olivia Grant" in page
        assert "Secret subject" not in page
        assert "login/link" not in page


def test_the_security_officer_may_stop_it_and_sees_no_messages(door, cast, letter):
    page = door(cast.security).get("/trust/outbound/").content.decode()
    assert "Stop everything" in page
    assert "ann@hospital.example" not in page
    assert door(cast.owner).get("/trust/outbound/").status_code == 403
