"""The synthetic market holds the bars of the first day, whatever the calendar says when it is drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rounds.jobs.demo.size import LITE
from rounds.jobs.demo.universe import build_universe
from rounds.models.flow.active import active
from rounds.web.market.universe_shown import first_day

pytestmark = pytest.mark.django_db


@pytest.mark.req("PLUS-12")
@pytest.mark.parametrize("today", [date(2026, 1, 20), date(2026, 7, 4)])
def test_every_bar_of_the_first_day_holds(today):
    size = replace(LITE, systems=40, independents=220)
    run = build_universe(size, at=datetime(today.year, today.month, today.day, 9, tzinfo=UTC), today=today)
    checks = first_day(run.report, active().playbook)
    assert [check["met"] for check in checks] == [True] * len(checks), checks
