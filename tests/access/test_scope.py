"""One Scope, three renderings: Django's filter, columns, and the database's own row security see the same rows."""

from __future__ import annotations

import pandas as pd
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.access.renderings import as_ibis, as_q
from rounds.access.scope import scope_of, visible
from rounds.access.sight import sight
from rounds.actions.market import accounts
from rounds.actions.people import leaving
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.kit.scope import NOBODY, Scope
from rounds.models import Account, Contact, Lead, LeadActivity

PLACES = ("", "Northeast", "West", "O'Brien, \"odd\"")
EVERYTHING = Scope(everything=True)


@pytest.fixture
def ground(cast):
    """People, teams and units that rows may point at."""
    at, by = now(), cast.admin.actor
    units = [accounts.add(name=f"Unit {n}", level="system", by=by, at=at) for n in range(3)]
    return [p.id for p in cast.people[:4]], [t.id for t in cast.teams], [u.id for u in units]


def some(ids):
    return st.frozensets(st.sampled_from(ids), max_size=3)


def maybe(ids):
    return st.none() | st.sampled_from(ids)


@pytest.mark.req("X-1")
def test_the_three_renderings_see_the_same_rows(ground):
    import ibis

    people, teams, units = ground
    rows = st.lists(st.tuples(maybe(people), maybe(teams), st.sampled_from(PLACES), maybe(units)), max_size=8)
    scopes = st.builds(
        Scope, everything=st.booleans(), owners=some(people), teams=some(teams),
        territories=some([p for p in PLACES if p and "," not in p]), accounts=some(units), viewer=maybe(people),
        whole=st.frozensets(st.sampled_from(["lead", "account"])), unread=st.frozensets(st.sampled_from(["lead", "contact"])),
    )  # fmt: skip

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows=rows, scope=scopes)
    def agree(rows, scope):
        at = now()
        with transaction.atomic():
            Lead.objects.bulk_create(
                [Lead(name="x", owner_id=o, team_id=t, territory=p, buying_unit_id=u, captured_at=at, updated_at=at)
                 for o, t, p, u in rows]
            )  # fmt: skip
            by_django = set(Lead.objects.filter(as_q(scope, "lead")).values_list("id", flat=True))
            everything = list(Lead.objects.values_list("id", "owner_id", "team_id", "territory", "buying_unit_id"))
            with sight(scope):
                by_database = set(Lead.objects.values_list("id", flat=True))
            transaction.set_rollback(True)
        columns = ["id", "owner_id", "team_id", "territory", "buying_unit_id"]
        frame = pd.DataFrame([[None if v is None else str(v) for v in row] for row in everything], columns=columns).astype("string")
        seen = as_ibis(scope, ibis.memtable(frame), "lead").id.to_pandas() if len(frame) else []
        assert by_django == by_database
        assert {str(key) for key in by_database} == set(seen)

    agree()


def test_what_stands_below_is_seen_with_what_it_stands_below(cast, as_seen_by):
    from rounds.actions.leads import activities, leads

    by, at = cast.admin.actor, now()
    lead = leads.capture({"name": "Ann", "state": "NY"}, by=by, at=at)
    activities.log("call", by=by, at=at, lead=lead)
    seen = {}
    for who in ("owner", "colleague", "admin"):
        with as_seen_by(getattr(cast, who)):
            seen[who] = (LeadActivity.objects.count(), lead.scores.count(), lead.status_changes.count())
    assert seen["colleague"] == (0, 0, 0)
    assert seen["owner"] == seen["admin"]
    assert seen["owner"][0] == 1


def test_each_role_sees_its_part(cast, as_seen_by):
    """An admin all; a manager the team's; a rep her own, her territories and the whole of a unit she owns."""
    by, at = cast.admin.actor, now()
    system = accounts.add(name="Far System", level="system", state="CA", by=by, at=at)
    accounts.add(name="Far Hospital", level="hospital", state="WA", parent=system, by=by, at=at)
    accounts.add(name="Near Hospital", level="hospital", state="NY", by=by, at=at)
    accounts.assign(system, cast.owner, by=by, at=at)
    seen = {}
    for who in cast.people:
        with as_seen_by(who) as scope:
            names = sorted(visible(Account, scope).values_list("name", flat=True))
            assert names == sorted(Account.objects.values_list("name", flat=True))
            seen[who.name] = names
    everything = ["Far Hospital", "Far System", "Near Hospital"]
    assert seen[cast.admin.name] == seen[cast.owner.name] == seen[cast.manager.name] == everything
    assert seen[cast.senior_ae.name] == ["Near Hospital"]
    assert seen[cast.colleague.name] == ["Far Hospital", "Far System"], "the West is hers"
    assert seen[cast.inside.name] == []


def test_who_left_sees_nothing(cast):
    leaving.send_away(cast.owner, heir=None, by=cast.admin.actor, at=now(), reason="left")
    cast.owner.refresh_from_db()
    assert scope_of(cast.owner) == NOBODY
    assert scope_of(None) == NOBODY
    with sight(NOBODY):
        assert not Account.objects.exists()


def test_sight_ends_with_its_block_also_when_the_block_fails(cast, as_seen_by):
    accounts.add(name="Near Hospital", state="NY", by=cast.admin.actor, at=now())

    def fails():
        with as_seen_by(cast.colleague):
            assert Account.objects.count() == 0
            raise ValueError

    with pytest.raises(ValueError):
        fails()
    assert Account.objects.count() == 1
    with as_seen_by(cast.colleague), sight(EVERYTHING):
        assert Account.objects.count() == 1


def test_a_scope_is_named_by_what_it_sees():
    mine, other = new_id(), new_id()
    assert Scope(owners=frozenset({mine})).hash == Scope(owners=frozenset({mine}), viewer=mine).hash
    assert Scope(owners=frozenset({mine})).hash != Scope(owners=frozenset({other})).hash
    assert Scope(owners=frozenset({mine})).hash != Scope(teams=frozenset({mine})).hash


def test_contacts_are_seen_with_their_account(cast, as_seen_by):
    from rounds.actions.market import contacts

    by, at = cast.admin.actor, now()
    account = accounts.add(name="Near Hospital", state="NY", by=by, at=at)
    contacts.add(account, name="Ann Lee", by=by, at=at)
    with as_seen_by(cast.owner):
        assert Contact.objects.count() == 1
    with as_seen_by(cast.colleague):
        assert Contact.objects.count() == 0
