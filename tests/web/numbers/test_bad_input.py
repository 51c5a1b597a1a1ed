"""Whatever is typed wrong into calls, quotas, locks and reports is answered by a sentence, and nothing of it is kept."""

from __future__ import annotations

import re

import pytest

from rounds.actions.numbers import locking
from rounds.actions.numbers.quarters import quarter_said
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import ForecastCall, ForecastLock, Quota, Report, ReportWish

WRITTEN = (ForecastCall, Quota, ForecastLock, Report, ReportWish)


def said(answer) -> str:
    return re.sub(r"<[^>]+>", " ", answer.content.decode())


@pytest.fixture
def span(db):
    return quarter_said("", now())


@pytest.mark.req("FORECAST-01", "FORECAST-09", "REPORT-09")
@pytest.mark.parametrize(("who", "address", "form", "status", "words"), [
    ("owner", "/forecast/calls/", {"amount": "-5"}, 422, "is no amount"),
    ("owner", "/forecast/calls/", {"amount": "NaN"}, 422, "is no amount"),
    ("owner", "/forecast/calls/", {"amount": "1e40"}, 422, "is no amount"),
    ("owner", "/forecast/calls/", {"amount": "500k", "best": "400k"}, 422, "not below the call"),
    ("owner", "/forecast/calls/", {"amount": "500k", "quarter": "2026-Q9"}, 422, "write it as 2026-Q4"),
    ("owner", "/forecast/calls/", {"amount": "500k", "quarter": "9999-Q4"}, 422, "write it as 2026-Q4"),
    ("owner", "/forecast/calls/", {"amount": "500k", "quarter": "2020-Q1"}, 409, "is locked"),
    ("owner", "/forecast/calls/", {"amount": "500k", "owner": "drop table"}, 404, ""),
    ("manager", "/forecast/calls/", {"amount": "500k", "owner": "{owner}", "hold": "1", "reason": "  "}, 422, "Say why"),
    ("manager", "/forecast/quotas/", {"owner": "{owner}", "quarter": "soon", "amount": "1"}, 422, "write it as 2026-Q4"),
    ("manager", "/forecast/quotas/", {"owner": "{owner}", "quarter": "2020-Q1", "amount": "1"}, 409, "locked"),
    ("manager", "/forecast/quotas/", {"owner": "{owner}", "quarter": "{span}", "amount": "many"}, 422, "is no amount"),
    ("manager", "/forecast/quotas/", {"lines": ""}, 422, "There is no line"),
    ("manager", "/forecast/quotas/", {"lines": "\x01\x02,\x03"}, 422, "There is no line"),
    ("manager", "/forecast/quotas/", {"lines": "{mail},{span},1\n{mail},{span},2"}, 422, "stand there twice"),
    ("manager", "/forecast/quotas/", {"lines": "{mail},{span},1\n{mail},2020-Q1,2"}, 409, "locked"),
    ("manager", "/forecast/quotas/", {"lines": "{mail};{span};-1"}, 422, "is no amount of dollars"),
    ("revops", "/forecast/locks/", {"quarter": "{span}"}, 409, "lock it after that"),
    ("revops", "/forecast/locks/", {"quarter": "then"}, 422, "write it as 2026-Q4"),
    ("owner", "/reports/monday/making/", {"as_of": "31/12/2026"}, 422, "2026-11-20"),
    ("owner", "/reports/monday/making/", {"as_of": "2999-01-01"}, 422, "up to today"),
    ("owner", "/reports/monday/making/", {"as_of": "0001-01-01"}, 422, "up to today"),
    ("owner", "/reports/thursday/making/", {"as_of": "0001-01-05"}, 422, "up to today"),
    ("owner", "/reports/nosuch/making/", {}, 404, ""),
    ("owner", "/reports/monday/wish/", {"wanted": "maybe"}, 422, "Say yes or no"),
])  # fmt: skip
def test_it_is_answered_by_a_sentence_and_nothing_is_kept(cast, span, door, see_all, who, address, form, status, words):
    see_all()
    locking.lock(quarter_said("2020-Q1", now()), by=SYSTEM_ACTOR, at=now())
    before = [model.objects.count() for model in WRITTEN]
    filled = {name: value.replace("{owner}", str(cast.owner.pk)).replace("{span}", span.code).replace("{mail}", cast.owner.email) for name, value in form.items()}
    if "/calls/" in address:
        filled.setdefault("quarter", span.code)
    answer = door(getattr(cast, who)).post(address, filled)
    assert answer.status_code == status, said(answer)[:400]
    assert words in said(answer), said(answer)
    see_all()
    assert [model.objects.count() for model in WRITTEN] == before


@pytest.mark.req("FORECAST-02", "REPORT-09")
@pytest.mark.parametrize(("address", "status"), [
    ("/forecast/?quarter=0000-Q0", 422), ("/forecast/?since=0001-01-01", 200), ("/forecast/?since=9999-12-31", 200), ("/forecast/?by=<script>", 200),
    ("/forecast/?owner=me&team=x", 200), ("/forecast/?territory=%00", 200), ("/reports/?kind=%27", 200), ("/reports/monday/preview/?as_of=0001-01-01", 422),
    ("/reports/thursday/preview/?as_of=2026-02-30", 422), ("/reports/monday/01a22f88-00ef-72f4-92f8-6dae5030afb3/", 404)])  # fmt: skip
def test_a_strange_address_is_answered_and_breaks_nothing(cast, span, door, address, status):
    answer = door(cast.owner).get(address)
    assert answer.status_code == status, said(answer)[:400]
    assert "<script>alert" not in answer.content.decode()
