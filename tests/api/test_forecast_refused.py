"""Wrong calls, quotas and reports over the API: a sentence each, nothing kept."""

from __future__ import annotations

import pytest

from rounds.models import ForecastCall, Quota, Report


@pytest.mark.req("FORECAST-01", "FORECAST-09", "REPORT-09")
@pytest.mark.parametrize(("who", "verb", "address", "body", "status"), [
    ("owner", "POST", "/forecast/calls", {"quarter": "2026-Q4", "cents": -1}, 422),
    ("owner", "POST", "/forecast/calls", {"quarter": "2026-Q4", "cents": 10**15}, 422),
    ("owner", "POST", "/forecast/calls", {"quarter": "2026-Q4", "cents": 1.5}, 422),
    ("owner", "POST", "/forecast/calls", {"quarter": "2026-Q4", "cents": 5, "best_cents": 4}, 422),
    ("owner", "POST", "/forecast/calls", {"quarter": "9999-Q4", "cents": 5}, 422),
    ("owner", "POST", "/forecast/calls", {"quarter": "", "cents": 5}, 422),
    ("owner", "POST", "/forecast/calls", {"quarter": "2026-Q4", "cents": 5, "extra": 1}, 422),
    ("manager", "POST", "/forecast/overrides", {"quarter": "2026-Q4", "owner": "{owner}", "cents": 5, "reason": " "}, 422),
    ("manager", "PUT", "/quotas", {"quarter": "2026-Q4", "owner": "{owner}", "cents": -5}, 422),
    ("manager", "PUT", "/quotas", {"quarter": "soon", "owner": "{owner}", "cents": 5}, 422),
    ("owner", "POST", "/reports", {"report": "yearly"}, 404),
    ("owner", "POST", "/reports", {"report": "compliance"}, 403),
    ("owner", "POST", "/reports", {"report": "monday", "as_of": "2999-01-01"}, 422),
    ("owner", "POST", "/reports", {"report": "monday", "as_of": "0001-01-01"}, 422),
    ("owner", "POST", "/reports", {"report": "monday", "as_of": "yesterday"}, 422)])  # fmt: skip
def test_it_says_what_is_wrong_and_keeps_nothing(caller, cast, who, verb, address, body, status):
    filled = {name: str(cast.owner.pk) if value == "{owner}" else value for name, value in body.items()}
    answered, said = caller(getattr(cast, who))(verb, address, filled)
    assert answered == status, said
    assert str(said).strip(), "a sentence"
    assert not ForecastCall.objects.exists()
    assert not Quota.objects.exists()
    assert not Report.objects.exists()
