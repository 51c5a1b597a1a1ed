"""The audit chain: sealed when the deed is, whole when counted again, broken where somebody touched it."""

from __future__ import annotations

import pytest
from django.db import transaction

from rounds.actions.trust import audit
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import AuditEntry, AuditSeal


def write(verb: str, **more) -> AuditEntry:
    with transaction.atomic():
        return audit.note(verb, by=SYSTEM_ACTOR, at=now(), **more)


@pytest.mark.req("X-2")
class TestTheChain:
    def test_it_verifies_and_every_write_is_a_link(self, as_owner):
        for n in range(5):
            write("test.deed", detail={"n": n})
        found = audit.verify()
        assert (found.holds, found.links, found.unsealed) == (True, 5, 0)

    def test_a_seal_is_made_by_the_commit_and_not_before(self, as_owner):
        with transaction.atomic():
            entry = audit.note("test.deed", by=SYSTEM_ACTOR, at=now())
            assert not AuditSeal.objects.filter(pk=entry.pk).exists()
        assert AuditSeal.objects.filter(pk=entry.pk).exists()

    def test_a_deed_that_is_rolled_back_leaves_neither_entry_nor_seal(self, as_owner):
        with transaction.atomic():
            write("test.deed")
            transaction.set_rollback(True)
        assert (AuditEntry.objects.count(), AuditSeal.objects.count()) == (0, 0)

    @pytest.mark.parametrize(
        "harm",
        [
            "UPDATE rounds_auditentry SET detail = '{\"n\": 99}' WHERE detail = '{\"n\": 2}'",
            "UPDATE rounds_auditentry SET by_name = 'somebody else' WHERE detail = '{\"n\": 2}'",
            "UPDATE rounds_auditentry SET at = at + interval '1 second' WHERE detail = '{\"n\": 2}'",
            "DELETE FROM rounds_auditentry WHERE detail = '{\"n\": 2}'",
            "DELETE FROM rounds_auditseal WHERE seq = 3",
            "UPDATE rounds_auditseal SET digest = sha256('x') WHERE seq = 3",
        ],
    )
    def test_whoever_owns_the_tables_cannot_change_an_entry_unseen(self, as_owner, harm):
        for n in range(5):
            write("test.deed", detail={"n": n})
        assert as_owner.execute(harm).rowcount == 1
        found = audit.verify()
        assert not found.holds
        assert found.broken_at in (3, 4)

    def test_reads_are_named_until_they_are_sealed(self, as_owner):
        for _ in range(3):
            with transaction.atomic():
                audit.note_read("test.read", by=SYSTEM_ACTOR, at=now())
        assert (audit.verify("read").unsealed, audit.verify("read").links) == (3, 0)
        assert audit.seal_reads() == 3
        assert (audit.verify("read").unsealed, audit.verify("read").links) == (0, 3)
        assert audit.seal_reads() == 0
        assert audit.verify("read").holds
        assert audit.verify("write").links == 0, "reads have a chain of their own"

    def test_deeds_at_the_same_time_make_one_line(self, as_owner):
        from threading import Thread

        from django.db import connections

        def work():
            for n in range(10):
                write("test.deed", detail={"n": n})
            connections.close_all()

        threads = [Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = audit.verify()
        assert (found.holds, found.links, found.unsealed) == (True, 40, 0)
