"""Whatever is done with a proof of concept, in whatever order, it is never where it should not be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import transaction

from rounds.actions.deals import (
    poc_converting,
    poc_criteria,
    poc_data,
    poc_ending,
    poc_extending,
    poc_issues,
    poc_plan,
    poc_readings,
    poc_watching,
    pocs,
)
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.refusal import Refusal
from rounds.models import (
    Event,
    PhiDetermination,
    Poc,
    PocCriterion,
    PocDataClock,
    PocExtension,
    PocSigning,
    StageSignal,
)
from tests.proofs import a_baa, a_deal, a_poc

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def deeds(cast, deal, people, poc, random, at):
    """Everything one can try, by a door, an automation or the nightly job."""
    by, cfo = cast.owner.actor, people["cfo"]
    rows = list(PocCriterion.objects.filter(poc=poc, version=poc.version))
    one = random.choice(rows) if rows else None
    asked = PocExtension.objects.filter(poc=poc, answer="").first()
    milestone = poc.milestones.order_by("?").first()
    yes, no = random.random() < 0.5, random.random() < 0.5
    return {
        "agree": lambda: pocs.agree(poc, cfo, note="All the same" if yes else "", by=by, at=at),
        "kick off": lambda: pocs.kick_off(poc, by=by, at=at),
        "describe": lambda: pocs.describe(poc, {"conversion_terms": "" if no else "Other terms"}, by=by, at=at),
        "change": lambda: one and poc_criteria.change(one, {"target": 0.9 if one.kind == "share" else one.target}, by=by, at=at),
        "remove": lambda: one and poc_criteria.remove(one, by=by, at=at),
        "revise": lambda: one and poc_criteria.revise(one, {"weight": random.randint(1, 9)}, why="Agreed", signer=cfo, by=by, at=at),
        "data": lambda: poc_data.start(poc, by=by, at=at),
        "determine": lambda: poc_data.determine(poc, involved=yes, data_set="Synthetic", why="Looked", by=cast.compliance.actor, at=at),
        "milestone": lambda: milestone and poc_plan.finish(milestone, by=by, at=at),
        "good": lambda: _read(poc, True, by, at),
        "bad": lambda: _read(poc, False, by, at),
        "issue": lambda: poc_issues.raise_issue(poc, title="Slow", severity="major", by=by, at=at),
        "readout": lambda: poc_ending.hold_readout(poc, by=by, at=at),
        "sign off": lambda: poc_ending.sign_off(poc, cfo, by=by, at=at),
        "decide": lambda: poc_ending.decide(poc, random.choice(("convert", "extend", "stop")), why="So", by=by, at=at),
        "extend": lambda: poc_extending.ask(poc, weeks=2, why="More", by=by, at=at),
        "grant": lambda: asked and poc_extending.answer(asked, granted=yes, by=(cast.manager if no else cast.owner).actor, at=at),
        "draft": lambda: poc_converting.draft(poc, by=by, at=at),
        "certify": lambda: poc_data.certify(poc, method="destroyed", data_set="All", certificate="No. 1", by=by, at=at),
        "night": lambda: poc_watching.watch(by=SYSTEM_ACTOR, at=at),
        "abandon": lambda: random.random() < 0.15 and poc_ending.abandon(poc, why="Over", by=by, at=at),
    }


def _read(poc, good, by, at):
    poc_readings.record(poc, "alert_to_answer", value=4.0 if good else 11.0, n=80, deviation=1.5, by=by, at=at)
    poc_readings.record(poc, "nurses_using_it", hits=120 if good else 20, n=130, by=by, at=at)
    poc_readings.record(poc, "transfers_to_icu", value=-9.0 if good else 1.0, by=by, at=at)


def hold(poc, locked):
    """What must be true after each deed."""
    poc = Poc.objects.get(pk=poc.pk)
    signed = {what: list(PocSigning.objects.filter(poc=poc, what=what)) for what in ("agreement", "result")}
    assert (poc.kickoff_on is None) or (poc.conversion_terms and signed["agreement"] and poc.executive_id and poc.data_owner_id)
    assert poc.state not in ("running", "readout", "ended") or poc.kickoff_on
    if poc.data_since:
        told = Event.objects.get(kind="poc.data_started", subject_id=poc.id).payload
        assert told["baa"] or told["phi"] is False
    won = StageSignal.objects.filter(opportunity=poc.opportunity_id, kind="poc.succeeded").exists()
    assert not won or any(one.terms["result"] == "success" for one in signed["result"])
    assert poc.decision != "convert" or signed["result"]
    assert PocExtension.objects.filter(poc=poc, answer="granted").count() <= 1
    if poc.state in ("ended", "abandoned") and poc.data_since:
        said = PhiDetermination.objects.filter(poc=poc).order_by("-at", "-id").first()
        assert PocDataClock.objects.filter(poc=poc).exists() or (said and not said.involved)
    for row in PocCriterion.objects.filter(poc=poc):
        if poc.kickoff_on and row.version <= poc.version:
            stood = locked.setdefault((row.version, row.code), (row.target, row.weight, row.mandatory, row.baseline))
            assert stood == (row.target, row.weight, row.mandatory, row.baseline)
    assert poc.result in ("", "success", "partial", "failed")
    assert (poc.result == "") == (poc.readout_on is None) or poc.state == "abandoned"


@pytest.mark.req("POC-03", "POC-04", "POC-10", "PLUS-26", "PLUS-27")
@pytest.mark.parametrize("seed", range(8))
def test_no_order_of_deeds_leads_where_it_should_not(cast, seed):
    random = Random(seed)
    deal, people = a_deal(cast.owner, at=AT)
    if seed % 2:
        a_baa(deal.account, by=cast.compliance.actor, at=AT, days=60)
    poc, at, locked, done = a_poc(deal, people, by=cast.owner.actor, at=AT), AT, {}, 0
    likely = ("agree", "kick off", "data", "good", "readout", "sign off", "decide", "grant")
    for _ in range(60):
        at += timedelta(hours=random.randint(1, 72))
        poc = Poc.objects.select_related("opportunity__account", "opportunity__owner", "lead").get(pk=poc.pk)
        can = deeds(cast, deal, people, poc, random, at)
        name = random.choice(likely) if random.random() < 0.5 else random.choice(list(can))
        try:
            with transaction.atomic():
                can[name]()
                done += 1
        except Refusal:
            pass
        hold(poc, locked)
    assert done > 5
