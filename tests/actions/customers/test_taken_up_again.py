"""A won deal that is taken up again says what becomes of its implementation, and does it."""

from __future__ import annotations

import pytest

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.customers import implementations
from rounds.actions.deals import stages
from rounds.kit.clock import now
from rounds.models import Event, Implementation, Notification, Opportunity
from rounds.models.flow.days import house_today

pytestmark = pytest.mark.req("PIPE-17", "IMPL-01")


@pytest.fixture
def reopened(cast, won):
    """`reopened(begun)`: a deal won five days ago, its project perhaps kicked off, taken up again by the manager."""

    def make(begun=False):
        found = won(days=5)
        if begun:
            implementations.kick_off(found.project, on=found.at.date(), by=found.by, at=now())
        Opportunity.objects.filter(pk=found.deal.pk).update(closed_from="O8")
        found.deal.refresh_from_db()
        found.deal = stages.move(found.deal, "O8", reason="They ask for other terms", by=cast.manager.actor, at=now())
        found.project = Implementation.objects.get(pk=found.project.pk)
        return found

    return make


def told(cast):
    with sight(scope_of(cast.owner)):
        return Notification.objects.get(kind="deal.closed").body


def test_a_project_that_has_not_begun_stops_and_goes_on_when_the_deal_is_won_again(cast, reopened):
    found = reopened()
    assert (found.project.state, found.project.stopped_why) == ("stopped", "The deal was taken up again")
    assert "has not begun: it is stopped" in told(cast)
    again = implementations.open_for(found.deal, signed_on=house_today(), by=found.by, at=now())
    assert (again.pk, again.state) == (found.project.pk, "planned")
    assert again.kickoff_on >= house_today(), "a kickoff that passed without being held is planned anew"
    assert Event.objects.filter(kind="implementation.resumed").count() == 1
    assert implementations.open_for(found.deal, signed_on=house_today(), by=found.by, at=now()).pk == again.pk
    assert Event.objects.filter(kind="implementation.resumed").count() == 1


def test_a_project_under_way_goes_on_and_its_owner_hears_it(cast, reopened):
    found = reopened(begun=True)
    assert found.project.is_open
    assert "is under way and goes on" in told(cast)


def test_a_lost_deal_taken_up_again_says_nothing_of_projects(cast, won):
    found = won(days=5, project=False)
    Opportunity.objects.filter(pk=found.deal.pk).update(closed_from="O8")
    found.deal.refresh_from_db()
    stages.move(found.deal, "O8", reason="They ask for other terms", by=cast.manager.actor, at=now())
    with sight(scope_of(cast.owner)):
        assert not Notification.objects.filter(kind="deal.closed").exists()
