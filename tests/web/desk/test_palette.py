"""Ctrl/Cmd+K: places by their names and by other words for them, deals beside accounts and people, and at rest the whole menu."""

from __future__ import annotations

import pytest

from rounds.actions.deals import opportunities
from rounds.actions.desk import views
from rounds.actions.market import accounts
from rounds.kit.clock import now
from rounds.models import Recent
from rounds.web.desk.places import rail_of


@pytest.fixture
def deal(cast):
    """A deal of the owner's; the colleague does not see it."""
    by = {"by": cast.owner.actor, "at": now()}
    account = accounts.add(name="Harbour Health", state="NY", owner=cast.owner, **by)
    return opportunities.open_deal(account, "Harbour Health: stroke alerts", owner=cast.owner, **by)


def address(deal) -> str:
    return f"/opportunities/{deal.pk}/"


@pytest.fixture
def asked(door):
    """What the palette offers `user` for words: (label of the group, name, address)."""

    def ask(user, said: str = "") -> list[tuple[str, str, str]]:
        groups = door(user, htmx=True).get("/palette/", {"q": said}).context["groups"]
        return [(group["label"], item["label"], item["url"]) for group in groups for item in group["items"]]

    return ask


@pytest.mark.req("UI-02")
@pytest.mark.parametrize(("said", "url"), [
    ("quotes", "/quotes/"), ("pipeline", "/opportunities/board/"), ("newsletter", "/campaigns/"), ("poc", "/pocs/"), ("forecast", "/forecast/"),
    ("metrics", "/numbers/"), ("csv", "/imports/"), ("connect", "/me/mailboxes/"), ("seq", "/sequences/"), ("settings", "/playbook/"),
])  # fmt: skip
def test_a_place_is_found_by_its_name_and_by_the_words_others_use_for_it(cast, asked, said, url):
    assert url in [found for _, _, found in asked(cast.owner, said)]


@pytest.mark.req("UI-02")
def test_a_place_that_is_named_comes_first(cast, deal, asked):
    accounts.add(name="Market Street Hospital", state="NY", owner=cast.owner, by=cast.owner.actor, at=now())
    assert asked(cast.owner, "mark")[0] == ("Go to", "Market", "/market/")
    assert ("Records", "Market Street Hospital") in [(group, name) for group, name, _ in asked(cast.owner, "mark")]


@pytest.mark.req("UI-02")
def test_a_deal_is_found_by_who_sees_it(cast, deal, asked):
    assert address(deal) in [url for _, _, url in asked(cast.owner, "harbour stroke")]
    assert asked(cast.colleague, "harbour stroke") == []


@pytest.mark.req("UI-02", "UI-01")
def test_at_rest_it_is_the_whole_menu_for_those_who_have_no_rail(cast, asked):
    """On a phone the rail is not drawn: what is in it has to be reached from here."""
    assert {place.url for _, places in rail_of(cast.owner) for place in places} <= {url for _, _, url in asked(cast.owner)}


@pytest.mark.req("SEC-01")
def test_a_deal_somebody_lost_sight_of_leaves_their_last_places(cast, deal, asked):
    views.visited(cast.colleague, label=deal.name, url=address(deal), icon="handshake")
    assert Recent.objects.filter(user=cast.colleague).exists()
    assert deal.name not in [name for _, name, _ in asked(cast.colleague)]
    views.visited(cast.owner, label=deal.name, url=address(deal), icon="handshake")
    assert deal.name in [name for _, name, _ in asked(cast.owner)]
