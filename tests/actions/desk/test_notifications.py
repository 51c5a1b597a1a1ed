"""People are told once, each as they wish, and nobody reads what another was told."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from rounds.actions.desk import notifications
from rounds.actions.flow import events
from rounds.kit.clock import now
from rounds.models import Notification

pytestmark = pytest.mark.req("ROUTE-10")


def tell(users, by, **said):
    given = {"kind": "lead.assigned", "title": "Rosa Meridian is yours", "url": "/leads/", "group": "leads", **said}
    return notifications.notify(users, by=by.actor, at=now(), **given)


def mine(user, as_seen_by):
    with as_seen_by(user):
        return list(Notification.objects.order_by("-at"))


class TestTelling:
    def test_what_comes_together_is_one_notice_with_its_number(self, cast, as_seen_by):
        for _ in range(3):
            tell([cast.owner], cast.manager)
        (row,) = mine(cast.owner, as_seen_by)
        assert row.count == 3
        with as_seen_by(cast.owner):
            assert notifications.words(row, notifications.active().playbook.notifications.kind(row.kind)) == "3 leads were assigned to you"
            assert notifications.read(cast.owner, [row.id], at=now()) == 1
        tell([cast.owner], cast.manager)
        assert [one.count for one in mine(cast.owner, as_seen_by)] == [1, 3], "what was read is not told again"

    def test_nobody_reads_what_another_was_told_the_admin_included(self, cast, as_seen_by):
        tell([cast.owner], cast.manager)
        assert len(mine(cast.owner, as_seen_by)) == 1
        for other in (cast.admin, cast.manager, cast.colleague):
            assert mine(other, as_seen_by) == []
            with as_seen_by(other):
                assert Notification.objects.all().update(read_at=now()) == 0

    def test_what_is_about_a_lead_goes_out_of_sight_with_it(self, cast, lead_of, as_seen_by):
        lead = lead_of(cast.owner)
        tell([cast.owner, cast.colleague], cast.manager, lead=lead)
        assert len(mine(cast.owner, as_seen_by)) == 1
        assert mine(cast.colleague, as_seen_by) == []

    def test_nobody_is_told_of_their_own_deed_nor_after_they_left_nor_against_their_wish(self, cast, as_seen_by):
        assert tell([cast.owner], cast.owner) == 0
        notifications.choose(cast.owner, "lead.assigned", "off", by=cast.owner.actor, at=now())
        assert tell([cast.owner], cast.manager) == 0
        cast.senior_ae.is_active = False
        assert tell([cast.senior_ae], cast.manager) == 0

    def test_a_batch_of_a_thousand_rows_is_one_notice(self, cast, as_seen_by, django_assert_num_queries):
        with events.in_batch(uuid4()):
            for _ in range(50):
                tell([cast.owner], cast.manager, group="")
        (row,) = mine(cast.owner, as_seen_by)
        assert row.count == 50
        assert row.mail_at >= row.at + timedelta(minutes=5), "its mail waits until the batch is done"

    def test_gathered_work_writes_once_at_its_end(self, cast, as_seen_by):
        with notifications.gathered(by=cast.manager.actor, at=now()):
            for _ in range(50):
                tell([cast.owner, cast.senior_ae], cast.manager)
            assert mine(cast.owner, as_seen_by) == []
        assert [row.count for row in mine(cast.owner, as_seen_by)] == [50]
        assert [row.count for row in mine(cast.senior_ae, as_seen_by)] == [50]
