"""The places of the rail and of the palette: offered to whom they answer, to nobody they would refuse, and none forgotten."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from rounds.actions.people import users
from rounds.kit.clock import now
from tests.access.test_routes import KEPT, _patterns
from tests.access.world import GROUPS, ROLES

PARTS = {
    "health/live/", "health/ready/", "login/", "login/second/", "login/enrol/", "login/enrol/app/", "login/enrol/message/", "login/again/", "logout/",  # on the way in
    "palette/", "search/", "notices/", "portal/", "assets/sharing/", "meetings/new/", "meetings/times/", "linkedin/", "templates/people/",  # of another page
    "trust/fresh/", "trust/releases/", "trust/mail/", "playbook/findings/", "opportunities/new/accounts/", "me/password/", "me/security/app/", "me/security/message/",
    "me/mailboxes/return/", "contracts/new/",
}  # fmt: skip
"""Pages without a parameter that are no place: of the log-in, or a part of another page, which leads to them."""


def answered(path: str) -> dict[str, str]:
    """Role → what it is answered at an address, as routes.yaml says."""
    groups = KEPT["routes"][f"GET {path}"].split(" ")
    return {role: sign for group, signs in zip(GROUPS, groups, strict=True) for role, sign in zip(group, signs, strict=True)}


@pytest.fixture
def people(cast):
    """Role → somebody who has it: those of the staff."""
    deciders = {role: users.add(f"{role}@harbour-decides.example", f"Kit {role}", role=role, by=cast.admin.actor, at=now()) for role in ("vp_sales", "finance")}
    known = {"rep": cast.owner, "stranger": cast.colleague, **deciders}
    return {role: known.get(role) or getattr(cast, role) for role in ROLES if role not in ("anonymous", "portal", "integration")}


@pytest.mark.req("UI-02", "SEC-01")
def test_each_place_is_offered_to_whom_it_answers_and_to_nobody_else(people):
    from rounds.web.desk.places import GROUPS as PLACES
    from rounds.web.desk.places import places_of

    offered = {role: {place.url for place in places_of(user)} for role, user in people.items()}
    wrong = [f"{place.url} is {'' if place.url in offered[role] else 'not '}offered to {role}, whom it answers {sign}"
             for _, group in PLACES for place in group if place.url != "/"
             for role, sign in answered(place.url.strip("/") + "/").items() if role in people and (sign == "+") != (place.url in offered[role])]  # fmt: skip
    assert wrong == []


@pytest.mark.req("UI-02")
def test_no_page_is_forgotten():
    """Every page that opens without a parameter is a place, a form (…/new/) that an act offers, or part of another page."""
    from rounds.web.desk.places import GROUPS as PLACES

    places = {place.url.lstrip("/") for _, group in PLACES for place in group}
    pages = {pattern for pattern in _patterns(get_resolver().url_patterns, "") if "<" not in pattern and not pattern.startswith(("^", "api/")) and pattern.endswith("/")}
    read = {pattern for pattern in pages if f"GET {pattern}" in KEPT["routes"]}
    assert {page for page in read - places - PARTS if not page.endswith("/new/")} == set(), "add it to web/desk/places.py"
    assert places - read - {""} == set()
