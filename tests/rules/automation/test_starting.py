"""What starts an automation: a lead that is taken in says its band once, whichever way it came."""

from __future__ import annotations

import pytest

from rounds.playbook.shapes.automation import When
from rounds.rules.automation.starting import starts

WARM = When(change="lead.band", to="warm")
SCORED = {"model": "lead_fit", "before": None, "after": 66, "band_before": None, "band_after": "warm"}


@pytest.mark.req("AUTO-01", "PLUS-04")
@pytest.mark.parametrize("cause", ["captured", "imported"])
def test_a_lead_that_is_taken_in_tells_its_band_once(cause):
    assert starts(WARM, "lead.captured", {"band": "warm"})
    assert not starts(WARM, "lead.scored", {**SCORED, "cause": cause})
    assert not starts(When(score="lead.score", reaches=60), "lead.scored", {**SCORED, "cause": cause})
    assert starts(WARM, "lead.scored", {**SCORED, "before": 40, "band_before": "cold", "cause": "activity: call"})
