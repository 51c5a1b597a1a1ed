"""Every way to tamper with the chain, done by real SQL as the owner of the tables: the first fault is named, and its kind."""

from __future__ import annotations

import pytest

from rounds.actions.trust import audit

pytestmark = pytest.mark.req("COMPL-01")

UNTRIGGERED = "SET session_replication_role = 'replica'"
PUT_IN = """INSERT INTO rounds_auditentry (id, at, by_kind, by_name, chain, verb, detail)
            SELECT gen_random_uuid(), {at}, 'user', 'Mallory', '{chain}', 'forged.deed', '{{}}'"""
AT = "(SELECT at + interval '1 microsecond' FROM rounds_auditentry WHERE detail = '{\"n\": 2}')"
OF = "detail = '{{\"n\": {n}}}'"
RESEAL = """UPDATE rounds_auditseal s SET digest = sha256(s.previous || convert_to(rounds_entry_text(e), 'UTF8'))
              FROM rounds_auditentry e WHERE e.id = s.id AND s.seq = 3"""
TAKE = "DELETE FROM rounds_auditseal WHERE seq = 3; DELETE FROM rounds_auditentry WHERE detail = '{\"n\": 2}'"
CLOSE_UP = "UPDATE rounds_auditseal SET seq = -seq WHERE seq > 3; UPDATE rounds_auditseal SET seq = -seq - 1 WHERE seq < 0"
SWAP_SEALS = """UPDATE rounds_auditseal SET seq = -3 WHERE seq = 3; UPDATE rounds_auditseal SET seq = 3 WHERE seq = 4;
                UPDATE rounds_auditseal SET seq = 4 WHERE seq = -3"""
SWAP_WORDS = """UPDATE rounds_auditentry a SET detail = b.detail FROM rounds_auditentry b
                 WHERE (a.detail = '{"n": 2}' AND b.detail = '{"n": 3}') OR (a.detail = '{"n": 3}' AND b.detail = '{"n": 2}')"""
SWAP_ROWS = """CREATE TEMP TABLE kept AS SELECT * FROM rounds_auditentry WHERE detail IN ('{"n": 2}', '{"n": 3}');
    UPDATE rounds_auditentry e SET at = k.at, detail = k.detail, verb = k.verb FROM kept k WHERE e.id <> k.id AND e.id IN (SELECT id FROM kept)"""
FORGE = """UPDATE rounds_auditseal SET seq = -seq WHERE seq >= 3; UPDATE rounds_auditseal SET seq = -seq + 1 WHERE seq < 0;
    INSERT INTO rounds_auditentry (id, at, by_kind, chain, verb) SELECT gen_random_uuid(), at, 'user', 'write', 'forged.deed'
      FROM rounds_auditentry WHERE detail = '{"n": 2}';
    INSERT INTO rounds_auditseal SELECT e.id, 'write', 3, e.at, s.digest, sha256(s.digest || convert_to(rounds_entry_text(e), 'UTF8')), now()
      FROM rounds_auditentry e, rounds_auditseal s WHERE e.verb = 'forged.deed' AND s.seq = 2"""
BELOW = """INSERT INTO rounds_auditseal SELECT gen_random_uuid(), 'write', 0, now(), 'x', 'y', now()"""

