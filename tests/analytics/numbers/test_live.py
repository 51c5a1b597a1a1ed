"""Numbers over the records themselves: whose eyes, which day, what was told then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.db import Error, connection, transaction

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.numbers import quotas, snapshots
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.answering import answer
from rounds.analytics.numbers.exporting import write
from rounds.analytics.numbers.files import opened
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, behind, readings
from rounds.models import DealSnapshot, Opportunity, SnapshotDay
from rounds.playbook import default

BOOK = default()
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
Q4, Q3 = (periods.parse(text, BOOK, AT.date()) for text in ("2026-Q4", "2026-Q3"))
NOVEMBER = datetime(2026, 11, 3, 15, tzinfo=UTC)
AUGUST = datetime(2026, 8, 10, 15, tzinfo=UTC)


def seen(user, name, period=Q4, **said):
    scope = scope_of(user)
    with sight(scope):
        return answer(name, period, Live(scope, BOOK), AT, **{"trend": False, **said})


@pytest.mark.req("ANALYTICS-02")
def test_a_rep_sees_her_own_number_and_the_executive_everybodys(cast, deals):
    deals(cast.owner, ["won"] * 4 + ["lost"] * 4 + ["open"], closed=NOVEMBER)
    deals(cast.colleague, ["won"] * 1 + ["lost"] * 5, closed=NOVEMBER)
    hers, his, whole = (seen(user, "win_rate").reading for user in (cast.owner, cast.colleague, cast.executive))
    assert (hers.top, hers.base, hers.value) == (4, 8, 50)
    assert (his.top, his.base) == (1, 6)
    assert (whole.top, whole.base) == (5, 14), "the executive's is the sum"
    assert hers.low < hers.value < hers.high


@pytest.mark.req("ANALYTICS-02")
def test_nothing_closed_is_no_data_and_few_are_too_few(cast, deals):
    deals(cast.owner, ["open"] * 6, closed=NOVEMBER)
    assert (seen(cast.owner, "win_rate").reading.state, seen(cast.owner, "win_rate").reading.says) == ("no data", "No data")
    deals(cast.owner, ["won"] * 3, closed=NOVEMBER)
    found = seen(cast.owner, "win_rate").reading
    assert (found.state, found.value, found.says) == ("small", None, "n too small (3)")


@pytest.mark.req("ANALYTICS-52")
def test_a_deal_closed_as_the_period_turns_belongs_to_the_day_the_company_has(cast, deals):
    """Three in the morning of 1 October in UTC is still September in New York."""
    deals(cast.owner, ["won"] * 5, closed=datetime(2026, 10, 1, 3, tzinfo=UTC))
    assert seen(cast.owner, "won_deal_count", Q3).reading.value == 5
    assert seen(cast.owner, "won_deal_count", Q4).reading.value == 0


@pytest.mark.req("ANALYTICS-13")
def test_a_lost_deal_weighs_nothing_and_the_rest_by_its_stage(cast, deals):
    deals(cast.owner, ["open", "lost", "won"], closed=NOVEMBER)
    assert seen(cast.owner, "weighted_pipeline").reading.value == Fraction(100_000 * 1950, 10_000), "19.5 % of one open deal"


@pytest.mark.req("ANALYTICS-01")
def test_a_deal_and_those_below_it_are_counted_once(cast, deals):
    parent, child = deals(cast.owner, ["open", "open"], closed=NOVEMBER)
    Opportunity.objects.filter(pk=child.pk).update(parent=parent, amount_company_cents=30_000_00)
    found = seen(cast.owner, "pipeline_value", by="stage")
    assert found.reading.value == 100_000
    assert [(part.key, part.reading.value) for part in found.parts] == [("O3", 100_000)]


@pytest.mark.req("ANALYTICS-52", "FORECAST-03")
def test_a_snapshot_keeps_what_changed_and_answers_for_every_day(cast, deals):
    [deal, *_] = deals(cast.owner, ["open"] * 5, closed=NOVEMBER)
    by = {"by": cast.admin.actor, "at": AT}
    assert snapshots.keep(date(2026, 9, 30), **by).changed == 5
    assert snapshots.keep(date(2026, 10, 1), **by).changed == 0, "a still pipeline takes no room"
    Opportunity.objects.filter(pk=deal.pk).update(amount_company_cents=250_000_00)
    assert snapshots.keep(date(2026, 10, 2), **by).changed == 1
    assert seen(cast.owner, "pipeline_value", Q4, as_of=date(2026, 10, 1)).reading.value == 500_000
    assert seen(cast.owner, "pipeline_value", Q4, as_of=date(2026, 10, 2)).reading.value == 650_000
    assert seen(cast.owner, "pipeline_value", Q3).reading.value == 500_000, "a period that is over is told as it stood when it ended"
    assert seen(cast.owner, "pipeline_value", Q4, as_of=date(2026, 9, 29)).reading.state == "not kept"


@pytest.mark.req("ANALYTICS-52")
def test_yesterday_is_not_rewritten_by_anybody(cast, deals):
    deals(cast.owner, ["open"], closed=NOVEMBER)
    by = {"by": cast.admin.actor, "at": AT}
    snapshots.keep(date(2026, 11, 1), **by)
    with pytest.raises(snapshots.DayIsKept):
        snapshots.keep(date(2026, 11, 1), **by)
    for change in (lambda: DealSnapshot.objects.update(amount_cents=1), lambda: DealSnapshot.objects.all().delete(), lambda: SnapshotDay.objects.update(deals=9)):
        with pytest.raises(Error), transaction.atomic():
            change()
    row = DealSnapshot.objects.get()
    row.pk, row.day = None, date(2026, 10, 15)
    with pytest.raises(Error, match="not rewritten"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO rounds_dealsnapshot (id, opportunity_id, day, territory, segment, kind, source, stage, process, outcome, forecast_category, has_next_step, bant, lost_reason)"
                       " SELECT gen_random_uuid(), opportunity_id, '2026-10-15', '', '', '', '', 'O1', '', 'open', '', false, '', '' FROM rounds_dealsnapshot")  # fmt: skip


@pytest.mark.req("ANALYTICS-52")
def test_a_period_that_late_edits_changed_is_marked_restated_and_tells_both(cast, deals):
    by = {"by": cast.admin.actor, "at": AT}
    deals(cast.owner, ["won"] * 5 + ["lost"] * 5, closed=AUGUST)
    snapshots.keep(date(2026, 9, 30), **by)
    point = {one.period.code: one for one in seen(cast.owner, "win_rate", trend=True).points}["2026-Q3"]
    assert (point.now.value, point.told.value, point.restated) == (50, 50, False)
    deals(cast.owner, ["lost"] * 2, closed=AUGUST)  # written down in November, dated back to August
    found = seen(cast.owner, "win_rate", Q3, trend=True)
    point = {one.period.code: one for one in found.points}["2026-Q3"]
    assert (point.now.base, point.told.base, point.restated, found.restated) == (12, 10, True, True)


@pytest.mark.req("ANALYTICS-15")
def test_what_was_to_close_and_did_not_has_slipped(cast, deals):
    found = deals(cast.owner, ["open"] * 6, closed=NOVEMBER, close_on=date(2026, 8, 31))
    snapshots.keep(date(2026, 7, 1), by=cast.admin.actor, at=AT)
    Opportunity.objects.filter(pk__in=[one.pk for one in found[:2]]).update(close_on=date(2026, 10, 30))
    Opportunity.objects.filter(pk=found[2].pk).update(stage="O9", closed_at=datetime(2026, 8, 20, tzinfo=UTC))
    assert (slipped := seen(cast.owner, "deal_slippage", Q3).reading).top == 2
    assert slipped.base == 6
    assert seen(cast.owner, "deal_slippage", Q4).reading.state == "no data", "nothing was to close in it when it began"


@pytest.mark.req("ANALYTICS-12", "FORECAST-09")
def test_coverage_is_of_what_is_left_of_the_quota(cast, deals):
    deals(cast.owner, ["open"] * 5, closed=NOVEMBER, close_on=date(2026, 12, 15))
    deals(cast.owner, ["won"], closed=NOVEMBER)
    assert seen(cast.owner, "pipeline_coverage").reading.says == "No data", "without a quota there is nothing to cover"
    quotas.give(cast.owner, 300_000_00, starts_on=Q4.starts, ends_on=Q4.ends, by=cast.admin.actor, at=NOVEMBER)
    found = seen(cast.owner, "pipeline_coverage")
    assert found.reading.value == Fraction(500_000, 200_000)
    assert [one.status for one in found.verdicts] == ["missed"]
    assert found.why[0] == "$500,000 of $200,000."


@pytest.mark.req("ANALYTICS-52")
def test_the_rows_behind_are_the_rows_of_the_number(cast, deals):
    made = deals(cast.owner, ["won"] * 5 + ["open"], closed=NOVEMBER)
    scope = scope_of(cast.owner)
    with sight(scope):
        found = behind(metrics()["average_deal_size"], Cell(Q4), Live(scope, BOOK), AT)
    assert {one.id for one in found} == {str(one.pk) for one in made[:5]}
    assert {one.x for one in found} == {100_000_00}


@pytest.mark.req("ANALYTICS-52")
def test_records_and_their_files_say_the_same(cast, deals, tmp_path):
    """What is written out as Parquet and read by DuckDB answers as PostgreSQL does, for every metric, under the same sight."""
    deals(cast.owner, ["won"] * 6 + ["lost"] * 5 + ["open"] * 3, closed=NOVEMBER, close_on=date(2026, 12, 1))
    deals(cast.colleague, ["won", "open"], closed=AUGUST)
    snapshots.keep(date(2026, 9, 30), by=cast.admin.actor, at=AT)
    scope = scope_of(cast.executive)
    with sight(scope):
        assert write(tmp_path, scope, BOOK)["deals"] == 16
    for user in (cast.executive, cast.owner):
        scope = scope_of(user)
        with sight(scope):
            live, files = Live(scope, BOOK), opened(tmp_path, BOOK, scope)
            for name in [name for name, metric in metrics().items() if metric.runs]:
                mine, yours = (readings(metrics()[name], [Cell(Q4), Cell(Q3)], engine, AT) for engine in (live, files))
                assert [(one.state, one.n, one.top, one.base, one.x if hasattr(one, "x") else None) for one in mine] == [(one.state, one.n, one.top, one.base, None) for one in yours], name
                assert [one.value and float(one.value) for one in mine] == pytest.approx([one.value and float(one.value) for one in yours]), name


@pytest.mark.req("ANALYTICS-52")
def test_metrics_whose_records_do_not_exist_say_what_they_wait_for(cast):
    found = seen(cast.executive, "cac")
    assert (found.reading.state, found.reading.says) == ("waits", "No records yet")
    assert "spend" in found.why[0]
