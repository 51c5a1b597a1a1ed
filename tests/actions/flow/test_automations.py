"""Automations run: what an event starts, each step once, what was refused, failed, waits; loops end and chains do not."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from rounds import playbook as playbooks
from rounds.actions.flow import automations, batches, events
from rounds.actions.flow import playbooks as publishing
from rounds.actions.flow.automating import going, planning, stepping
from rounds.actions.flow.verbs.verb import VERBS, Nothing, Said, done, verb, waiting
from rounds.actions.leads import leads
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.clock import now
from rounds.models import AutomationRun, AutomationStep, Event, Lead
from rounds.playbook.happenings import DEEDS
from tests.conftest import KNOWN

pytestmark = pytest.mark.django_db

SHIPPED = dict(playbooks.default().files)
BARE = {name: text for name, text in SHIPPED.items() if not name.startswith("automations/")}


def automation(code: str, when: str, *steps: str, more: str = "") -> str:
    then = "\n".join(f"  - {{{step}}}" for step in steps)
    return f"automation: {code}\ntitle: {code.replace('_', ' ').capitalize()}\nadded: true\nenabled: true\n{more}when: {{{when}}}\nthen:\n{then}\n"


@pytest.fixture
def method(cast):
    """`method(code=text, …)`: publish the shipped playbook with these automations and no others."""

    def make(**texts: str):
        files = {**BARE, **{f"automations/{code}.yaml": text for code, text in texts.items()}}
        return publishing.publish(files, reason="A test", by=SYSTEM_ACTOR, at=now())

    return make


@pytest.fixture
def trial():
    """Verbs of a test: `test.count` counts, `test.fail` fails as often as it is told, `test.wait` waits."""
    calls: list[str] = []
    fails = {"left": 0}

    class Named(Said):
        name: str = ""

    @verb("test.count", shape=Named, says="count", needs="record")
    def count(context, said, *, by, at):
        calls.append(f"{said.name}:{context.key}")
        return done("counted")

    @verb("test.fail", shape=Nothing, says="fail", needs="record")
    def fail(context, said, *, by, at):
        calls.append("fail")
        Lead.objects.filter(pk=context.lead.pk).update(message="half done")
        if fails["left"]:
            fails["left"] -= 1
            raise RuntimeError("the room burns")
        return done("saved")

    @verb("test.wait", shape=Nothing, says="wait", needs="record")
    def wait(context, said, *, by, at):
        return waiting("rain")

    fail.left, count.calls = fails, calls
    yield calls, fails
    for name in ("test.count", "test.fail", "test.wait"):
        del VERBS[name], DEEDS[name]


WAY = {"careful": False}


@pytest.fixture(autouse=True, params=["at once", "step by step"])
def way(request):
    """Everything here holds for work that is begun, and for work that was given back and is done with care."""
    WAY["careful"] = request.param == "step by step"


def drain(at=None) -> None:
    """Do what the worker would: every event somebody listens to, every run that is due."""
    plan, pace = (planning.plan, stepping.BY_STEP) if WAY["careful"] else (going.go, stepping.AT_ONCE)
    seen: set[int] = set()
    while todo := [job for job in ProcrastinateJob.objects.filter(task_name__startswith="flow.").order_by("id") if job.id not in seen]:
        for job in todo:
            seen.add(job.id)
            if job.task_name == "flow.automate":
                event = Event.objects.get(pk=job.args["event"])
                runs = plan(planning.Cause.of(event), at=at or now())
            elif job.scheduled_at and job.scheduled_at > (at or now()):
                continue
            else:
                runs = [UUID(job.args["run"])]
            for run in runs:
                while stepping.step(run, at=at or now(), pace=pace):
                    pass


@pytest.mark.req("AUTO-02")
def test_a_new_lead_goes_through_the_five_steps_in_order(lead_of, cast):
    lead = lead_of(cast.owner)
    drain()
    run = AutomationRun.objects.get(lead_id=lead.id, automation="lead_captured")
    steps = list(run.steps.order_by("position"))
    assert [step.title for step in steps] == [
        "Lead scoring calculation", "Account research", "Stakeholder identification", "Territory assignment", "Follow-up scheduling",
        "Duplicate detection"]  # fmt: skip
    assert steps[0].inline
    assert steps[0].outcome.startswith("done (inline): ")
    assert steps[3].inline
    assert steps[3].outcome == f"done (inline): {lead.owner.name}"
    assert steps[1].state == "done"
    assert " known" in steps[1].outcome
    assert run.cause_kind == "lead.captured"
    assert run.by_name == cast.owner.name


@pytest.mark.req("LEAD-31")
def test_a_lead_that_is_there_already_is_noticed_when_it_comes_in(lead_of, cast):
    from rounds.models import DuplicatePair

    there = lead_of(cast.owner, name="Rosa Ives", email="rosa@mercy.example")
    drain()
    assert not DuplicatePair.objects.exists()
    came = lead_of(cast.owner, name="R Ives", email="rosa@mercy.example")
    for _ in range(2):
        drain()
    pair = DuplicatePair.objects.get(state="open")
    assert (pair.lead_id, pair.other_lead_id) == (there.id, came.id)
    step = AutomationStep.objects.get(verb="lead.find_duplicates", lead_id=came.id)
    assert step.outcome == f"may be there twice: {pair.points} of 100 points"


@pytest.mark.req("AUTO-01", "AUTO-10")
def test_conditions_decide_and_say_what_they_found(method, trial, lead_of, cast):
    calls, _ = trial
    method(big=automation("big", "event: lead.captured", "do: test.count, title: Count", more="if: {all: [{ask: beds, at_least: 500}, {ask: event.source, is: Web form}]}\n"),
           small=automation("small", "event: lead.captured", "do: test.count, title: Count", more="if: {ask: beds, below: 100}\n"))  # fmt: skip
    lead_of(cast.owner)
    drain()
    big, small = (AutomationRun.objects.get(automation=code) for code in ("big", "small"))
    assert (big.state, small.state) == ("done", "unmet")
    assert small.reason == "beds is below 100 (it is 612)"
    assert [line["holds"] for line in big.lines] == [True, True]
    assert len(calls) == 1


@pytest.mark.req("AUTO-01")
def test_a_step_is_done_once_however_often_its_event_comes(method, trial, lead_of, cast):
    calls, _ = trial
    method(one=automation("one", "event: lead.captured", "do: test.count, title: Count, said: {name: a}", "do: test.count, title: Count, said: {name: b}"))
    lead_of(cast.owner)
    for _ in range(3):
        drain()
    run = AutomationRun.objects.get()
    assert [call.partition(":")[0] for call in calls] == ["a", "b"]
    assert calls[0].endswith(f"automation:{run.id}:0")


@pytest.mark.req("AUTO-01", "AUTO-02")
def test_a_failed_step_is_tried_again_and_loses_no_later_step(method, trial, lead_of, cast):
    calls, fails = trial
    fails["left"] = 2
    retry = "retry: {times: 2, wait: {minutes: 5}}"
    method(one=automation("one", "event: lead.captured", f"do: test.fail, title: Save, {retry}", "do: test.count, title: Count"))
    lead, begun = lead_of(cast.owner), now()
    drain()
    run = AutomationRun.objects.get()
    first, second = run.steps.order_by("position")
    assert (run.state, first.state, second.state) == ("running", "retrying", "done")
    assert first.error == "RuntimeError: the room burns"
    assert Lead.objects.get(pk=lead.pk).message == ""  # what it had half done went with it
    drain(begun + timedelta(minutes=6))
    first.refresh_from_db()
    assert first.state == "retrying"
    assert first.due_at - begun > timedelta(minutes=15)
    drain(begun + timedelta(minutes=20))
    run.refresh_from_db()
    first.refresh_from_db()
    assert (run.state, first.state, first.attempts, first.error) == ("done", "done", 3, "")
    assert len([call for call in calls if call != "fail"]) == 1


@pytest.mark.req("AUTO-10")
def test_who_manages_automations_hears_of_those_that_failed_once(method, trial, lead_of, cast, as_seen_by):
    from rounds.models import Notification

    _, fails = trial
    method(one=automation("one", "event: lead.captured", "do: test.fail, title: Fail, retry: {times: 0, wait: {minutes: 1}}"))
    fails["left"] = 2
    for name in ("Ann Lee", "Bo Fox"):
        lead_of(cast.owner, name=name)
    drain()
    assert set(AutomationRun.objects.filter(automation="one").values_list("state", flat=True)) == {"failed"}
    with as_seen_by(cast.revops):
        told = Notification.objects.get(user=cast.revops, kind="automation.failed")
    assert (told.count, told.url) == (2, "/automations/one/?state=failed")
    with as_seen_by(cast.owner):
        assert not Notification.objects.filter(user=cast.owner, kind="automation.failed").exists()


@pytest.mark.req("AUTO-01")
def test_a_step_that_stops_the_run_leaves_the_later_ones_undone(method, trial, lead_of, cast):
    _, fails = trial
    fails["left"] = 9
    stop = "on_error: stop, retry: {times: 0, wait: {minutes: 1}}"
    method(one=automation("one", "event: lead.captured", f"do: test.fail, title: Save, {stop}", "do: test.count, title: Count"))
    lead_of(cast.owner)
    drain()
    run = AutomationRun.objects.get()
    assert run.state == "failed"
    assert [(step.state, step.outcome) for step in run.steps.order_by("position")][1] == ("skipped", "step 1 stopped it")


@pytest.mark.req("AUTO-01")
def test_a_deed_waits_its_delay_and_what_follows_waits_with_it(method, trial, lead_of, cast):
    calls, _ = trial
    method(one=automation("one", "event: lead.captured", "do: test.count, title: Count, delay: {hours: 24}", "do: test.wait, title: Wait"))
    lead_of(cast.owner)
    begun = now()
    drain()
    assert calls == []
    assert AutomationStep.objects.get(position=0).state == "delayed"
    drain(begun + timedelta(hours=23))
    assert calls == []
    drain(begun + timedelta(hours=25))
    assert len(calls) == 1
    run = AutomationRun.objects.get()
    assert (run.state, run.steps.get(position=1).outcome) == ("waiting", "rain")


@pytest.mark.req("AUTO-01")
def test_running_work_goes_on_under_its_own_version_even_when_the_rule_is_gone(method, trial, lead_of, cast):
    calls, _ = trial
    method(one=automation("one", "event: lead.captured", "do: test.count, title: Count, delay: {hours: 1}"))
    lead_of(cast.owner)
    begun = now()
    drain()
    method(other=automation("other", "event: lead.changed", "do: test.wait, title: Wait"))
    drain(begun + timedelta(hours=2))
    assert len(calls) == 1
    assert AutomationRun.objects.get().state == "done"


@pytest.mark.req("AUTO-12")
def test_a_deed_of_a_room_that_is_not_built_waits_and_is_never_done(method, lead_of, cast):
    method(one=automation("one", "event: lead.captured", "do: plan.create, title: A plan, said: {plan: poc}"))
    lead_of(cast.owner)
    drain()
    step = AutomationStep.objects.get()
    assert (step.state, step.outcome) == ("waiting", "not built: plans")


@pytest.mark.req("AUTO-11")
def test_a_loop_is_stopped_and_says_so(method, lead_of, cast):
    to = {"New": "Recycled", "Recycled": "New"}
    method(**{f"to_{word.lower()}": automation(f"to_{word.lower()}", f"change: lead.status, to: {other}", f"do: lead.set_status, title: Set, said: {{status: {word}, reason: x}}")
              for word, other in to.items()})  # fmt: skip
    lead = lead_of(cast.owner)
    leads.set_status(lead, "Recycled", by=cast.owner.actor, at=now(), reason="x")
    drain()
    runs = list(AutomationRun.objects.filter(lead_id=lead.id).order_by("depth"))
    assert [(run.automation, run.state, run.depth) for run in runs] == [("to_new", "done", 0), ("to_recycled", "done", 1), ("to_new", "refused", 2)]
    assert runs[2].reason.startswith("Loop stopped: to_new ran for this record already")
    assert {run.root for run in runs} == {runs[0].cause}
    assert runs[1].parent == runs[0]


@pytest.mark.req("AUTO-11")
def test_an_honest_chain_runs_to_its_end_and_again_for_the_next_honest_event(method, trial, lead_of, cast):
    calls, _ = trial
    method(first=automation("first", "event: lead.captured", "do: lead.set_field, title: Set, said: {field: title, value: CIO}"),
           second=automation("second", "change: lead.title", "do: lead.set_status, title: Move, said: {status: Recycled, reason: x}"),
           third=automation("third", "change: lead.status, to: Recycled", "do: test.count, title: Count"))  # fmt: skip
    lead = lead_of(cast.owner)
    drain()
    assert list(AutomationRun.objects.order_by("depth").values_list("automation", "state")) == [(c, "done") for c in ("first", "second", "third")]
    for status in ("New", "Recycled"):
        leads.set_status(Lead.objects.get(pk=lead.pk), status, by=cast.owner.actor, at=now(), reason="x")
    drain()
    assert AutomationRun.objects.filter(automation="third", state="done").count() == 2
    assert len(calls) == 2


@pytest.mark.req("AUTO-11")
def test_a_record_is_acted_on_so_often_an_hour_and_no_more(method, trial, lead_of, cast, monkeypatch):
    files = {**BARE, "automation.yaml": BARE["automation.yaml"].replace("actions_an_hour: 60", "actions_an_hour: 3"),
             "automations/one.yaml": automation("one", "change: lead.title", "do: test.count, title: Count")}  # fmt: skip
    publishing.publish(files, reason="A test", by=SYSTEM_ACTOR, at=now())
    lead = lead_of(cast.owner)
    for number in range(5):
        leads.change(lead, title=f"Director {number}", by=cast.owner.actor, at=now())
        drain()
    states = sorted(AutomationRun.objects.values_list("state", flat=True))
    assert states == ["done"] * 3 + ["refused"] * 2
    assert "the guard allows 3" in AutomationRun.objects.filter(state="refused")[0].reason


@pytest.mark.req("AUTO-01")
def test_off_is_off_and_a_quiet_event_starts_nothing(method, trial, lead_of, cast):
    calls, _ = trial
    method(one=automation("one", "event: lead.captured", "do: test.count, title: Count"))
    leads.capture({"name": "Quiet", "state": "NY"}, by=cast.admin.actor, at=now(), quiet=True)
    automations.switch("one", False, reason="holiday", by=cast.admin.actor, at=now())
    lead_of(cast.owner)
    drain()
    assert calls == []
    assert not AutomationRun.objects.exists()


@pytest.mark.req("AUTO-01")
def test_a_score_that_reaches_a_floor_starts_once_for_each_crossing(method, trial, lead_of, cast):
    calls, _ = trial
    method(one=automation("one", "score: lead.score, reaches: 50", "do: test.count, title: Count"))
    lead = lead_of(cast.owner, answers={}, facts={})
    drain()
    assert calls == []
    who = {"by": cast.owner.actor, "at": now(), "lead": lead.id}
    for before, after in ((10, 49), (49, 50), (50, 70), (70, 40), (40, 80)):
        said = {"model": "lead_fit", "before": before, "after": after, "band_before": None, "band_after": "cold", "cause": "x"}
        events.record("lead.scored", said, **who)
    drain()
    assert len(calls) == 2


@pytest.mark.req("AUTO-10")
def test_what_an_automation_does_is_signed_with_its_run(method, lead_of, cast):
    method(one=automation("one", "event: lead.captured", "do: lead.set_status, title: Move, said: {status: Recycled, reason: x}"))
    lead = lead_of(cast.owner)
    drain()
    event, run = Event.objects.get(kind="lead.status_changed", lead_id=lead.id), AutomationRun.objects.get()
    assert (event.by_kind, event.by_id, event.by_name) == ("automation", run.id, "One")
    assert Actor("automation", run.id, "One") == Actor(event.by_kind, event.by_id, event.by_name)


@pytest.mark.req("AUTO-01")
def test_a_quiet_batch_says_what_it_would_start_and_starts_it_once_released(method, trial, lead_of, cast):
    calls, _ = trial
    method(one=automation("one", "event: lead.captured", "do: test.count, title: Count"))
    by = cast.admin.actor
    batch = batches.begin("lead.import", label="Fair", by=by, at=now())
    for name in ("Ann Lee", "Bo Fox", "Cy Orr"):
        leads.capture({"name": name, "state": "NY"}, by=by, at=now(), quiet=True, batch=batch.id)
    drain()
    assert calls == []
    assert automations.would_start(batch) == {"one": 3}
    assert automations.release(batch, by=by, at=now()) == 3
    for _ in range(2):
        runs, after = automations.start_held(batch, None, at=now())
        for run in runs:
            while stepping.step(run, at=now()):
                pass
    assert (len(calls), after) == (3, None)
    assert AutomationRun.objects.filter(batch_id=batch.id, state="done").count() == 3
    with pytest.raises(automations.ReleasedAlready):
        automations.release(batch, by=by, at=now())


@pytest.mark.req("AUTO-10")
def test_a_replay_does_what_is_not_done_and_nothing_else(method, trial, lead_of, cast):
    calls, fails = trial
    fails["left"] = 1
    stop = "on_error: stop, retry: {times: 0, wait: {minutes: 1}}"
    method(one=automation("one", "event: lead.captured", "do: test.count, title: Count", f"do: test.fail, title: Save, {stop}", "do: test.count, title: Count"))
    lead_of(cast.owner)
    drain()
    run = AutomationRun.objects.get()
    assert [step.state for step in run.steps.order_by("position")] == ["done", "failed", "skipped"]
    assert automations.replay(run, by=cast.admin.actor, at=now()) == 2
    drain()
    assert [step.state for step in run.steps.order_by("position")] == ["done", "done", "done"]
    assert len([call for call in calls if call != "fail"]) == 2
    with pytest.raises(automations.NothingToReplay):
        automations.replay(run, by=cast.admin.actor, at=now())


@pytest.mark.req("LEAD-25", "AUTO-12", "CQS-10")
def test_each_band_sets_its_own_bundle_going(lead_of, cast):
    lead = lead_of(None, name="Nils Placeless", state="", organization="", facts={}, answers={})
    assert lead.band == "unqualified"
    drain()
    steps = AutomationStep.objects.filter(run__automation="lead_unqualified", lead_id=lead.id).order_by("position")
    assert [(step.title, step.state) for step in steps] == [
        ("Automated nurture program", "refused"), ("Content syndication", "refused"), ("Marketing qualified lead status", "done"),
        ("Quarterly follow-up", "done"),
    ]  # fmt: skip
    assert not AutomationRun.objects.filter(lead_id=lead.id, automation__in=("lead_hot", "lead_warm", "lead_cold")).exists()
    bands = {code: one.when.to for code, one in playbooks.default().automations.items() if one.when.change == "lead.band"}
    assert bands == {"lead_hot": "hot", "lead_warm": "warm", "lead_cold": "cold", "lead_unqualified": "unqualified"}


HOT = {**KNOWN, "budget_allocation": "high", "funding_sources": "multiple", "investment_capacity": "strong", "referrals": "warm",
       "direct_interactions": "executive", "content_engagement": "high", "project_timeline": "immediate", "competitive_pressure": "high",
       "innovation": "leader", "it_infrastructure": "cloud_native"}  # fmt: skip
COLD = {"geographic_market": "rural", "market_leadership": "standard", "it_infrastructure": "on_premise", "innovation": "conservative",
        "budget_allocation": "low", "investment_capacity": "constrained", "funding_sources": "limited", "referrals": "warm",
        "direct_interactions": "manager", "content_engagement": "medium", "project_timeline": "medium_term", "competitive_pressure": "low"}  # fmt: skip


@pytest.mark.req("LEAD-26", "AUTO-12")
@pytest.mark.parametrize(("band", "answers", "role", "done", "waits"), [
    pytest.param("hot", HOT, "senior_ae", ["Immediate assignment to a senior AE", "Alert to the sales manager",
                 "Executive introduction and customized demo, with their clocks", "Calendar booking", "Portal invitation, prepared and held"],
                 ["POC planning initiated", "Customized welcome sequence"], marks=pytest.mark.req("CQS-07")),
    pytest.param("warm", {**KNOWN, "budget_allocation": "high"}, "ae", ["Assignment to an account executive",
                 "Discovery call and standard demo, with their clocks", "Follow-up task", "Portal invitation, prepared and held"],
                 ["Standard nurture sequence"], marks=pytest.mark.req("CQS-08")),
    pytest.param("cold", COLD, "inside_sales", ["Assignment to inside sales", "Qualification call, with its clock", "Basic nurture sequence", "Quarterly follow-up"],
                 [], marks=pytest.mark.req("CQS-09")),
])  # fmt: skip
def test_a_lead_of_a_band_is_given_to_its_role_and_its_bundle_is_done_as_far_as_the_rooms_stand(lead_of, cast, band, answers, role, done, waits):
    for user in (cast.owner, cast.senior_ae, cast.inside):
        user.team, user.territories = cast.enterprise, ["Northeast"]
        user.save(update_fields=["team", "territories"])
    lead = lead_of(None, name="Rosa Placed", email="rosa@meridian.example", answers=answers)
    assert (lead.band, lead.owner.role) == (band, role)
    drain()
    steps = AutomationStep.objects.filter(lead_id=lead.id, run__automation=f"lead_{band}").order_by("position")
    assert sorted(step.title for step in steps if step.state == "done") == sorted(done)
    assert sorted(step.title for step in steps if step.state == "waiting") == sorted(waits)
