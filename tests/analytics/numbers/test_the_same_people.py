"""Whatever a company looks like, attainment and coverage are of the same people above and below the line."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import Cell, parts
from tests.analytics.numbers.company import whole
from tests.analytics.numbers.test_definitions import AT, Q4, company, number

PEOPLE = ("ada", "ben", "cleo", "")
CENTS = st.integers(0, 10**9)
DEALS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(("open", "won", "lost")), CENTS,
                           st.sampled_from((None, date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 1)))), max_size=9)  # fmt: skip
QUOTAS = st.dictionaries(st.sampled_from(PEOPLE[:3]), CENTS, max_size=3)
NOVEMBER = datetime(2026, 11, 3, 15)


def made(deals, quotas):
    rows = [whole("deals", id=f"d{n}", owner_id=owner, outcome=outcome, counted_cents=cents, close_on=close, opened_at=datetime(2026, 8, 1),
                  closed_at=None if outcome == "open" else NOVEMBER) for n, (owner, outcome, cents, close) in enumerate(deals)]  # fmt: skip
    said = [whole("quotas", id=f"q-{who}", owner_id=who, starts_on=Q4.starts, ends_on=Q4.ends, cents=cents, known_at=datetime(2026, 9, 1)) for who, cents in quotas.items()]
    return company({"deals": rows, "quotas": said})


@pytest.mark.req("ANALYTICS-12", "ANALYTICS-17", "FORECAST-09")
@settings(max_examples=40, deadline=None)
@given(DEALS, QUOTAS)
def test_above_and_below_the_line_stand_the_same_people(deals, quotas):
    engine = made(deals, quotas)
    won, ahead = ({who: sum(cents for owner, outcome, cents, close in deals if owner == who and counts(outcome, close)) for who in quotas}
                  for counts in (lambda outcome, _: outcome == "won", lambda outcome, close: outcome == "open" and close in (date(2026, 11, 30), date(2026, 12, 31))))  # fmt: skip
    attained, covered = number(engine, "quota_attainment"), number(engine, "pipeline_coverage")
    assert (attained.top or 0, attained.base or 0) == (sum(won.values()), sum(quotas.values()))
    assert (covered.top or 0, covered.base or 0) == (sum(ahead.values()), sum(quotas.values()) - sum(won.values()))
    for name, above in (("quota_attainment", attained), ("pipeline_coverage", covered)):
        each = dict(parts(metrics()[name], Cell(Q4), "owner", engine, AT))
        assert set(each) <= set(quotas), "nobody without a quota has a part"
        assert (sum(one.top or 0 for one in each.values()), sum(one.base or 0 for one in each.values())) == (above.top or 0, above.base or 0)
