"""A video is offered where it is due: by a step of a sequence, after a meeting with an executive, after a demo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rounds.actions.enablement import assets, offering
from rounds.actions.enablement.refused import AssetRefused
from rounds.actions.flow import events, playbooks
from rounds.actions.flow.automating import going, planning
from rounds.actions.reach import enrolling, stepping
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import AssetDelivery, AutomationStep, EnrolmentStep, Task
from rounds.models.flow.active import active
from tests.actions.reach.conftest import person, postal

__all__ = ["person", "postal"]
pytestmark = pytest.mark.req("COMM-12")
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SEQUENCE = """
added: true
rule: sequences/video_first
title: A video first
family: outreach
day_base: 1
stops: [reply, unsubscribe]
steps:
  - {step: hello, title: A video, do: video, day: 1, template: video_introduction}
"""


@pytest.fixture
def library(cast):
    """An introduction and a word after an executive meeting, both approved."""
    found = {}
    for purpose in ("intro", "executive_follow_up"):
        row = assets.add(f"For {purpose}", kind="video", purpose=purpose, link="https://videos.example/watch", by=cast.marketing.actor, at=now())
        assets.approve(row.versions.get(), by=cast.manager.actor, at=now())
        found[purpose] = row
    return found


def test_a_step_of_a_sequence_is_a_task_and_sharing_the_video_does_it(cast, person, library):
    files = dict(active().playbook.files) | {"sequences/video_first.yaml": SEQUENCE}
    playbooks.publish(files, reason="A video", by=cast.admin.actor, at=now())
    enrolling.enrol("video_first", person(), sender=cast.owner, by=cast.owner.actor, at=AT)
    due = AT + timedelta(days=2)
    stepping.take(stepping.due(due)[0], by=SYSTEM_ACTOR, at=due)
    task = Task.objects.get(kind="video")
    assert task.owner == cast.owner
    assert "Ninety seconds, no slides" in task.note
    assert offering.purpose_of(task) == "intro"
    to = offering.of_task(task)
    first, other = offering.offered(to, "intro", at=now())
    assert (first.asset, first.fits, other.fits) == (library["intro"], True, False)
    row, path = offering.share_video(first.asset, to, task=task, by=cast.owner.actor, at=now())
    assert path.startswith("/v/")
    task.refresh_from_db()
    step = EnrolmentStep.objects.get(task=task)
    assert (task.outcome, row.lead_id, row.sent_at is not None) == ("Shared “For intro”", task.lead_id, True)
    assert (step.state, step.code, step.said) == ("done", "shared", "Shared “For intro”")
    with pytest.raises(AssetRefused, match="closed already"):
        offering.share_video(first.asset, to, task=task, by=cast.owner.actor, at=now())
    assert AssetDelivery.objects.count() == 1


def test_what_follows_an_executive_meeting_is_its_video_once_and_none_without_one(cast, lead_of, library):
    lead = lead_of(cast.owner, organization="Newfound Hospital")
    to, said = offering.Towards(lead=lead), {"key": "run", "by": SYSTEM_ACTOR, "at": now()}
    task, asset = offering.ask_for("executive_follow_up", to, **said)
    assert (task.kind, task.owner, asset) == ("video", cast.owner, library["executive_follow_up"])
    assert offering.purpose_of(task) == "executive_follow_up"
    assert offering.ask_for("executive_follow_up", to, **said)[0] == task, "asked again, there is one task"
    assert offering.ask_for("demo_recording", to, **said) is None


@pytest.mark.parametrize(("kind", "said", "offers"), [("meeting.held", {"kind": "executive"}, 1), ("meeting.held", {"kind": "intro"}, 0)])
def test_the_playbook_offers_it_by_itself(cast, lead_of, library, kind, said, offers):
    lead = lead_of(cast.owner, organization="Newfound Hospital")
    event = events.record(kind, {"starts_at": AT.isoformat(), "outcome": "Went well", **said}, by=cast.owner.actor, at=now(), lead=lead.id)
    going.go(planning.Cause.of(event), at=now())
    assert [row.automation for row in Task.objects.filter(kind="video")] == ["video_after_executive"] * offers


def test_after_a_demo_without_an_approved_recording_the_run_says_why(cast, deal):
    told = {"kind": "executive", "came": 1, "invited": 1, "ticked": 0, "open_questions": 0, "first": True}
    event = events.record("demo.completed", told, by=cast.owner.actor, at=now(), opportunity=deal.id, account=deal.account_id)
    going.go(planning.Cause.of(event), at=now())
    step = AutomationStep.objects.get(run__automation="video_after_demo")
    assert (step.state, step.outcome) == ("refused", "no video is approved for this: product demo recording")
