"""Deeds of somebody who owns the tables and wants a deletion or an insertion to look right: a second entry under an id
that is sealed, a gap with a false date, a gap over what was never purged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.trust import anchors, audit
from rounds.actions.trust.verifying import verify
from rounds.kit.clock import now

pytestmark = pytest.mark.req("COMPL-01")

TWIN = """INSERT INTO rounds_auditentry (id, at, by_kind, by_name, chain, verb, detail)
          SELECT id, {at}, by_kind, 'Mallory', '{chain}', 'forged.deed', detail FROM rounds_auditentry WHERE detail = '{{"n": 2}}'"""
CERTIFICATE = """INSERT INTO rounds_purge (id, kind, rule, rows, held, reason, tombstones, at, by_kind, by_name)
                 VALUES ('00000000-0000-7000-8000-00000000000a', 'AuditEntry', 'audit', 1, 0, '', '[]', {at}, 'system', '')"""
GAP = """INSERT INTO rounds_auditgap (id, chain, first_seq, last_seq, purge_id, made_at)
         VALUES (gen_random_uuid(), 'write', {first}, {last}, '00000000-0000-7000-8000-00000000000a', {at})"""
DELETE = "DELETE FROM rounds_auditentry e USING rounds_auditseal s WHERE s.id = e.id AND s.chain = 'write' AND s.seq BETWEEN {first} AND {last}"
AGE = "UPDATE rounds_auditseal SET entry_at = entry_at - interval '9 years', sealed_at = sealed_at - interval '9 years' WHERE seq BETWEEN {first} AND {last}"


@pytest.fixture
def five(as_owner, write):
    """Five deeds, n = 0 … 4, sealed as links 1 … 5; triggers off for whoever tampers."""
    entries = [write("test.deed", detail={"n": n}) for n in range(5)]
    as_owner.execute("ALTER TABLE rounds_auditentry DISABLE TRIGGER ALL")
    assert verify().holds
    return entries


def hide(owner, first: int, last: int, *, made_at: str = "now()") -> None:
    """Delete the entries of a stretch and cover them with a certificate and a gap."""
    owner.execute(DELETE.format(first=first, last=last))
    owner.execute(CERTIFICATE.format(at=made_at))
    owner.execute(GAP.format(first=first, last=last, at=made_at))


@pytest.mark.parametrize("stretch", [2, 50])
@pytest.mark.parametrize("at", ["at - interval '1 hour'", "at - interval '70 days'", "at + interval '1 microsecond'", "now()"])
def test_a_second_entry_under_a_sealed_id_is_seen(as_owner, five, at, stretch):
    as_owner.execute(TWIN.format(at=at, chain="write"))
    found = verify(stretch=stretch)
    assert (found.fault.kind, found.fault.entry, found.fault.verb) == ("inserted", five[2].id, "forged.deed")
    assert found.unsealed == 1


@pytest.mark.parametrize("at", ["at - interval '70 days'", "now()"])
def test_a_read_under_the_id_of_a_write_is_seen(as_owner, five, at):
    as_owner.execute(TWIN.format(at=at, chain="read"))
    assert verify("read").fault.kind == "inserted"
    assert verify("write").holds


def test_a_read_that_speaks_of_long_ago_is_seen_however_new_its_key(as_owner, read):
    for n in range(3):
        read(detail={"n": n})
    audit.seal_reads()
    read("forged.read", at=now() - timedelta(days=40))
    assert (verify("read").fault.kind, verify("read").fault.verb) == ("inserted", "forged.read")


def test_an_entry_of_no_chain_is_seen(as_owner, five):
    as_owner.execute("ALTER TABLE rounds_auditentry DROP CONSTRAINT rounds_auditentry_chain_check")
    as_owner.execute(TWIN.replace("SELECT id", "SELECT gen_random_uuid()").format(at="at", chain="none"))
    assert verify().fault.kind == "inserted"


def test_whoever_has_nothing_but_sql_sees_the_second_entry_too(as_owner, five):
    as_owner.execute(TWIN.format(at="at - interval '1 hour'", chain="write"))
    assert as_owner.execute("SELECT unsealed FROM rounds_verify_chain('write')").fetchone()[0] == 1


@pytest.mark.parametrize("made_at", ["now()", "now() + interval '9 years'", "now() - interval '9 years'"])
@pytest.mark.parametrize(("first", "last"), [(1, 1), (3, 3), (2, 4), (5, 5), (1, 5)])
def test_a_gap_hides_no_deletion_whatever_it_says_of_its_date(as_owner, five, first, last, made_at):
    hide(as_owner, first, last, made_at=made_at)
    found = verify()
    assert (found.fault.kind, found.fault.seq, found.purged) == ("deleted", first, 0)


def test_old_ends_hide_no_young_middle(as_owner, five):
    hide(as_owner, 2, 4)
    for seq in (2, 4):
        as_owner.execute(AGE.format(first=seq, last=seq))
    assert (verify().fault.kind, verify().fault.seq) == ("deleted", 2)


def test_a_link_is_no_older_than_the_entries_before_it(as_owner, five):
    """Its seal made old as well: what stands before it is young, and was sealed before it."""
    hide(as_owner, 3, 3)
    as_owner.execute(AGE.format(first=3, last=3))
    assert (verify().fault.kind, verify().fault.seq) == ("deleted", 3)


def test_the_anchors_say_how_old_the_first_link_is(as_owner, five, anchored):
    """Nothing stands before the first link; that it is old, no anchor knows."""
    hide(as_owner, 1, 1)
    as_owner.execute(AGE.format(first=1, last=1))
    anchors.write(at=now())
    assert (verify().fault.kind, verify().fault.seq) == ("deleted", 1)
    assert verify(last=50).fault.seq == 1


class TestAGapByRight:
    @pytest.fixture
    def old(self, as_owner, anchored, write):
        """Three deeds of seven years ago, anchored then; two of today; the three purged."""
        at = now() - timedelta(days=7 * 366)
        for n in range(3):
            write("test.deed", at=at, detail={"n": n})
        as_owner.execute("UPDATE rounds_auditseal SET sealed_at = entry_at")
        anchors.write(at=at + timedelta(hours=1))
        for n in (3, 4):
            write("test.deed", detail={"n": n})
        as_owner.execute("ALTER TABLE rounds_auditentry DISABLE TRIGGER ALL")
        return as_owner

    def test_counts_where_an_anchor_of_then_knows_its_links(self, old):
        hide(old, 1, 3)
        assert (verify().holds, verify().purged) == (True, 3)

    def test_counts_only_as_far_as_that(self, old):
        hide(old, 1, 4)
        old.execute(AGE.format(first=4, last=4))
        assert (verify().fault.kind, verify().fault.seq, verify().purged) == ("deleted", 4, 3)

    def test_counts_after_a_new_beginning_that_vouches_for_it_and_no_further(self, old):
        hide(old, 1, 2)
        anchors.file_of().unlink()
        old.execute("TRUNCATE rounds_auditanchor")
        anchors.write(at=now())
        assert verify().fault.kind == "deleted"
        anchors.write(at=now(), begins="The anchors were lost with their disk; counted by hand")
        assert (verify().holds, verify().purged) == (True, 2)
        old.execute(DELETE.format(first=3, last=3))
        old.execute(GAP.format(first=3, last=3, at="now()"))
        assert (verify().fault.kind, verify().fault.seq) == ("deleted", 3)
