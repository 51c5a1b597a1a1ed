"""Two workers at once: no lead is given twice, and nobody is given two on one count."""

from __future__ import annotations

from collections import Counter

import pytest

from rounds.access.sight import sight
from rounds.actions.leads import leads, routing
from rounds.actions.people import users
from rounds.jobs.demo.cast import build_cast
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Assignment, Lead
from tests.actions.leads.test_activities import at_once

EVERYTHING = Scope(everything=True)
SAID = {"state": "NY", "organization": "Meridian Health", "facts": {"beds": 612, "ehr": "Epic"}}


@pytest.fixture
def people(committed):
    """Five account executives of Enterprise for the Northeast."""
    with sight(EVERYTHING):
        cast = build_cast(now())
        for n in range(4):
            users.add(f"rep{n}@rounds.example", f"Rep {n}", role="ae", team=cast.enterprise, territories=["Northeast"],
                      by=SYSTEM_ACTOR, at=now())  # fmt: skip
        return cast


def waiting(many: int) -> list[Lead]:
    """Leads that wait for an owner, warm and placed."""
    with sight(EVERYTHING), routing.left():
        made = [leads.capture({**SAID, "name": f"Person {n}"}, by=SYSTEM_ACTOR, at=now(), quiet=True) for n in range(many)]
        Lead.objects.update(driving_band="warm", segment="enterprise", territory="Northeast")
        return made


@pytest.mark.req("ROUTE-09")
def test_two_workers_who_are_handed_the_same_leads_give_each_once(people):
    made = waiting(40)
    one, other = at_once([
        lambda: routing.route_many(made, by=SYSTEM_ACTOR, at=now()),
        lambda: routing.route_many(made[::-1], by=SYSTEM_ACTOR, at=now()),
    ])  # fmt: skip
    assert not isinstance(one, Exception), one
    assert not isinstance(other, Exception), other
    with sight(EVERYTHING):
        assert Assignment.objects.count() == 40
        assert Assignment.objects.values("lead").distinct().count() == 40
        loads = Counter(Lead.objects.values_list("owner_id", flat=True))
    assert len(loads) == 5
    assert max(loads.values()) - min(loads.values()) <= 1


@pytest.mark.req("ROUTE-09")
def test_leads_that_come_at_once_go_to_different_people(people):
    def come(n):
        return lambda: leads.capture({**SAID, "name": f"Person {n}"}, by=SYSTEM_ACTOR, at=now())

    for answer in at_once([come(n) for n in range(5)]):
        assert not isinstance(answer, Exception), answer
    with sight(EVERYTHING):
        loads = Counter(Lead.objects.values_list("owner_id", flat=True))
    assert None not in loads
    assert max(loads.values()) <= 2
