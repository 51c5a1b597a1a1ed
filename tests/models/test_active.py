"""The playbook in force is asked for once a transaction, and what is published is in force at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds import playbook as playbooks
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import playbooks as publishing
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models.flow.active import active, read_once

pytestmark = pytest.mark.req("X-2")


class Fault(Exception):
    """What goes wrong behind a publishing."""


def publish(word: str) -> int:
    files = dict(playbooks.default().files)
    files["scoring/lead_fit.yaml"] += f"\n# {word}\n"
    return publishing.publish(files, reason="A test", by=SYSTEM_ACTOR, at=now()).number


def asked(block) -> int:
    with CaptureQueriesContext(connection) as found:
        block()
    return sum("rounds_playbookversion" in one["sql"] for one in found)


def test_a_sight_asks_once_however_often_it_is_looked_at_and_the_next_asks_again(cast):
    def look():
        with sight(EVERYTHING):
            for _ in range(3):
                active()
            with read_once(), sight(EVERYTHING):
                active()

    assert asked(look) == 1
    assert asked(lambda: (look(), look())) == 2


def test_what_is_published_within_is_in_force_at_once_outside_of_it_too(cast):
    with sight(EVERYTHING):
        before = active().number
        with read_once(), sight(EVERYTHING):
            number = publish("one")
        assert active().number == number > before


def test_what_was_published_and_undone_is_not_in_force(cast):
    with sight(EVERYTHING):
        before = active().number
        with pytest.raises(Fault), sight(EVERYTHING):  # noqa: PT012 - what is published, and then the fault
            assert publish("undone") == active().number > before
            raise Fault
        assert active().number == before
