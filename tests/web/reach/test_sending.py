"""The page of the sending addresses: who sends how much, who rests and why, and that a resting one sends nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.reach import enrolling, stepping
from rounds.actions.reach.standing import health_of
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Delivery, EnrolmentStep, Message, Thread
from rounds.models.base import signature
from tests.actions.reach.conftest import person, postal  # noqa: F401


@pytest.fixture
def went(cast, lead_of):
    """`went(sent, bounced)`: letters of the owner of the last days."""

    def made(sent, bounced, domain="mercy.example"):
        at = now()
        lead = lead_of(cast.owner)
        thread = Thread.objects.create(subject="Hello", last_at=at, lead=lead, **signature(SYSTEM_ACTOR, at))
        Message.objects.bulk_create([
            Message(thread=thread, lead=lead, user=cast.owner, direction="out", message_id=f"<{uuid4()}@x>", sender=cast.owner.name, to=[f"a{n}@{domain}"],
                    state="bounced" if n < bounced else "sent", sent_at=at - timedelta(days=1, minutes=n), **signature(SYSTEM_ACTOR, at))
            for n in range(sent)
        ])  # fmt: skip

    return made


def page(user) -> str:
    client = Client()
    client.force_login(user)
    return client.get("/sending/")


@pytest.mark.req("COMM-09", "PLUS-31")
def test_an_address_whose_letters_come_back_rests_and_says_why(cast, person, went):  # noqa: F811
    went(60, 3)
    assert health_of(cast.owner, now()).state == "stopped"
    at = now()
    enrolling.enrol("initial_outreach", person(), sender=cast.owner, by=cast.owner.actor, at=at)
    step = EnrolmentStep.objects.order_by("position").first()
    EnrolmentStep.objects.filter(pk=step.pk).update(next_at=at)
    assert stepping.take(step.pk, by=SYSTEM_ACTOR, at=at) == "sender_stopped"
    step.refresh_from_db()
    assert "3 of 60 letters of the last 7 days came back" in step.said
    assert not Delivery.objects.filter(about="mail.sequence").exists()
    with sight(EVERYTHING):
        said = page(cast.admin).content.decode()
    assert "Rests" in said
    assert "mercy.example" in said


@pytest.mark.req("COMM-09")
def test_of_few_letters_nothing_is_concluded_and_few_bounces_stop_nobody(cast, went):
    went(10, 5)
    assert health_of(cast.owner, now()).state == "few"
    went(190, 1)
    assert health_of(cast.owner, now()).state == "well"


@pytest.mark.req("UI-01")
def test_only_who_answers_for_sending_sees_the_page(cast):
    assert page(cast.owner).status_code == 403
    answer = page(cast.admin)
    assert answer.status_code == 200
    assert "Nobody has sent a letter in thirty days" in answer.content.decode()


@pytest.mark.req("COMM-09")
def test_the_page_asks_no_more_of_many_letters(cast, went, django_assert_max_num_queries):
    client = Client()
    client.force_login(cast.admin)
    client.get("/sending/")
    went(5, 0)
    with django_assert_max_num_queries(40) as few:
        client.get("/sending/")
    went(100, 2, "harbour.example")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/sending/")
