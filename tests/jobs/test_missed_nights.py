"""Nights in which no worker ran are made up for once, as the field history says, and marked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.db import connection

from rounds.access.sight import system_sight
from rounds.jobs import numbers
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import frozen_at
from rounds.models import AuditEntry, DealSnapshot, Opportunity, SnapshotDay
from tests.proofs import a_deal

AT = datetime(2026, 11, 16, 15, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def worker(committed, server):
    """A database of the test's own, as the worker role, with a deal; and a way to say when a change of it happened."""
    user = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "rounds_worker"
    with system_sight():
        deal, _ = a_deal(build_cast(AT - timedelta(days=30)).owner, at=AT - timedelta(days=9), name="Meridian")

    def change(cents: int, moment: datetime) -> None:
        """The amount is changed at a moment: the field history says when."""
        with system_sight():
            Opportunity.objects.filter(pk=deal.pk).update(amount_company_cents=cents)
        with psycopg.connect(server.dsn("rounds_owner", committed), autocommit=True) as link:
            names = link.execute("SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger%' AND NOT tgisinternal").fetchone()[0]
            link.execute("SELECT set_config('pgtrigger.ignore', %s, false)", [names])
            link.execute("UPDATE rounds_opportunityhistory SET pgh_created_at = %s WHERE pgh_obj_id = %s AND pgh_created_at > now() - interval '1 hour'"
                         " AND pgh_id = (SELECT max(pgh_id) FROM rounds_opportunityhistory WHERE pgh_obj_id = %s)", [moment, deal.pk, deal.pk])  # fmt: skip

    yield deal, change
    connection.close()
    connection.settings_dict["USER"] = user


@pytest.mark.req("FORECAST-03", "ANALYTICS-52")
def test_missed_nights_are_made_up_for_once_as_the_history_says_and_marked(worker):
    deal, change = worker
    change(100_000_00, AT - 5 * DAY)
    with frozen_at(AT):
        assert numbers.keep_due() == 1
        assert numbers.keep_due() == 0
    change(200_000_00, AT + DAY)
    change(300_000_00, AT + 3 * DAY)
    with frozen_at(AT + 5 * DAY):
        assert numbers.keep_due() == 5, "four that were missed and the last"
        assert numbers.keep_due() == 0
    with system_sight():
        days = {row.day: row.restated for row in SnapshotDay.objects.all()}
        assert days == {date(2026, 11, 15): False, **{date(2026, 11, 16) + n * DAY: n < 4 for n in range(5)}}
        told = {}
        for day in days:
            row = DealSnapshot.objects.filter(opportunity=deal, day__lte=day).order_by("-day").first()
            told[day.day] = row.amount_cents
        assert told == {15: 100_000_00, 16: 100_000_00, 17: 200_000_00, 18: 200_000_00, 19: 300_000_00, 20: 300_000_00}
        assert AuditEntry.objects.filter(verb="numbers.kept", detail__restated=True).count() == 4
        rows = DealSnapshot.objects.filter(opportunity=deal).count()
    assert rows == 3, "a day on which nothing changed takes no room, restated or not"


@pytest.mark.req("FORECAST-03")
def test_a_deal_that_came_later_is_in_no_day_before_it(worker):
    _, _ = worker
    with frozen_at(AT):
        numbers.keep_due()
    with system_sight():
        owner = Opportunity.objects.get().owner
        later, _ = a_deal(owner, at=AT + 2 * DAY, name="Lakeside")
    with frozen_at(AT + 5 * DAY):
        numbers.keep_due()
    with system_sight():
        assert DealSnapshot.objects.filter(opportunity=later).order_by("day").first().day == date(2026, 11, 18)
