"""What leaves is posted once with its deed, sealed, and waits while the kill switch is on."""

from __future__ import annotations

import pytest
from django.db import connection

from rounds.actions.flow import deliveries, kill_switch
from rounds.documents.messages import Message
from rounds.kit.clock import now
from rounds.models import AuditEntry, Delivery

SAID = Message(subject="A lead for you", lines=("Rosa Meridian asks for a demo.",))


def post(cast, key="k1", **said):
    return deliveries.post("email", "ann@hospital.example", SAID, key=key, by=cast.admin.actor, at=now(), **said)


class TestPosting:
    def test_one_key_is_one_delivery_and_one_job(self, cast):
        assert post(cast).pk == post(cast).pk
        assert Delivery.objects.count() == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'flow.deliver'")
            (args,) = [row[0] for row in cursor.fetchall()]
        assert "ann@" not in args
        assert "Rosa" not in args

    def test_address_and_content_are_sealed_at_rest(self, cast):
        row = post(cast)
        with connection.cursor() as cursor:
            cursor.execute("SELECT target, content FROM rounds_delivery WHERE id = %s", [row.id])
            assert all(text.startswith("sealed:") for text in cursor.fetchone())
        assert Delivery.objects.get(pk=row.pk).target == "ann@hospital.example"

    @pytest.mark.parametrize("target", ["", "ann", "a@b", "Ann <ann@hospital.example>", "ann@hospital.example\r\nBcc: x@y.example",
                                        "ann@hospital.example,bob@hospital.example", "ann@hospital.example\n"])  # fmt: skip
    def test_only_one_plain_address_is_one(self, cast, target):
        with pytest.raises(deliveries.NoAddress):
            deliveries.post("email", target, SAID, key="k", by=cast.admin.actor, at=now())


@pytest.mark.req("AUTO-12")
class TestKillSwitch:
    def test_who_threw_it_and_why_is_a_row_and_it_is_thrown_once(self, cast):
        row = kill_switch.hold("A loop", by=cast.admin.actor, at=now(), user=cast.admin)
        assert kill_switch.is_held()
        assert (row.by_name, row.reason) == ("Ada Lindqvist", "A loop")
        with pytest.raises(kill_switch.HeldAlready):
            kill_switch.hold("Again", by=cast.admin.actor, at=now())
        assert AuditEntry.objects.filter(verb="outward.hold", subject_id=row.id).count() == 1

    def test_resuming_lets_go_what_waited(self, cast):
        kill_switch.hold("A loop", by=cast.admin.actor, at=now())
        row = post(cast)
        Delivery.objects.update(state="held")
        assert kill_switch.resume("Mended", by=cast.admin.actor, at=now()) == 1
        assert not kill_switch.is_held()
        assert Delivery.objects.get(pk=row.pk).state == "due"

    def test_it_asks_for_a_reason_and_for_the_permission(self, cast):
        with pytest.raises(kill_switch.ReasonMissing):
            kill_switch.hold(" ", by=cast.admin.actor, at=now())
        with pytest.raises(Exception, match="Only an admin or a security officer"):
            kill_switch.hold("x", by=cast.owner.actor, at=now(), user=cast.owner)
