"""The choice of an owner: fair, deterministic, the same one by one and as a set."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.playbook import default, with_set
from rounds.rules.routing.assignment import STEPS, choose_many, choose_one
from rounds.rules.routing.pool import Pool, Rep, Team, Wanted

BOOK = default()
AT = datetime(2026, 3, 6, 15, tzinfo=UTC)
PLACES = list(BOOK.territories.names)
SEGMENTS = [one.segment for one in BOOK.segments.segments]
TEAMS = tuple(Team(f"team-{code}", code.title(), code, f"boss-{code}") for code in SEGMENTS)
METHODS = {method: with_set(BOOK, {"assignment.method": method}) for method in ("load", "round_robin", "weighted")}


def rep(name: str, **said) -> Rep:
    return replace(Rep(name, name.title(), "ae", "team-enterprise", frozenset({"Northeast"})), **said)


def pool(*reps: Rep) -> Pool:
    return Pool(reps, TEAMS, AT)


def lead(key: str = "lead", **said) -> Wanted:
    return replace(Wanted(key, "warm", "Northeast", "enterprise", score=70, known=True), **said)


reps = st.builds(
    Rep, st.uuids().map(str), st.just("Somebody"), st.sampled_from(list(BOOK.roles.roles)), st.sampled_from([team.id for team in TEAMS]),
    st.frozensets(st.sampled_from(PLACES), max_size=3), st.none() | st.integers(1, 200), st.integers(0, 220),
    st.sampled_from([0.0, 1e9, 1.5e9]), st.just(0), st.integers(0, 50), st.booleans(), st.sampled_from(["", "", "4 Dec 2026"]),
)  # fmt: skip
wanted = st.builds(
    Wanted, st.uuids().map(str), st.sampled_from([*BOOK.roles.by_band.map, ""]), st.sampled_from(["", *PLACES]),
    st.sampled_from(["", *SEGMENTS]), st.sampled_from(["", "", "federal"]), st.none() | st.integers(0, 100), st.booleans(),
    st.booleans(), st.booleans(),
)  # fmt: skip
pools = st.lists(reps, max_size=8, unique_by=lambda one: one.id).map(lambda found: pool(*found))


@pytest.mark.req("ROUTE-09")
@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(METHODS)), pools, st.lists(wanted, max_size=12), st.data())
def test_many_are_one_after_another(method, people, leads, data):
    book, here, one_by_one = METHODS[method], people, []
    if people.reps:  # some belong to an account of somebody here
        keepers = [data.draw(st.sampled_from([None, *(one.id for one in people.reps)])) for _ in leads]
        leads = [replace(one, owner=keeper) for one, keeper in zip(leads, keepers, strict=True)]
    turn = 0
    for one in leads:
        found = choose_one(book, one, here)
        turn += found.owner is not None
        here = here.after(found.owner, found.weight, turn)
        one_by_one.append(found)
    assert choose_many(book, leads, people) == one_by_one
    assert choose_many(book, leads, people) == choose_many(book, leads, people)


@pytest.mark.req("ROUTE-01", "ROUTE-08")
@settings(max_examples=300, deadline=None)
@given(pools, wanted)
def test_nobody_who_left_is_away_or_full_gets_a_lead_and_none_is_dropped(people, one):
    found = choose_one(BOOK, one, people)
    assert bool(found.owner) != bool(found.queue)
    assert [step["step"] for step in found.steps] == list(STEPS)
    assert all(step["result"] for step in found.steps)
    assert found.reason
    taker = people.by_id.get(found.owner or "")
    if taker is not None:
        seat = next(seat for seat in found.seats if seat.chosen)
        assert (seat.id, seat.skipped) == (taker.id, "")
        assert taker.active
        assert not taker.away
        assert seat.load < seat.capacity
        assert taker.covers(one.territory)


@pytest.mark.req("ROUTE-09")
def test_the_smallest_share_of_capacity_takes_it_then_the_longest_wait_then_the_lowest_id():
    first = choose_one(BOOK, lead(), pool(rep("a", load=30, capacity=120), rep("b", load=20, capacity=40)))
    assert first.owner == "a"
    assert "smallest share of the 2" in first.reason
    assert "carries 30 of 120" in first.reason
    waited = choose_one(BOOK, lead(), pool(rep("a", last=2e9), rep("b", last=1e9)))
    assert waited.owner == "b"
    assert "waited longest" in waited.reason
    assert choose_one(BOOK, lead(), pool(rep("b"), rep("a"))).owner == "a"


@pytest.mark.req("ROUTE-09")
def test_a_batch_is_spread_over_the_pool():
    people = pool(*(rep(name) for name in "abcdef"))
    found = choose_many(BOOK, [lead(str(n), band=("hot", "warm", "warm")[n % 3]) for n in range(120)], people)
    loads = {name: sum(one.weight for one in found if one.owner == name) for name in "abcdef"}
    assert max(loads.values()) - min(loads.values()) <= 3


@pytest.mark.req("ROUTE-08")
def test_everybody_passed_over_is_named_with_the_reason():
    people = pool(rep("away", away="4 Dec 2026"), rep("full", load=120), rep("no", load=1), rep("yes", load=90))
    found = choose_one(BOOK, lead(declined=frozenset({"no"})), people)
    assert found.owner == "yes"
    said = {seat.name: seat.skipped for seat in found.seats}
    assert said == {"Away": "away until 4 Dec 2026", "Full": "full, 120 of 120", "No": "declined it", "Yes": ""}


@pytest.mark.req("ROUTE-07", "ROUTE-08")
def test_the_next_role_is_asked_when_nobody_of_the_first_can_and_then_the_queue():
    senior, ae = rep("senior", role="senior_ae", away="4 Dec 2026"), rep("ae")
    assert choose_one(BOOK, lead(band="hot"), pool(senior, ae)).owner == "ae"
    present = with_set(BOOK, {"assignment.role_when": "present"})
    waits = choose_one(present, lead(band="hot"), pool(senior, ae))
    assert (waits.owner, waits.queue, waits.team) == (None, "manager", "team-enterprise")
    assert "no Senior Account Executive or Account Executive for Northeast" in waits.reason
    west = choose_one(BOOK, lead(territory="West"), pool(ae))
    assert west.queue == "manager"
    assert choose_one(with_set(BOOK, {"assignment.widen": "territory"}), lead(territory="West"), pool(ae)).owner == "ae"


@pytest.mark.req("ROUTE-12")
def test_an_owned_account_goes_to_its_owner_wherever_and_to_her_team_while_she_is_away():
    owner, mate = rep("olivia", territories=frozenset({"West"}), load=400), rep("mate", territories=frozenset({"Midwest"}))
    owned = lead(territory="Northeast", owner="olivia", whose="Bayview Health")
    found = choose_one(BOOK, owned, pool(owner, mate))
    assert (found.owner, found.reason) == ("olivia", "Olivia owns Bayview Health")
    away = replace(owner, away="4 Dec 2026")
    covered = choose_one(BOOK, owned, pool(away, mate))
    assert (covered.owner, covered.how) == ("mate", "account_team")
    assert {seat.name: seat.skipped for seat in covered.seats}["Olivia"] == "away until 4 Dec 2026"
    assert choose_one(with_set(BOOK, {"assignment.owner_away": "owner"}), owned, pool(away, mate)).owner == "olivia"
    dedicated = lead(owner=None, team="team-growth", whose="Bayview Health")
    assert choose_one(BOOK, dedicated, pool(mate, rep("gus", team="team-growth"))).owner == "gus"


@pytest.mark.req("PLUS-20")
def test_a_hand_raise_of_a_known_hospital_beats_its_band():
    people = pool(rep("ines", role="inside_sales"), rep("olivia"), rep("simon", role="senior_ae"))
    assert choose_one(BOOK, lead(band="cold"), people).owner == "ines"
    assert choose_one(BOOK, lead(band="cold", hand_raise=True), people).owner == "olivia"
    assert choose_one(BOOK, lead(band="unqualified", hand_raise=True), people).owner == "olivia"
    assert choose_one(BOOK, lead(band="hot", hand_raise=True), people).owner == "simon"
    assert choose_one(BOOK, lead(band="cold", hand_raise=True, known=False), people).owner == "ines"
    assert choose_one(BOOK, lead(band="unqualified", hand_raise=True, known=False), people).queue == "manager"
    assert choose_one(BOOK, lead(band="unqualified", known=False), people).queue == "nurture"


@pytest.mark.req("ROUTE-11")
def test_a_portal_invitation_is_prepared_for_hot_and_warm_leads_with_an_address():
    people = pool(rep("a"))
    assert choose_one(BOOK, lead(email=True), people).invites
    assert not choose_one(BOOK, lead(email=False), people).invites
    assert not choose_one(BOOK, lead(band="cold", email=True), people).invites
    everybody = with_set(BOOK, {"route.portal.bands": "everybody"})
    assert choose_one(everybody, lead(band="cold", email=True), people).invites
