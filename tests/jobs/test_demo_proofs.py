"""The demo's proofs of concept: five stories told by the real actions, and told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from rounds.jobs.demo import pocs, proofs
from rounds.models import Demo, Poc, PocDataClock, PocReading
from rounds.models.deals.poc_standing import stands
from tests.proofs import a_deal

AT = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
"""Still the day before where the customers are."""


@pytest.fixture
def told(cast):
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


@pytest.mark.parametrize("hour", [2, 15, 23])
def test_a_deal_walks_to_a_success_and_one_that_runs_is_read_up_to_today(cast, hour):
    at = AT.replace(hour=hour)
    for name, last in (("Osprey", 6), ("Heron", 5)):
        deal, _ = a_deal(cast.owner, at=at - timedelta(weeks=40), name=f"{name} Health")
        deal.source, deal.external_id = "Demo", f"demo:{name}"
        deal.save(update_fields=["source", "external_id"])
        for place, stage in enumerate(("O3", "O4", "O5", "O6")[: last - 2]):
            pocs.reached(deal, stage, cast=cast, at=at - timedelta(weeks=24 - 6 * place))
    assert pocs.catch_up(at=at) == 1
    ended, runs = Poc.objects.get(opportunity__name__startswith="Osprey"), Poc.objects.get(opportunity__name__startswith="Heron")
    assert (ended.state, ended.result, ended.decision) == ("ended", "success", "convert")
    assert (runs.state, all(one.readings for one in stands(runs).measured)) == ("running", True)