HARM = {
    "a word altered": ("UPDATE rounds_auditentry SET verb = 'other.deed' WHERE detail = '{\"n\": 2}'", "altered", 3),
    "the detail altered": ("UPDATE rounds_auditentry SET detail = '{\"n\": 99}' WHERE detail = '{\"n\": 2}'", "altered", 3),
    "the name altered": ("UPDATE rounds_auditentry SET by_name = 'Mallory' WHERE detail = '{\"n\": 2}'", "altered", 3),
    "the moment altered": ("UPDATE rounds_auditentry SET at = at + interval '1 second' WHERE detail = '{\"n\": 2}'", "altered", 3),
    "another month": ("UPDATE rounds_auditentry SET at = at - interval '70 days' WHERE detail = '{\"n\": 2}'", "altered", 3),
    "the seal altered": ("UPDATE rounds_auditseal SET digest = sha256('x') WHERE seq = 3", "altered", 3),
    "what the seal follows altered": ("UPDATE rounds_auditseal SET previous = sha256('x') WHERE seq = 3", "altered", 3),
    "altered and sealed again": (f"UPDATE rounds_auditentry SET verb = 'x' WHERE detail = '{{\"n\": 2}}'; {RESEAL}", "altered", 3),
    "the entry deleted": ("DELETE FROM rounds_auditentry WHERE detail = '{\"n\": 2}'", "deleted", 3),
    "the seal deleted": ("DELETE FROM rounds_auditseal WHERE seq = 3", "deleted", 3),
    "entry and seal deleted": (TAKE, "deleted", 3),
    "the first of all deleted": (TAKE.replace("= 3", "= 1").replace("2}", "0}"), "deleted", 1),
    "two seals swapped": (SWAP_SEALS, "swapped", 3),
    "two entries' words swapped": (SWAP_WORDS, "swapped", 3),
    "two entries swapped": (SWAP_ROWS, "swapped", 3),
    "an entry put in": (PUT_IN.format(at=AT, chain="write"), "inserted", 3),
    "an entry put in now": (PUT_IN.format(at="now()", chain="write"), "inserted", 5),
    "an entry put in with a seal": (FORGE, "inserted", 3),
    "a seal below the first": (BELOW, "inserted", 0),
}  # fmt: skip


@pytest.fixture
def five(as_owner, write):
    """Five deeds, n = 0 … 4, sealed as links 1 … 5; triggers off for whoever tampers."""
    entries = [write("test.deed", detail={"n": n}) for n in range(5)]
    as_owner.execute("ALTER TABLE rounds_auditentry DISABLE TRIGGER ALL")
    return entries


@pytest.mark.parametrize("name", HARM)
def test_the_first_fault_is_named(as_owner, five, name):
    assert audit.verify().holds
    harm, kind, seq = HARM[name]
    as_owner.execute(harm)
    found = audit.verify()
    assert not found.holds
    assert (found.fault.kind, found.fault.seq) == (kind, seq), found.fault
    if kind == "altered" or name in ("two entries swapped", "the entry deleted", "the seal deleted"):
        assert found.fault.entry == five[2].id
    if kind == "altered":
        assert found.fault.verb
    assert audit.verify("read").holds


@pytest.mark.parametrize("stretch", [1, 2, 3])
@pytest.mark.parametrize("name", HARM)
def test_wherever_a_stretch_begins(as_owner, five, name, stretch):
    from rounds.actions.trust.verifying import verify

    harm, kind, seq = HARM[name]
    assert verify(stretch=stretch).links == 5
    as_owner.execute(harm)
    assert (verify(stretch=stretch).fault.kind, verify(stretch=stretch).fault.seq) == (kind, seq)


def test_an_old_read_without_a_seal_was_put_in_and_a_new_one_waits(as_owner, read):
    for n in range(3):
        read(detail={"n": n})
    audit.seal_reads()
    waiting = read()
    found = audit.verify("read")
    assert (found.holds, found.unsealed, found.oldest) == (True, 1, waiting.at)
    as_owner.execute(PUT_IN.format(at="now() - interval '1 hour'", chain="read"))
    found = audit.verify("read")
    assert (found.fault.kind, found.fault.verb) == ("inserted", "forged.deed")


def test_a_name_cannot_pass_for_two_columns(as_owner, five):
    """The separator inside a name is no separator: moving words from one column to the next shows."""
    as_owner.execute(
        "UPDATE rounds_auditentry SET by_name = by_name || E'\\x1fwrite', chain = 'write' WHERE detail = '{\"n\": 2}'"
    )
    assert audit.verify().fault.kind == "altered"


def test_the_quick_look_counts_the_newest_links_alone(as_owner, five):
    from rounds.actions.trust.verifying import verify

    assert (verify(last=2).holds, verify(last=2).links) == (True, 2)
    as_owner.execute("UPDATE rounds_auditentry SET verb = 'x' WHERE detail = '{\"n\": 0}'")
    assert verify(last=2).holds
    as_owner.execute("UPDATE rounds_auditentry SET verb = 'x' WHERE detail = '{\"n\": 4}'")
    assert verify(last=2).fault.seq == 5
    assert verify(last=50).fault.seq == 1
