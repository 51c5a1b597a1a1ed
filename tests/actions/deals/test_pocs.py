"""A proof of concept from draft to decision: what must be there before, what is locked, what moves the deal, what does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from rounds.actions.deals import (
    closing,
    data_gate,
    poc_converting,
    poc_criteria,
    poc_data,
    poc_ending,
    poc_extending,
    poc_issues,
    poc_plan,
    poc_readings,
    poc_roi,
    poc_watching,
    pocs,
    stages,
)
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import (
    Event,
    Notification,
    Poc,
    PocCriterion,
    PocDataClock,
    PocExtension,
    PocIssue,
    StageSignal,
    Task,
)
from rounds.models.deals.poc_standing import stands
from tests.proofs import a_baa, a_deal, a_poc, running

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def deal(cast):
    return a_deal(cast.owner, at=AT)


def through_data(poc, by, at=AT):
    """Reach the milestone behind which data comes in."""
    return poc_plan.finish(poc.milestones.get(door="data"), by=by, at=at)


def well(poc, by, at):
    """Readings that meet everything."""
    poc_readings.record(poc, "alert_to_answer", value=4.0, n=80, deviation=1.5, by=by, at=at)
    poc_readings.record(poc, "nurses_using_it", hits=110, n=130, by=by, at=at)
    poc_readings.record(poc, "transfers_to_icu", value=-9.0, by=by, at=at)


@pytest.mark.req("POC-01", "PLUS-26")
def test_an_agreement_asks_for_terms_people_and_criteria_first(cast, deal):
    deal, people = deal
    by = cast.owner.actor
    poc = pocs.open_poc(deal, by=by, at=AT)
    assert pocs.open_poc(deal, by=by, at=AT).pk == poc.pk
    with pytest.raises(pocs.PocRefused) as refused:
        pocs.agree(poc, people["cfo"], by=by, at=AT)
    for said in ("use case", "customer's executive", "data owner", "conversion terms", "at least one criterion"):
        assert said in str(refused.value)
    with pytest.raises(pocs.PocNotThere):
        pocs.kick_off(poc, by=by, at=AT)
    poc = a_poc(deal, people, by=by, at=AT)
    assert pocs.agree(poc, people["cfo"], by=by, at=AT).state == "agreed"
    signing = poc.signings.get(what="agreement")
    assert signing.terms["conversion_terms"].startswith("If every mandatory")
    assert [row["code"] for row in signing.terms["criteria"]] == ["alert_to_answer", "nurses_using_it", "transfers_to_icu"]
    assert StageSignal.objects.filter(opportunity=deal, kind="poc.agreed").count() == 1


@pytest.mark.req("PLUS-26")
def test_a_sample_too_small_is_said_at_the_agreement_and_run_only_with_a_reason(cast, deal):
    deal, people = deal
    by = cast.owner.actor
    few = ({"name": "Uptake", "category": "adoption", "kind": "share", "direction": "at_least", "baseline": 0.6, "target": 0.7,
            "mandatory": True, "planned_n": 40},)  # fmt: skip
    poc = a_poc(deal, people, by=by, at=AT, criteria=few)
    with pytest.raises(pocs.PocRefused, match="Uptake: 40 planned, 369 needed"):
        pocs.agree(poc, people["cfo"], by=by, at=AT)
    poc = pocs.agree(poc, people["cfo"], note="The ward has no more patients", by=by, at=AT)
    assert Event.objects.get(kind="poc.agreed").payload["short_samples"] == ["Uptake: 40 planned, 369 needed"]


@pytest.mark.req("POC-02", "POC-03")
def test_a_kickoff_needs_every_baseline_and_lays_out_the_plan(cast, deal):
    deal, people = deal
    by = cast.owner.actor
    poc = a_poc(deal, people, by=by, at=AT)
    row = poc.criteria.get(code="transfers_to_icu")
    poc_criteria.change(row, {"baseline": None}, by=by, at=AT)
    pocs.agree(poc, people["cfo"], by=by, at=AT)
    with pytest.raises(pocs.PocRefused, match="Measure the baseline before it begins: Transfers to ICU"):
        pocs.kick_off(poc, date(2026, 4, 6), by=by, at=AT)
    with pytest.raises(poc_criteria.PocNotThere, match="only the baseline"):
        poc_criteria.change(row, {"target": -1.0}, by=by, at=AT)
    poc_criteria.change(row, {"baseline": 0.0}, by=by, at=AT)
    poc = pocs.kick_off(poc, date(2026, 4, 6), by=by, at=AT)
    assert (poc.state, poc.ends_on) == ("running", date(2026, 6, 28))
    assert poc.milestones.count() == 12
    assert poc.milestones.get(door="readout").due_on == date(2026, 6, 28)
    assert Task.objects.filter(key=f"poc_review:{poc.id}:1", opportunity=deal).exists()
    assert StageSignal.objects.filter(opportunity=deal, kind="poc.kicked_off").count() == 1


@pytest.mark.req("POC-03", "PLUS-26")
def test_criteria_are_locked_by_the_database_and_changed_by_both_parties_alone(cast, deal):
    deal, people = deal
    by = cast.owner.actor
    poc = running(deal, people, by=by, at=AT, on=date(2026, 3, 2))
    row = poc.criteria.get(code="nurses_using_it")
    with pytest.raises(poc_criteria.PocNotThere, match="locked"):
        poc_criteria.add(poc, {"name": "More", "category": "roi", "target": 1.0}, by=by, at=AT)
    for deed in (lambda: PocCriterion.objects.filter(pk=row.pk).update(target=0.5), lambda: row.delete(),
                 lambda: PocCriterion.objects.create(opportunity=deal, poc=poc, version=1, code="x", name="x", category="roi", kind="figure",
                                                     direction="at_least", target=1, at=AT)):  # fmt: skip
        with pytest.raises((ProgrammingError, IntegrityError), match="locked"), transaction.atomic():
            deed()
    poc = poc_criteria.revise(row, {"target": 0.6}, why="The night shift was left out", signer=people["cfo"], by=by, at=AT)
    assert poc.version == 2
    assert [(one.version, one.target) for one in PocCriterion.objects.filter(poc=poc, code="nurses_using_it").order_by("version")] == [(1, 0.7), (2, 0.6)]
    assert PocCriterion.objects.filter(poc=poc, version=2).count() == 3
    assert poc.signings.get(what="criteria").version == 2
    with pytest.raises(poc_criteria.PocNotThere, match="Somebody changed the criteria meanwhile"):
        poc_criteria.revise(row, {"target": 0.5}, why="Again", signer=people["cfo"], by=by, at=AT)
    with pytest.raises(pocs.PocRefused, match="Only people"):
        poc_criteria.revise(poc.criteria.get(code="nurses_using_it", version=2), {"target": 0.5}, why="x", signer=people["cfo"], by=SYSTEM_ACTOR, at=AT)


@pytest.mark.req("POC-10", "PLUS-27")
def test_no_patient_data_without_a_baa_in_force(cast, deal):
    deal, people = deal
    by = cast.owner.actor
    poc = running(deal, people, by=by, at=AT, on=date(2026, 3, 2))
    with pytest.raises(data_gate.NoBaaInForce):
        through_data(poc, by)
    poc.refresh_from_db()
    assert poc.data_since is None
    assert poc.milestones.get(door="data").done_at is None
    with pytest.raises(pocs.PocNotThere, match="No data came in yet"):
        poc_readings.record(poc, "nurses_using_it", hits=1, n=2, by=by, at=AT)


@pytest.mark.req("PLUS-26")
def test_compliance_names_a_data_set_without_patient_data_and_the_door_opens(cast, deal):
    deal, people = deal
    by = cast.owner.actor
    poc = running(deal, people, by=by, at=AT, on=date(2026, 3, 2))
    with pytest.raises(pocs.PocRefused, match="Name the data set"):
        poc_data.determine(poc, involved=False, data_set=" ", why="Synthetic", by=cast.compliance.actor, at=AT)
    poc_data.determine(poc, involved=False, data_set="Synthea R4, 5,000 invented patients", why="Synthetic by construction",
                       by=cast.compliance.actor, at=AT)  # fmt: skip
    through_data(poc, by)
    assert Event.objects.get(kind="poc.data_started").payload["phi"] is False
    poc_ending.abandon(Poc.objects.get(pk=poc.pk), why="The CIO left", by=by, at=AT + DAY)
    assert not PocDataClock.objects.exists(), "no patient data, no clock"


@pytest.fixture
def live(cast, deal):
    """One that runs with patient data under a BAA, and its people."""
    deal, people = deal
    a_baa(deal.account, by=cast.compliance.actor, at=AT, days=200)
    poc = running(deal, people, by=cast.owner.actor, at=AT, on=date(2026, 3, 2))
    through_data(poc, cast.owner.actor)
    return Poc.objects.get(pk=poc.pk), people


@pytest.mark.req("POC-04", "POC-08")
def test_a_success_is_signed_off_moves_the_deal_and_becomes_an_implementation(cast, live):
    poc, people = live
    by, at = cast.owner.actor, AT + 11 * WEEK
    well(poc, by, at)
    poc = poc_ending.hold_readout(poc, by=by, at=at)
    assert (poc.state, poc.result, poc.attained) == ("readout", "success", 10_000)
    assert poc.decision_due_on == date(2026, 6, 2), "ten business days, Memorial Day is none"
    assert not StageSignal.objects.filter(kind="poc.succeeded").exists(), "nothing moves before the customer signs"
    with pytest.raises(pocs.PocNotThere, match="signs the result off first"):
        poc_ending.decide(poc, "convert", by=by, at=at)
    poc_ending.sign_off(poc, people["cfo"], by=by, at=at)
    assert StageSignal.objects.filter(opportunity=poc.opportunity, kind="poc.succeeded").count() == 1
    poc = poc_ending.decide(poc, "convert", by=by, at=at + DAY)
    assert (poc.state, poc.decision) == ("ended", "convert")
    assert [row["verdict"] for row in poc.conversion_plan["metrics"]] == ["met", "met", "met"]
    assert poc.conversion_plan["contacts"]["executive"] == str(people["cfo"].id)


@pytest.mark.req("POC-10", "PIPE-14")
def test_patient_data_still_has_to_go_when_the_deal_is_closed(cast, live):
    poc, _ = live
    was = poc.opportunity.stage
    lost = closing.lose(poc.opportunity, reason="budget", by=cast.owner.actor, at=AT + WEEK)
    task = Task.objects.get(key=f"{poc_data.KEY}{poc.id}")
    assert (task.done_at, task.dropped_at) == (None, None), "the law asks for it whatever became of the deal"
    assert PocDataClock.objects.filter(poc=poc).exists()
    again = stages.move(lost, was, reason="They found money", by=cast.manager.actor, at=AT + WEEK + DAY)
    closing.lose(again, reason="budget", by=cast.owner.actor, at=AT + WEEK + 2 * DAY)
    assert Task.objects.get(pk=task.pk).dropped_at is None


@pytest.mark.req("POC-08")
def test_a_roll_out_plan_the_customer_accepted_stands_when_it_is_decided_to_convert(cast, live):
    poc, people = live
    by, at = cast.owner.actor, AT + 11 * WEEK
    well(poc, by, at)
    poc_ending.hold_readout(poc, by=by, at=at)
    poc_converting.draft(poc, by=by, at=at)
    poc_converting.signed(poc, "plan", people["cfo"], by=by, at=at)
    poc_ending.sign_off(poc, people["cfo"], by=by, at=at)
    poc = poc_ending.decide(poc, "convert", by=by, at=at + DAY)
    assert poc.conversion_plan["version"] == 1
    assert poc_converting.accepted(poc)


@pytest.mark.req("POC-04", "PLUS-26")
@pytest.mark.parametrize(("hits", "result"), [(70, "partial"), (10, "failed")])
def test_partial_and_failed_never_advance_alone(cast, live, hits, result):
    poc, people = live
    by, at = cast.owner.actor, AT + 11 * WEEK
    poc_readings.record(poc, "alert_to_answer", value=4.0 if result == "partial" else 11.0, n=80, deviation=1.5, by=by, at=at)
    poc_readings.record(poc, "nurses_using_it", hits=hits, n=130, by=by, at=at)
    poc = poc_ending.hold_readout(poc, by=by, at=at)
    assert poc.result == result
    poc_ending.sign_off(poc, people["cfo"], by=by, at=at)
    assert not StageSignal.objects.filter(kind="poc.succeeded").exists()
    assert Event.objects.get(kind="poc.fell_short").payload["result"] == result
    with pytest.raises(pocs.PocRefused, match="Say why"):
        poc_ending.decide(poc, "stop", by=by, at=at)
    poc = poc_ending.decide(poc, "stop", why="Not enough use", by=by, at=at)
    assert poc.state == "ended"


@pytest.mark.req("PLUS-26")
def test_a_reading_says_its_interval_and_its_method_and_the_last_of_a_week_counts(cast, live):
    poc, _ = live
    by = cast.owner.actor
    row = poc_readings.record(poc, "nurses_using_it", hits=62, n=100, source="Epic audit log", by=by, at=AT + 7 * WEEK)
    assert (row.week, row.word, row.method) == (8, "inconclusive", "Wilson, 95 %")
    assert (round(row.low, 3), round(row.high, 3)) == (0.522, 0.709)
    poc_readings.record(poc, "nurses_using_it", hits=50, n=100, by=by, at=AT + 7 * WEEK + DAY)
    one = stands(poc).by_code["nurses_using_it"]
    assert (len(one.readings), one.last.value, one.standing.word) == (1, 0.5, "not_met")
    with pytest.raises(pocs.PocRefused, match="hits from 0 to n"):
        poc_readings.record(poc, "nurses_using_it", hits=5, n=4, by=by, at=AT + 7 * WEEK)
    with pytest.raises(pocs.PocRefused, match="standard deviation"):
        poc_readings.record(poc, "alert_to_answer", value=4.0, by=by, at=AT + 7 * WEEK)
    with pytest.raises(pocs.PocRefused, match="between the kickoff and today"):
        poc_readings.record(poc, "transfers_to_icu", value=1.0, read_on=date(2026, 1, 1), by=by, at=AT)


@pytest.mark.req("PLUS-26")
def test_more_time_is_granted_by_somebody_else_and_once(cast, live):
    poc, people = live
    by, at = cast.owner.actor, AT + 11 * WEEK
    poc_readings.record(poc, "alert_to_answer", value=4.0, n=80, deviation=1.5, by=by, at=at)
    poc = poc_ending.hold_readout(poc, by=by, at=at)
    poc_ending.decide(poc, "extend", why="The night shift starts only now", weeks=4, by=by, at=at)
    asked = PocExtension.objects.get(poc=poc)
    with pytest.raises(pocs.PocRefused, match="Somebody else"):
        poc_extending.answer(asked, granted=True, by=by, at=at)
    ends = poc.ends_on
    poc_extending.answer(asked, granted=True, by=cast.manager.actor, at=at + DAY)
    poc.refresh_from_db()
    assert (poc.state, poc.result, poc.ends_on - ends) == ("running", "", 4 * WEEK)
    assert poc.milestones.get(door="readout").done_at is None
    with pytest.raises(pocs.PocNotThere, match="extended once already"):
        poc_extending.ask(poc, weeks=1, why="More", by=by, at=at + 2 * DAY)
    well(poc, by, at + 3 * WEEK)
    poc = poc_ending.hold_readout(poc, by=by, at=at + 3 * WEEK)
    assert poc.result == "success"
    assert poc_ending.signed_off(poc) is None
    poc_ending.sign_off(poc, people["cfo"], by=by, at=at + 3 * WEEK)
    assert StageSignal.objects.filter(opportunity=poc.opportunity, kind="poc.succeeded").count() == 1


@pytest.mark.req("PLUS-27")
def test_the_destruction_clock_runs_from_the_end_until_its_certificate(cast, live, as_seen_by):
    poc, people = live
    by = cast.owner.actor
    poc = poc_ending.abandon(poc, why="Budget was cut", by=by, at=AT + WEEK)
    clock = PocDataClock.objects.get(poc=poc)
    assert (clock.cause, clock.due_on) == ("poc_ended", date(2026, 4, 8))
    assert Task.objects.filter(key=f"poc_data:{poc.id}", done_at=None).count() == 1
    poc_watching.watch(by=SYSTEM_ACTOR, at=AT + 10 * WEEK)
    with as_seen_by(cast.owner):
        assert Notification.objects.filter(title__contains="patient data is overdue since 08 Apr 2026").exists()
    with pytest.raises(pocs.PocRefused, match="Say what the certificate is"):
        poc_data.certify(poc, method="destroyed", data_set="Vitals extract", certificate="", by=by, at=AT + 10 * WEEK)
    poc_data.certify(poc, method="destroyed", data_set="Vitals extract", certificate="NIST 800-88 purge, no. 17", certified_to=people["director"],
                     by=by, at=AT + 10 * WEEK)  # fmt: skip
    clock.refresh_from_db()
    assert (clock.done_on, clock.method) == (date(2026, 5, 11), "destroyed")
    assert Event.objects.get(kind="poc.data_certified").payload["late"] is True
    assert not Task.objects.filter(key=f"poc_data:{poc.id}", done_at=None).exists()


@pytest.mark.req("PLUS-27")
def test_a_baa_that_runs_out_shuts_the_door_and_starts_the_clock_of_a_poc_that_runs(cast, deal):
    deal, people = deal
    a_baa(deal.account, by=cast.compliance.actor, at=AT, days=10)
    poc = running(deal, people, by=cast.owner.actor, at=AT, on=date(2026, 3, 2))
    through_data(poc, cast.owner.actor)
    poc_readings.record(poc, "nurses_using_it", hits=10, n=40, by=cast.owner.actor, at=AT + 10 * DAY)
    assert poc_watching.watch(by=SYSTEM_ACTOR, at=AT + 10 * DAY)["data clocks"] == 0
    with pytest.raises(data_gate.NoBaaInForce, match="ran out"):
        poc_readings.record(poc, "nurses_using_it", hits=10, n=40, by=cast.owner.actor, at=AT + 11 * DAY)
    assert poc_watching.watch(by=SYSTEM_ACTOR, at=AT + 11 * DAY)["data clocks"] == 1
    assert poc_watching.watch(by=SYSTEM_ACTOR, at=AT + 12 * DAY)["data clocks"] == 0
    assert PocDataClock.objects.get(poc=poc).cause == "baa_ended"
    assert Poc.objects.get(pk=poc.pk).state == "running", "what needs no patient data goes on"


@pytest.mark.req("POC-06")
def test_an_issue_left_open_goes_further_up_once(cast, live, as_seen_by):
    poc, _ = live
    issue = poc_issues.raise_issue(poc, title="No vitals since Sunday", severity="critical", by=cast.owner.actor, at=AT)
    assert poc_watching.watch(by=SYSTEM_ACTOR, at=AT + timedelta(hours=3))["issues escalated"] == 0
    assert poc_watching.watch(by=SYSTEM_ACTOR, at=AT + timedelta(hours=5))["issues escalated"] == 1
    assert poc_watching.watch(by=SYSTEM_ACTOR, at=AT + timedelta(hours=6))["issues escalated"] == 0
    issue.refresh_from_db()
    assert cast.manager.name in issue.escalated_to
    with as_seen_by(cast.manager):
        assert Notification.objects.filter(user=cast.manager, kind="poc.alarm").count() == 1
    poc_issues.close(issue, solution="Interface restarted", by=cast.engineer.actor, at=AT + DAY)
    assert PocIssue.objects.get(pk=issue.pk).closed_at is not None


@pytest.mark.req("POC-06", "POC-07")
def test_each_day_asks_for_what_is_near_and_rings_once_for_what_is_late(cast, live):
    poc, _ = live
    done = poc_watching.watch(by=SYSTEM_ACTOR, at=AT + DAY)
    assert done["milestone tasks"] == 4, "those of the first week"
    assert poc_watching.watch(by=SYSTEM_ACTOR, at=AT + DAY + timedelta(hours=1))["milestone tasks"] == 0
    poc_plan.review(poc, note="On track", by=cast.owner.actor, at=AT + 6 * DAY)
    assert Task.objects.filter(key=f"poc_review:{poc.id}:2", done_at=None).exists()
    late = datetime(2026, 5, 25, 12, tzinfo=UTC)
    assert poc_watching.watch(by=SYSTEM_ACTOR, at=late)["overrun alarms"] == 1
    assert poc_watching.watch(by=SYSTEM_ACTOR, at=late + DAY)["overrun alarms"] == 0
    assert poc_watching.watch(by=SYSTEM_ACTOR, at=late + 5 * WEEK)["overrun alarms"] == 1
    assert [row.payload["alarm"] for row in Event.objects.filter(kind="poc.overran").order_by("at")] == ["past_typical", "past_stage"]


@pytest.mark.req("POC-05")
def test_the_roi_sheet_names_its_sources_counts_to_the_cent_and_is_signed(cast, live):
    poc, people = live
    by = cast.owner.actor
    cents = {"savings": 400_000_01, "revenue": 0, "cost": 250_000_00, "one_time": 50_000_00}
    with pytest.raises(pocs.PocRefused, match="say where the figure comes from"):
        poc_roi.count(poc, cents, sources={"savings": "Cost report"}, by=by, at=AT)
    row = poc_roi.count(poc, cents, sources=dict.fromkeys(cents, "Finance, March"), by=by, at=AT)
    assert (row.net_cents, row.percent, row.payback) == (100_000_01, "33.3", "4.0")
    poc_converting.signed(poc, "roi", people["cfo"], by=by, at=AT)
    with pytest.raises(pocs.PocNotThere, match="nothing to sign yet"):
        poc_converting.signed(poc, "plan", people["director"], by=by, at=AT)
    poc_converting.draft(poc, by=by, at=AT)
    assert poc_converting.signed(poc, "plan", people["director"], by=by, at=AT).version == 1
