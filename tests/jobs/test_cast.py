"""The cast sees what its parts say."""

from __future__ import annotations

import pytest

from rounds.access.scope import visible
from rounds.actions.market import accounts
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import now
from rounds.models import Account, User


def test_a_second_call_writes_nothing(cast):
    again = build_cast(now())
    assert again == cast
    assert User.objects.count() == len(cast.people)


@pytest.mark.req("X-1")
def test_the_colleague_sees_nothing_of_the_owner(cast, as_seen_by):
    by = cast.admin.actor
    unit = accounts.add(name="Synthetic Harbour Health", level="system", state="NY", by=by, at=now())
    accounts.assign(unit, cast.owner, by=by, at=now())
    seen = {}
    for who in ("owner", "manager", "colleague"):
        with as_seen_by(getattr(cast, who)) as scope:
            seen[who] = (Account.objects.count(), visible(Account, scope).count())
    assert seen == {"owner": (1, 1), "manager": (1, 1), "colleague": (0, 0)}
    assert Account.objects.count() == 1
