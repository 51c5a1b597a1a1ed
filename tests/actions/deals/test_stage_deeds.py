"""What stages set going: forty deeds through the engine, the five of every advance, and those of a deal's end."""

from __future__ import annotations

import pytest

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.deals import closing, stages
from rounds.actions.flow.automating import planning, stepping
from rounds.kit.clock import now
from rounds.models import AutomationRun, AutomationStep, Event, Task
from rounds.models.flow.active import active


def run_all(deal, kind):
    """What the last event of `kind` about the deal starts, done to its end: automation → its steps."""
    at = now()
    event = Event.objects.filter(opportunity_id=deal.id, kind=kind).order_by("-at", "-id").first()
    with sight(EVERYTHING):
        for run in planning.plan(planning.Cause.of(event), at=at):
            while stepping.step(run, at=at):
                pass
        runs = AutomationRun.objects.filter(cause=event.id).exclude(state="unmet")
        return {run.automation: list(AutomationStep.objects.filter(run=run).order_by("position")) for run in runs}


@pytest.mark.req("AUTO-04", "PIPE-06", "PIPE-07", "PIPE-08", "PIPE-09", "PIPE-10", "PIPE-11", "PIPE-12", "PIPE-13")
def test_eight_stages_have_five_deeds_each_in_the_words_of_the_method(db):
    book = active().playbook
    titles = {n: [step.title for step in book.automations[f"deal_stage_{n}"].then] for n in range(1, 9)}
    assert {n: len(said) for n, said in titles.items()} == dict.fromkeys(range(1, 9), 5)
    assert titles[2] == ["Needs analysis documentation", "Technical requirements capture", "Champion identification",
                         "Competitor research initiation", "Demo preparation tasks"]  # fmt: skip


@pytest.mark.req("PIPE-06", "AUTO-04")
def test_opening_a_deal_sets_the_first_stage_going(cast, deal_of):
    deal = deal_of(days=0)
    steps = run_all(deal, "opportunity.opened")["deal_stage_1"]
    assert [step.state for step in steps] == ["done"] * 5, [step.outcome + step.error for step in steps]
    task = Task.objects.get(opportunity=deal)
    assert (task.title, task.owner, task.account_id) == ("Schedule the discovery meeting", cast.owner, deal.account_id)


@pytest.mark.req("PIPE-07", "PIPE-15", "AUTO-03", "AUTO-04")
def test_an_advance_runs_the_deeds_of_its_stage_and_the_five_of_every_advance(cast, deal_of):
    deal = stages.move(deal_of(days=0), "O2", by=cast.owner.actor, at=now())
    done = run_all(deal, "opportunity.stage_changed")
    assert set(done) == {"deal_stage_2", "stage_advanced"}
    assert {step.state for step in done["deal_stage_2"]} == {"done"}, [step.outcome + step.error for step in done["deal_stage_2"]]
    told = {step.title: (step.state, step.outcome) for step in done["stage_advanced"]}
    assert told["Next step task creation"][0] == "done"
    assert told["Calendar scheduling"] == ("done", f"times are offered by {cast.owner.name}")
    titles = set(Task.objects.filter(opportunity=deal).values_list("title", flat=True))
    assert {"Write down the needs analysis", "Identify the clinical champion", "Name the competitors", "Prepare the demo"} <= titles


def test_the_same_task_is_not_made_twice_and_going_back_starts_nothing(cast, deal_of):
    deal = stages.move(deal_of(days=0), "O2", by=cast.owner.actor, at=now())
    run_all(deal, "opportunity.stage_changed")
    count = Task.objects.filter(opportunity=deal).count()
    deal = stages.move(deal, "O1", reason="Too early", by=cast.owner.actor, at=now())
    assert run_all(deal, "opportunity.stage_changed") == {}
    deal = stages.move(deal, "O2", by=cast.owner.actor, at=now())
    assert set(run_all(deal, "opportunity.stage_changed")) == {"deal_stage_2", "stage_advanced"}
    assert Task.objects.filter(opportunity=deal).count() == count


@pytest.mark.req("PIPE-14")
def test_a_lost_deal_is_asked_about_by_its_manager_and_not_by_its_owner(cast, deal_of):
    deal = closing.lose(deal_of(stage="O2", days=0), reason="budget", by=cast.owner.actor, at=now())
    steps = {step.title: step for step in run_all(deal, "opportunity.lost")["deal_lost"]}
    assert steps["Reason and competitor"].outcome == "Budget"
    task = Task.objects.get(opportunity=deal, title__startswith="Loss interview")
    assert (task.owner, (task.due_at - now()).days) == (cast.manager, 13)


@pytest.mark.req("PIPE-14", "PIPE-25")
def test_closing_stops_what_automations_still_had_to_do(cast, deal_of):
    deal = stages.move(deal_of(days=0), "O2", by=cast.owner.actor, at=now())
    event = Event.objects.filter(opportunity_id=deal.id, kind="opportunity.stage_changed").latest("at")
    with sight(EVERYTHING):
        planning.plan(planning.Cause.of(event), at=now())
    deal = closing.lose(deal, reason="timing", by=cast.owner.actor, at=now())
    assert not AutomationRun.objects.filter(opportunity_id=deal.id, state="running").exists()
    said = Event.objects.get(kind="opportunity.lost", opportunity_id=deal.id).payload["cancelled"]
    assert "“Next step task creation” of the automation “A deal advances”" in said
