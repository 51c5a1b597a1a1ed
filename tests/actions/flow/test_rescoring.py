"""A published playbook reaches every open record."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from rounds.actions.flow import drafts, rescoring
from rounds.actions.leads import leads
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Event, Lead, ScoreRecord
from rounds.models.flow.active import active

WARM = ("bands", "steps", "warm", "at_least")
HOT = ("bands", "steps", "hot", "at_least")


@pytest.fixture
def published(cast):
    lead = leads.capture({"name": "P. Lead", "facts": {"beds": 700, "ehr": "Epic"}}, by=SYSTEM_ACTOR, at=now())
    draft = drafts.begin(by=cast.admin.actor, at=now())
    drafts.set_figures(draft, "scoring/lead_fit.yaml", {("fit", "grades", 0, "at_least"): 0.99, WARM: 58}, at=now())
    drafts.publish(draft, reason="stricter fit", by=cast.admin.actor, at=now())
    return lead


def test_publishing_asks_the_worker_to_score_in_the_same_transaction(published):
    assert ProcrastinateJob.objects.filter(task_name=rescoring.TASK, args={"number": 2}).count() == 1


@pytest.mark.req("LEAD-21", "X-2")
def test_every_open_lead_gets_a_verdict_of_the_new_version_and_keeps_the_old_one(published):
    waiting = rescoring.waiting()
    assert waiting["lead"] == [published.id]
    rescoring.rescore_chunk("lead", waiting["lead"], by=SYSTEM_ACTOR, at=now())
    lead = Lead.objects.get(pk=published.pk)
    assert lead.playbook_hash == active().hash
    assert rescoring.waiting()["lead"] == []
    assert ScoreRecord.objects.filter(lead=lead, model="lead_fit").count() >= 1


@pytest.mark.req("PLUS-04")
def test_a_new_playbook_makes_only_quiet_events(published):
    rescoring.rescore_chunk("lead", rescoring.waiting()["lead"], by=SYSTEM_ACTOR, at=now())
    loud = Event.objects.filter(lead_id=published.id, kind="lead.scored", quiet=False, payload__cause__startswith="playbook")
    assert not loud.exists()


def test_a_disqualified_lead_keeps_its_last_verdict(published):
    leads.set_status(published, "Disqualified", reason="no budget", by=SYSTEM_ACTOR, at=now())
    assert rescoring.waiting()["lead"] == []
