"""The page that says whether this database may speak, and the line on every page of one that may not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.flow import outward
from rounds.kit.clock import now
from rounds.models import Session

pytestmark = pytest.mark.req("COMPL-09")


@pytest.fixture
def copy(cast, copied):
    """This database, as a copy would be."""
    copied()
    outward._asked.clear()
    yield
    outward._asked.clear()


def prove() -> None:
    Session.objects.update(proved_at=now())


def test_every_page_of_a_copy_says_so(cast, copy, door):
    assert "This is a restored copy" in door(cast.owner).get("/leads/", follow=True).content.decode()


def test_no_page_of_the_original_does(cast, door):
    outward._asked.clear()
    assert "This is a restored copy" not in door(cast.owner).get("/leads/", follow=True).content.decode()


def test_an_admin_releases_it_after_a_proof_with_a_reason(cast, copy, door, see_all):
    client = door(cast.admin)
    page = client.get("/trust/releases/")
    assert "nothing leaves it" in page.content.decode()
    Session.objects.update(proved_at=now() - timedelta(minutes=20))
    assert client.post("/trust/releases/", {"reason": "The old one is gone"}).status_code == 302
    see_all()
    assert not outward.may_speak(), "without a proof it only asks for one"
    prove()
    assert client.post("/trust/releases/", {"reason": ""}).status_code == 422
    prove()
    assert client.post("/trust/releases/", {"reason": "The old one is gone"}).status_code == 302
    see_all()
    assert outward.may_speak()
    assert "may speak to the outside" in client.get("/trust/releases/").content.decode()


@pytest.mark.parametrize("who", ["owner", "compliance", "security", "executive"])
def test_nobody_else_does(cast, copy, door, see_all, who):
    client = door(getattr(cast, who))
    prove()
    assert client.get("/trust/releases/").status_code == 403
    assert client.post("/trust/releases/", {"reason": "mine"}).status_code == 403
    see_all()
    assert not outward.may_speak()
