"""The demo's proofs of concept: five stories told by the real actions, and told once."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from rounds.jobs.demo import proofs
from rounds.models import Demo, Poc, PocDataClock, PocReading
from rounds.models.deals.poc_standing import stands
from tests.proofs import a_deal

AT = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)


@pytest.fixture
def told(cast):
    from datetime import timedelta

    deals = [(deal, list(people.values())) for deal, people in
             (a_deal(cast.owner, at=AT - timedelta(weeks=26), name=f"{name} Health") for name in ("Osprey", "Heron", "Kestrel", "Merlin", "Harrier"))]  # fmt: skip
    proofs.build_proofs(deals, cast, at=AT, random=Random(7))
    return deals


@pytest.mark.req("POC-01", "POC-04", "DEMO-05")
def test_five_stories_and_each_is_believable(cast, told):
    mixed, failed, shut, converted = (Poc.objects.get(opportunity=deal) for deal, _ in told[:4])
    words = {one.criterion.name: one.standing.word for one in stands(mixed).measured}
    assert mixed.state == "running"
    assert words["Alert to answer"] == "met"
    assert words["Nurses using it"] == "not_met"
    assert words["Transfers to ICU"] == "inconclusive"
    assert (failed.state, failed.result, failed.decision) == ("ended", "failed", "stop")
    assert PocDataClock.objects.get(poc=failed).due_on < AT.date(), "red until the certificate"
    assert (shut.state, shut.data_since) == ("running", None)
    assert (converted.state, converted.result, converted.decision) == ("ended", "success", "convert")
    assert Demo.objects.filter(opportunity=told[4][0], state="no_show").count() == 1
    readings = PocReading.objects.count()
    proofs.build_proofs(told, cast, at=AT, random=Random(7))
    assert PocReading.objects.count() == readings
