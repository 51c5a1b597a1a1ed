"""Reports over the API: made once for one key, listed and read by whoever they were made for alone."""

from __future__ import annotations

import pytest

from rounds.models import Report


@pytest.mark.req("REPORT-09", "REPORT-11")
def test_a_report_is_made_once_for_one_key_and_read_by_nobody_else(caller, cast):
    rep, colleague = caller(cast.owner), caller(cast.colleague)
    first = rep("POST", "/reports", {"report": "monday"}, **{"Idempotency-Key": "once"})
    assert first[0] == 201
    assert rep("POST", "/reports", {"report": "monday"}, **{"Idempotency-Key": "once"}) == first
    assert Report.objects.count() == 1
    status, found = rep("GET", "/reports")
    assert (status, [row["id"] for row in found["data"]]) == (200, [first[1]["id"]])
    assert rep("GET", f"/reports/{first[1]['id']}")[1]["content"] == first[1]["content"]
    assert colleague("GET", "/reports")[1]["data"] == []
    assert colleague("GET", f"/reports/{first[1]['id']}")[0] == 404
    assert rep("POST", "/reports", {"report": "weather"})[0] in (404, 422)
