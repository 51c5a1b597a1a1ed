"""A deal moves: onward, over, back, by hand and by what arrives; its history stays (PIPE-04, 05, 17, 18, 26)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from rounds.access.allowed import NotAllowed
from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.deals import closing, criteria, stages
from rounds.actions.deals.passing import GateShut, ReasonMissing, StageNotNext
from rounds.actions.deals.telling import DealRefused, OnlyAPerson
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Competitor, Event, Notification, Opportunity, StageEntry, StageSignal
from rounds.models.base import signature
from rounds.models.flow.days import house_today


@pytest.mark.req("PIPE-04", "PIPE-26", "PIPE-28")
def test_a_deal_opened_directly_begins_in_the_first_stage_with_its_entry(cast, deal_of):
    deal = deal_of()
    assert (deal.stage, deal.process, deal.forecast_category) == ("O1", "P1", "pipeline")
    entry = StageEntry.objects.get(opportunity=deal)
    assert (entry.was, entry.now, entry.way, entry.cause) == ("", "O1", "opened", "opened")
    assert StageSignal.objects.get(opportunity=deal).kind == "opportunity.opened"


@pytest.mark.req("PIPE-17", "PIPE-26")
def test_each_step_is_an_entry_that_nobody_changes(cast, deal_of):
    deal = deal_of()
    deal = stages.move(deal, "O2", by=cast.owner.actor, at=now())
    deal = stages.move(deal, "O1", reason="Asked too early", by=cast.owner.actor, at=now())
    ways = list(StageEntry.objects.filter(opportunity=deal).order_by("at", "id").values_list("was", "now", "way", "reason"))
    assert ways == [("", "O1", "opened", ""), ("O1", "O2", "forward", ""), ("O2", "O1", "backward", "Asked too early")]
    assert deal.moved_back == 1
    for statement in ("UPDATE rounds_stageentry SET now = 'O9'", "DELETE FROM rounds_stageentry"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.req("PIPE-17")
def test_a_step_back_and_a_step_over_say_why(cast, deal_of):
    deal = deal_of(stage="O3")
    with pytest.raises(ReasonMissing, match="goes back"):
        stages.move(deal, "O2", by=cast.owner.actor, at=now())
    with pytest.raises(NotAllowed, match="skip stages"):
        stages.move(deal, "O7", reason="No POC", by=cast.owner.actor, at=now())
    with pytest.raises(ReasonMissing, match="POC Defined and POC In Progress and POC Success are left out"):
        stages.move(deal, "O7", by=cast.manager.actor, at=now())
    assert Opportunity.objects.get(pk=deal.pk).stage == "O3"


@pytest.mark.req("PIPE-17", "PIPE-18")
def test_a_deal_without_a_poc_goes_over_it_with_a_reason_and_its_gate_met(cast, deal_of, tick):
    deal = deal_of(stage="O3")
    with pytest.raises(GateShut, match="Before Proposal Sent"):
        stages.move(deal, "O7", reason="They know us", by=cast.manager.actor, at=now())
    tick(deal, "P3")
    deal = stages.move(deal, "O7", reason="They know us", by=cast.manager.actor, at=now())
    entry = StageEntry.objects.filter(opportunity=deal).latest("at")
    assert (entry.way, entry.over, deal.skipped) == ("skipped", ["O4", "O5", "O6"], 1)
    assert {line["state"] for line in entry.criteria if line["key"].startswith(("poc", "roi"))} == {"skipped"}


@pytest.mark.req("PIPE-18")
def test_the_gate_warns_early_and_stops_at_the_proposal(cast, deal_of, tick):
    deal = stages.move(deal_of(), "O2", by=cast.owner.actor, at=now())
    entry = StageEntry.objects.filter(opportunity=deal).latest("at")
    assert {line["key"] for line in entry.criteria} == {"bant", "three_stakeholders", "technology_requirements", "competitive_landscape"}
    deal = deal_of(name="Harbour: triage", stage="O6")
    with pytest.raises(GateShut) as met:
        stages.move(deal, "O7", by=cast.owner.actor, at=now())
    assert "POC objectives achieved" in str(met.value)
    assert met.value.gate.may_override
    with pytest.raises(NotAllowed, match="let a deal through"):
        stages.move(deal, "O7", passing="They insist", by=cast.owner.actor, at=now())
    tick(deal, "P4")
    deal = stages.move(deal, "O7", by=cast.owner.actor, at=now())
    assert StageEntry.objects.filter(opportunity=deal).latest("at").passed == ""


@pytest.mark.req("PIPE-18")
def test_nobody_wins_a_deal_without_contract_and_baa(cast, deal_of, tick):
    deal = deal_of(stage="O8")
    tick(deal, "P6")
    for by in (cast.owner, cast.manager, cast.admin):
        with pytest.raises(GateShut, match="Contract executed; BAA in force"):
            closing.win(deal, passing="The CEO wants it", by=by.actor, at=now())
    with pytest.raises(DealRefused, match="read from the records"):
        criteria.check(deal, "contract_executed", by=cast.admin.actor, at=now())


@pytest.mark.req("PIPE-05")
def test_what_arrives_moves_the_deal_once_a_day_and_never_back(cast, deal_of):
    deal, by, at = deal_of(), cast.owner.actor, now()
    signal = stages.triggered(deal, "discovery.completed", by=by, at=at)
    assert (signal.outcome, Opportunity.objects.get(pk=deal.pk).stage) == ("advanced", "O2")
    assert stages.triggered(deal, "discovery.completed", by=by, at=at).pk == signal.pk
    deal = stages.move(deal, "O1", reason="Once more", by=by, at=at)
    stages.triggered(deal, "discovery.completed", by=by, at=at)
    assert Opportunity.objects.get(pk=deal.pk).stage == "O1", "twice a day acts once"
    later = deal_of(name="Harbour: later", stage="O4")
    assert stages.triggered(later, "demo.completed", by=by, at=at).outcome == "passed"
    assert Opportunity.objects.get(pk=later.pk).stage == "O4"


@pytest.mark.req("PIPE-05", "PIPE-18")
def test_what_arrives_does_not_pass_a_shut_gate_but_waits_for_a_word(cast, deal_of, tick):
    deal = deal_of(stage="O6")
    signal = stages.triggered(deal, "proposal.delivered", by=cast.manager.actor, at=now())
    assert signal.outcome == "blocked"
    assert "POC objectives achieved" in signal.missing
    assert Opportunity.objects.get(pk=deal.pk).stage == "O6"
    with pytest.raises(GateShut):
        stages.accept(signal, by=cast.owner.actor, at=now())
    tick(deal, "P4")
    stages.accept(signal, by=cast.owner.actor, at=now())
    deal.refresh_from_db()
    assert (deal.stage, StageEntry.objects.filter(opportunity=deal).latest("at").cause) == ("O7", "trigger")
    with pytest.raises(stages.SignalDecided):
        stages.dismiss(signal, reason="Too late", by=cast.owner.actor, at=now())


@pytest.mark.req("PIPE-05", "PIPE-17")
def test_what_arrives_out_of_order_is_proposed_and_a_machine_skips_nothing(cast, deal_of):
    deal = deal_of(stage="O2")
    signal = stages.triggered(deal, "poc.kicked_off", by=SYSTEM_ACTOR, at=now())
    assert (signal.outcome, Opportunity.objects.get(pk=deal.pk).stage) == ("proposed", "O2")
    with pytest.raises(OnlyAPerson):
        stages.accept(signal, reason="It began", by=SYSTEM_ACTOR, at=now())
    stages.accept(signal, reason="It began at once", by=cast.manager.actor, at=now())
    assert Opportunity.objects.get(pk=deal.pk).stage == "O5"


def test_an_early_demo_leads_on_and_leaves_discovery_out(cast, deal_of):
    deal = deal_of()
    assert stages.triggered(deal, "demo.completed", by=cast.owner.actor, at=now()).outcome == "advanced"
    entry = StageEntry.objects.filter(opportunity=deal).latest("at")
    assert (entry.now, entry.way, entry.over) == ("O3", "forward", ["O2"])


@pytest.mark.req("PIPE-22", "PIPE-14")
def test_a_lost_deal_says_why_and_to_whom_and_when_it_is_asked_again(cast, deal_of):
    deal, by = deal_of(stage="O3"), cast.owner.actor
    with pytest.raises(ReasonMissing, match="Lost to competition"):
        closing.lose(deal, reason="", by=by, at=now())
    with pytest.raises(DealRefused, match="say to whom"):
        closing.lose(deal, reason="competition", by=by, at=now())
    rival = Competitor.objects.create(name="Asterion", updated_at=now(), **signature(by, now()))
    deal = closing.lose(deal, reason="competition", competitor=rival, by=by, at=now())
    assert (deal.stage, deal.closed_from, deal.forecast_category) == ("O10", "O3", "omitted")
    assert deal.recycle_on > house_today()
    assert deal.competitors.get().won
    assert StageSignal.objects.filter(opportunity=deal, kind="opportunity.lost").exists()


@pytest.mark.req("PIPE-14", "PIPE-25")
def test_closing_ends_what_is_open_and_tells_the_owner(cast, deal_of):
    from rounds.actions.desk import tasks

    deal, at = deal_of(stage="O2"), now()
    auto = tasks.add("Prepare the demo", kind="follow_up", owner=cast.owner, opportunity=deal, automation="stage_2", by=SYSTEM_ACTOR, at=at)
    own = tasks.add("Call Bo", kind="call", owner=cast.owner, opportunity=deal, by=cast.owner.actor, at=at)
    waits = stages.triggered(deal, "poc.kicked_off", by=SYSTEM_ACTOR, at=at)
    deal = closing.lose(deal, reason="no_decision", by=cast.manager.actor, at=at)
    auto.refresh_from_db(), own.refresh_from_db(), waits.refresh_from_db()
    assert (auto.dropped_why, own.is_open, waits.decision) == ("The deal was closed", True, "closed with the deal")
    said = Event.objects.get(kind="opportunity.lost", opportunity_id=deal.id).payload["cancelled"]
    assert said == ["the task “Prepare the demo”", "1 task people set themselves stays open", "1 proposal of a stage"]
    with sight(scope_of(cast.owner)):
        assert "Prepare the demo" in Notification.objects.get(kind="deal.closed").body


@pytest.mark.req("PIPE-17")
def test_a_closed_deal_is_taken_up_again_by_a_manager_within_thirty_days(cast, deal_of):
    deal = closing.lose(deal_of(stage="O3"), reason="budget", by=cast.owner.actor, at=now())
    with pytest.raises(NotAllowed, match="take up a closed deal"):
        stages.move(deal, "O3", reason="Money was found", by=cast.owner.actor, at=now())
    with pytest.raises(StageNotNext, match="where it stood"):
        stages.move(deal, "O2", reason="Money was found", by=cast.manager.actor, at=now())
    with pytest.raises(StageNotNext, match="after 30 days"):
        stages.move(deal, "O3", reason="Money was found", by=cast.manager.actor, at=now() + timedelta(days=31))
    deal = stages.move(deal, "O3", reason="Money was found", by=cast.manager.actor, at=now() + timedelta(days=30))
    assert (deal.stage, deal.closed_at, deal.reopened, deal.forecast_category) == ("O3", None, 1, "pipeline")


def test_a_step_is_back_dated_by_whoever_may_and_not_before_the_last(cast, deal_of):
    deal, at = deal_of(days=20), now()
    with pytest.raises(NotAllowed, match="happened earlier"):
        stages.move(deal, "O2", entered_at=at - timedelta(days=5), by=cast.owner.actor, at=at)
    with pytest.raises(DealRefused, match="not before that"):
        stages.move(deal, "O2", entered_at=at - timedelta(days=25), by=cast.manager.actor, at=at)
    with pytest.raises(DealRefused, match="still to come"):
        stages.move(deal, "O2", entered_at=at + timedelta(days=1), by=cast.manager.actor, at=at)
    deal = stages.move(deal, "O2", entered_at=at - timedelta(days=5), by=cast.manager.actor, at=at)
    assert deal.stage_since == at - timedelta(days=5)


def test_what_somebody_else_moved_meanwhile_is_not_moved_again(cast, deal_of):
    deal = deal_of()
    stages.move(deal, "O2", by=cast.owner.actor, at=now())
    with pytest.raises(StageNotNext, match="in Discovery now"):
        stages.move(deal, "O3", was="O1", by=cast.manager.actor, at=now())
