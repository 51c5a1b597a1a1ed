"""Anchors outside the database: a chain that was cut back, replaced or written anew does not agree with them."""

from __future__ import annotations

import json
import os
import stat
from datetime import timedelta

import pytest

from rounds.actions.trust import anchors, audit
from rounds.kit import signing
from rounds.kit.clock import now
from rounds.models import AuditAnchor

pytestmark = [pytest.mark.req("COMPL-01"), pytest.mark.usefixtures("committed")]

CUT_BACK = """DELETE FROM rounds_auditseal WHERE chain = 'write' AND seq > {n};
              DELETE FROM rounds_auditentry e WHERE chain = 'write' AND NOT EXISTS (SELECT 1 FROM rounds_auditseal s WHERE s.id = e.id)"""


@pytest.fixture
def tampering(as_owner):
    as_owner.execute("ALTER TABLE rounds_auditentry DISABLE TRIGGER ALL")
    return as_owner


@pytest.fixture
def chain(as_owner, anchored, write):
    for n in range(5):
        write("test.deed", detail={"n": n})
    anchors.write(at=now())
    return anchored


def test_the_heads_of_both_chains_stand_signed_outside_and_the_key_never_inside(chain, committed, server):
    file = anchors.file_of()
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert [(line["chain"], line["seq"]) for line in lines] == [("write", 5), ("read", 0)]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(signing.where().stat().st_mode) == 0o600
    assert anchors.wrong_line(file.read_bytes().splitlines(), signing.known()) is None
    row = AuditAnchor.objects.get(chain="write")
    assert (row.seq, row.key, bytes(row.digest).hex()) == (5, signing.name_of(signing.signer().public), lines[0]["digest"])
    found = audit.verify()
    assert (found.holds, found.anchor.seq, found.anchor.count) == (True, 5, 1)


def test_each_anchor_names_the_one_before_and_one_an_hour_is_enough(chain, write):
    at = now()
    assert anchors.hourly(at=at) == []
    write()
    assert len(anchors.hourly(at=at + timedelta(hours=1))) == 2
    assert len(anchors.file_of().read_bytes().splitlines()) == 4
    assert audit.verify().anchor.seq == 6


def test_a_chain_cut_back_shows(chain, tampering):
    tampering.execute(CUT_BACK.format(n=3))
    found = audit.verify()
    assert (found.fault.kind, found.fault.seq) == ("cut", 4)


def test_a_database_in_the_place_of_another_shows(chain, tampering, write):
    """Emptied and filled again with as many deeds, each of them sealed as it should be."""
    tampering.execute("TRUNCATE rounds_auditentry, rounds_auditseal, rounds_auditanchor")
    tampering.execute("ALTER TABLE rounds_auditentry ENABLE TRIGGER ALL")
    for _ in range(6):
        write("other.deed")
    found = audit.verify()
    assert (found.fault.kind, found.fault.seq) == ("replaced", 5)


def test_a_chain_written_anew_from_an_altered_entry_shows(chain, tampering):
    """The owner alters an entry and seals it and all after it again: the chain agrees with itself, not with the anchor."""
    tampering.execute("UPDATE rounds_auditentry SET verb = 'nothing.happened' WHERE detail = '{\"n\": 2}'")
    tampering.execute(
        "CREATE TEMP TABLE again AS SELECT e.* FROM rounds_auditentry e JOIN rounds_auditseal s ON s.id = e.id"
        " WHERE s.seq >= 3 ORDER BY s.seq"
    )
    tampering.execute("DELETE FROM rounds_auditseal WHERE seq >= 3")
    tampering.execute(
        "DO $$ DECLARE one rounds_auditentry; BEGIN FOR one IN SELECT * FROM again ORDER BY at LOOP PERFORM rounds_seal(one); END LOOP; END $$"
    )
    found = audit.verify()
    assert (found.fault.kind, found.fault.seq) == ("replaced", 5)


@pytest.mark.parametrize("harm", ["a line", "the last line", "a digest", "the order", "all", "a forged line"])
def test_whoever_touches_the_file_is_seen(chain, write, harm):
    write()
    anchors.write(at=now() + timedelta(hours=1))
    file = anchors.file_of()
    lines = file.read_bytes().splitlines()
    if harm == "a line":
        lines.pop(1)
    elif harm == "the last line":
        lines = lines[:2]
    elif harm == "a digest":
        lines[0] = lines[0].replace(b'"seq":5', b'"seq":4')
    elif harm == "the order":
        lines[0], lines[1] = lines[1], lines[0]
    elif harm == "a forged line":
        stranger = signing.Signer(os.urandom(32))
        said = {name: value for name, value in json.loads(lines[-1]).items() if name != "signature"}
        lines[-1] = anchors._signed(said | {"key": signing.name_of(stranger.public)}, stranger)
    file.write_bytes(b"".join(line + b"\n" for line in lines) if harm != "all" else b"")
    assert audit.verify().fault.kind == "anchors"


def test_a_line_that_a_crash_tore_is_nobodys_fault(chain, write):
    with anchors.file_of().open("ab") as file:
        file.write(b'{"chain":"wri')
    assert audit.verify().holds
    write()
    anchors.write(at=now() + timedelta(hours=1))
    assert audit.verify().anchor.seq == 6


def test_a_new_beginning_is_said_aloud_and_stands_in_the_file(chain, tampering, write):
    tampering.execute(CUT_BACK.format(n=3))
    assert not audit.verify().holds
    anchors.write(at=now() + timedelta(hours=1), begins="Restored to the state of noon after a disk fault")
    tampering.execute("ALTER TABLE rounds_auditentry ENABLE TRIGGER ALL")
    assert audit.verify().holds
    assert any("disk fault" in line for line in anchors.file_of().read_text().splitlines())


def test_reads_are_anchored_too(chain, read, tampering):
    read()
    audit.seal_reads()
    anchors.write(at=now() + timedelta(hours=1))
    tampering.execute("DELETE FROM rounds_auditseal WHERE chain = 'read'; DELETE FROM rounds_auditentry WHERE chain = 'read'")
    assert audit.verify("read").fault.kind == "cut"
    assert audit.verify("write").holds
