"""The viewer's week as they meet it: what cannot be kept, what is free, a time for what is still to be met (ANALYTICS-38)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.desk import tasks
from rounds.kit.clock import frozen_at
from rounds.models import Lead, Meeting
from rounds.models.base import signature
from tests.web.leads.test_list import text

pytestmark = pytest.mark.req("ANALYTICS-38")
TUESDAY = datetime(2026, 12, 1, 14, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _then():
    with frozen_at(TUESDAY):
        yield


def planned(lead, key, hours):
    starts = TUESDAY + timedelta(hours=hours)
    return Meeting.objects.create(kind="intro", title=f"Met {key}", starts_at=starts, ends_at=starts + timedelta(hours=1), zone="America/New_York", host=lead.owner, lead=lead,
                                  uid=key, **signature(lead.owner.actor, TUESDAY - timedelta(days=3)))  # fmt: skip


@pytest.fixture
def lead(cast):
    return Lead.objects.create(name="Meridian", owner=cast.owner, team=cast.owner.team, territory=cast.owner.territories[0], captured_at=TUESDAY, updated_at=TUESDAY)


def test_the_week_says_what_cannot_be_kept_and_when_one_is_free(cast, door, lead):
    planned(lead, "one", 24)
    planned(lead, "two", 24.5)
    planned(lead, "alone", 48)
    page = door(cast.owner).get("/meetings/week/")
    said = text(page)
    assert "2 meetings you cannot keep" in said
    assert said.count("at the same time as another") == 2
    day = next(day for day in page.context["days"] if day["day"] == (TUESDAY + timedelta(days=2)).date())
    assert [row["title"] for row in day["rows"]] == ["Met alone"]
    assert day["free"]
    assert all(gap.ends <= TUESDAY + timedelta(hours=48) or gap.starts >= TUESDAY + timedelta(hours=49) for gap in day["free"])
    assert "Nothing is planned" in text(door(cast.owner).get("/meetings/week/?week=next-week"))
    assert "Nothing is planned" in text(door(cast.colleague).get("/meetings/week/")), "a week is one's own"


def test_a_task_to_meet_somebody_has_a_time_and_leads_to_where_it_is_booked(cast, door, lead):
    tasks.add("Meet Meridian", owner=cast.owner, kind="meeting", lead=lead, due_at=TUESDAY + timedelta(days=2), by=cast.owner.actor, at=TUESDAY)
    page = door(cast.owner).get("/meetings/week/")
    [one] = page.context["wanted"]
    assert one["slot"].starts < TUESDAY + timedelta(days=2)
    form = door(cast.owner).get(one["url"])
    assert form.status_code == 200
    when = one["slot"].starts.astimezone(ZoneInfo(cast.owner.time_zone))
    assert f'value="{when:%Y-%m-%dT%H:%M}"' in form.content.decode(), "the time stands in the form already"


def test_a_full_week_costs_no_more_queries_than_one_with_two_meetings(cast, door, lead):
    counts = []
    for more in (range(2), range(2, 6)):
        for n in more:
            planned(lead, f"m{n}", 24 + 2 * n)
            tasks.add(f"Meet {n}", owner=cast.owner, kind="meeting", lead=lead, due_at=TUESDAY + timedelta(days=3), by=cast.owner.actor, at=TUESDAY)
        door(cast.owner).get("/meetings/week/")
        with CaptureQueriesContext(connection) as found:
            door(cast.owner).get("/meetings/week/")
        counts.append(len(found))
    assert counts[0] == counts[1]
