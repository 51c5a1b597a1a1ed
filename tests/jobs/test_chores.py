"""What nobody asks for any more is forgotten by a daily chore."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.jobs import chores
from rounds.kit.clock import now
from rounds.models import IdempotentRequest, LoginLink

DAY = timedelta(days=1)


@pytest.mark.parametrize(("age", "gone"), [(6 * DAY, 0), (8 * DAY, 1)])
def test_kept_answers_go_after_a_week(db, age, gone):
    said = {"caller": "key 1", "digest": "d", "status": 201, "answer": "{}"}
    IdempotentRequest.objects.create(key="old", at=now() - age, **said)
    IdempotentRequest.objects.create(key="new", at=now(), **said)
    assert chores.forget_requests() == gone
    assert IdempotentRequest.objects.count() == 2 - gone
    assert chores.forget_requests() == 0


@pytest.mark.parametrize(("age", "gone"), [(-DAY, 0), (29 * DAY, 0), (31 * DAY, 1)])
def test_login_links_go_a_month_after_they_ended(cast, age, gone):
    LoginLink.objects.create(user=cast.owner, digest=b"1" * 32, expires_at=now() - age)
    LoginLink.objects.create(user=cast.owner, digest=b"2" * 32, expires_at=now() - DAY, used_at=now() - DAY)
    assert chores.forget_links() == gone
    assert LoginLink.objects.count() == 2 - gone


def test_both_are_done_daily():
    daily = {chore.does for chore in chores.CHORES if chore.every == DAY.total_seconds()}
    assert {chores.forget_requests, chores.forget_links} <= daily
