"""The demo's meetings: of every end, at times their hosts were free, told twice they are told once; nothing waits to be sent."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.market import accounts, contacts
from rounds.jobs.demo.meetings import tell_meetings
from rounds.kit.clock import now
from rounds.models import BookingPage, Delivery, Event, LeadActivity, Meeting, Task


@pytest.fixture
def told(cast):
    """The meetings of a house in which two sell, each to ten hospitals."""
    at = now()
    with sight(EVERYTHING):
        for host in (cast.owner, cast.colleague):
            for n in range(10):
                unit = accounts.add(name=f"Meridian {host.name} {n}", state="NY", owner=host, by=cast.admin.actor, at=at - timedelta(days=190))
                contacts.add(unit, name=f"Nora North {n}", title="CIO", email=f"nora@meridian-{n}.example", by=cast.admin.actor, at=at - timedelta(days=190))
        count = tell_meetings(cast, at=at)
        yield cast, at, count


@pytest.mark.req("AUTO-13", "INTEG-14")
def test_meetings_of_every_end_are_told_once(told):
    cast, at, count = told
    assert count == Meeting.objects.count() >= 20
    assert tell_meetings(cast, at=at) == 0
    assert set(Meeting.objects.values_list("state", flat=True)) == {"planned", "held", "no_show", "cancelled"}
    assert Meeting.objects.filter(moved__gt=0).exists()
    assert Meeting.objects.filter(state="planned", starts_at__gt=at + timedelta(days=4)).exists(), "there is a next week"
    assert set(BookingPage.objects.values_list("user", flat=True)) == {cast.owner.pk, cast.senior_ae.pk, None}
    assert Meeting.objects.filter(page__user=cast.owner).exists(), "somebody booked on her page"
    assert not Delivery.objects.exclude(state="sent").exists(), "nothing of it waits in the outbox"
    assert not Event.objects.filter(kind__startswith="meeting.", quiet=False).exists(), "a story starts nothing"


def test_each_lies_where_its_host_was_free_and_has_what_follows(told):
    _, at, _ = told
    rows = list(Meeting.objects.select_related("host").order_by("host_id", "starts_at"))
    for row in rows:
        assert row.at <= row.starts_at
        assert row.starts_at.weekday() < 5
        assert row.state == "planned" or row.state_at <= at
        assert LeadActivity.objects.filter(external_id=f"meeting:{row.pk}").exists() == (row.state == "held")
        assert Task.objects.filter(key=f"meeting:{row.pk}:rebook").exists() == (row.state == "no_show")
    planned = [row for row in rows if row.state != "cancelled"]
    for one, other in pairwise(planned):
        assert one.host_id != other.host_id or one.ends_at <= other.starts_at, "nobody is at two places"
