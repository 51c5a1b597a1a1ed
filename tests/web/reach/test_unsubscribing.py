"""No more of these: a gateway that fetches every link changes nothing, one click without a log-in does, once."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.reach import consents, enrolling, stepping
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Consent, Delivery, Enrolment, Lead, LeadActivity
from tests.actions.reach.conftest import person, postal  # noqa: F401

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def path(cast, person):  # noqa: F811
    enrolling.enrol("initial_outreach", person(), sender=cast.owner, by=cast.owner.actor, at=AT)
    stepping.take(stepping.due(AT)[0], by=SYSTEM_ACTOR, at=AT)
    url = json.loads(Delivery.objects.get(about="mail.sequence").content)["letter"]["unsubscribe"]
    return url[url.index("/u/") :]


@pytest.mark.req("COMM-09", "COMM-07")
def test_fetching_changes_nothing(path):
    before = Lead.objects.get().score_total
    for method in ("get", "head", "get"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 200
    assert "r•••@newfound.example" in Client().get(path).content.decode()
    with sight(EVERYTHING):
        assert not Consent.objects.exists()
        assert Enrolment.objects.get().state == "active"
        assert Lead.objects.get().score_total == before
        assert not LeadActivity.objects.exists()


@pytest.mark.req("COMM-09", "ABM-28")
def test_one_click_of_a_mail_program_works_without_cookies_and_once(path):
    machine = Client(enforce_csrf_checks=True)
    for _ in range(2):
        assert machine.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with sight(EVERYTHING):
        assert Consent.objects.count() == 1
        row = Enrolment.objects.get()
        assert (row.state, row.ended_for) == ("ended", "unsubscribe")
        assert Lead.objects.get().opted_out
        assert consents.standing("rosa@newfound.example") == "withdrawn"


@pytest.mark.req("COMM-09")
def test_a_link_of_nobody_says_what_to_do(path):
    answer = Client().post("/u/not-one-of-ours/")
    assert answer.status_code == 404
    assert "Answer the letter instead" in answer.content.decode()
    assert not Consent.objects.exists()
