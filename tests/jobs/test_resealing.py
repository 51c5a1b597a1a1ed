"""A key rotation while everybody works on: killed, continued, complete; and what the database refuses it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from rounds.access.sight import system_sight
from rounds.actions.trust import keys
from rounds.jobs import resealing
from rounds.kit import keys as rings
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import AuditEntry, KeyRotation, Lead
from rounds.models.sealed import sealed_columns, whose

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.req("COMPL-09")
SAID = {"by": SYSTEM_ACTOR, "at": now()}


@pytest.fixture
def ring(tmp_path, monkeypatch):
    """A ring of the test's own."""
    before, path = rings.where(), tmp_path / "ring.json"
    rings.make_new(path)
    rings.use(path)
    monkeypatch.setattr(keys, "SETTLED", 0)
    yield path
    rings.use(before)


@pytest.fixture
def worker(committed, server, ring):
    """The database of the test, as the worker role; `fill(n)` makes leads with numbers, each changed once."""
    connection.close()
    user = connection.settings_dict["USER"]
    connection.settings_dict["USER"] = "rounds_worker"
    yield lambda n: fill(n)
    connection.close()
    connection.settings_dict["USER"] = user


def fill(number: int) -> None:
    with system_sight():
        Lead.objects.bulk_create(
            [Lead(name=f"L{i}", phone=f"555 010 {i:04}", captured_at=now(), updated_at=now()) for i in range(number)],
            batch_size=500,
        )
        for lead in Lead.objects.order_by("name")[:10]:
            lead.phone += " x1"
            lead.save(update_fields=["phone", "phone_index"])


def in_the_clear() -> list[str]:
    with system_sight():
        history = next(one.model for one in sealed_columns() if one.table == "rounds_leadhistory")
        return sorted([row.phone for row in Lead.objects.all()] + [row.phone for row in history.objects.all()])


def histories() -> int:
    with system_sight():
        return next(one.model for one in sealed_columns() if one.table == "rounds_leadhistory").objects.count()


def test_everything_is_sealed_anew_history_too_and_the_old_key_goes(worker, ring):
    worker(700)
    before, lines = in_the_clear(), histories()
    with system_sight():
        assert keys.counted() == {"k1": 710}
        keys.rotate(**SAID)
        with pytest.raises(keys.KeyInUse, match="710 values"):
            keys.retire("k1", **SAID)
    done = resealing.finish()
    assert done.rows == 710
    assert done.finished_at
    with system_sight():
        assert keys.counted() == {"k1": 0, "k2": 710}
        keys.retire("k1", **SAID)
        told = list(AuditEntry.objects.filter(verb__startswith="keys.").order_by("at", "id").values_list("verb", "detail"))
    assert list(rings.read(ring).keys) == ["k2"]
    assert in_the_clear() == before
    assert histories() == lines, "sealing anew is no change of anybody's number"
    assert {verb for verb, _ in told} == {"keys.rotate", "keys.rotated", "keys.retire"}
    with system_sight(), pytest.raises(keys.KeyInUse, match="seals now"):
        keys.retire("k2", **SAID)


def test_killed_midway_it_goes_on_while_others_read_and_write(worker, ring, committed, tmp_path):
    worker(4000)
    before = in_the_clear()
    with system_sight():
        keys.rotate(**SAID)
    command = [sys.executable, "-c", "from rounds.cli.main import main; main()", "keys", "rotate"]
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": committed, "ROUNDS_KEYRING": str(ring), "ROUNDS_PROCESS": "worker"}
    kills = 0
    for _ in range(3):
        running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stood = counted_under("k2")
        until = time.monotonic() + 30
        while running.poll() is None and counted_under("k2") == stood and time.monotonic() < until:
            time.sleep(0.02)
        if running.poll() is None:
            running.send_signal(signal.SIGKILL)
            kills += 1
        running.wait()
        assert in_the_clear() == before, "whatever stands where, everything opens"
    assert kills, "the rotation was too quick to be killed"
    with system_sight():
        lead = Lead.objects.order_by("name").last()
        lead.phone = "555 777 0000"
        lead.save()
    settled(committed)
    resealing.finish()
    with system_sight():
        assert {key: n for key, n in keys.counted().items() if n} == {"k2": 4011}
        assert KeyRotation.objects.get().finished_at
        assert Lead.objects.filter(whose(Lead, "phone", "5557770000")).exists()


def counted_under(key: str) -> int:
    with system_sight():
        return keys.counted().get(key, 0)


def settled(name: str) -> None:
    """Until the server has noticed that a killed client is gone and let go of its lock."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory'"
                           " AND datname = %s", [name])  # fmt: skip
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.05)


def test_blind_indexes_are_made_anew_and_found_all_the_while(worker, ring):
    worker(300)
    with system_sight():
        one = Lead.objects.get(name="L299")
        keys.rotate_blind(**SAID)
        assert list(Lead.objects.filter(whose(Lead, "phone", "555 010 0299"))) == [one], "found before it is made anew"
    resealing.finish()
    with system_sight():
        found = Lead.objects.get(pk=one.pk)
        assert found.phone_index != one.phone_index
        assert list(Lead.objects.filter(whose(Lead, "phone", "5550100299"))) == [one]


def call(*said) -> None:
    with system_sight(), connection.cursor() as cursor:
        cursor.execute("SELECT rounds_reseal(%s, %s, %s, %s, %s)", said)


def test_the_database_replaces_a_sealed_text_by_the_same_one_only(worker, ring):
    worker(2)
    with system_sight(), connection.cursor() as cursor:
        cursor.execute("SELECT id, phone FROM rounds_lead ORDER BY name")
        (one, old), (_, other) = cursor.fetchall()
    made = rings.with_key(rings.ring())
    new = made.seal("555 010 0000 x1", f"rounds_lead.phone.{one}")
    with pytest.raises(DatabaseError, match="no key rotation"):
        call("rounds_lead", "phone", [str(one)], [old], [new])
    with system_sight():
        KeyRotation.objects.create(key="k2", by_kind="system", at=now())
    for column, was, becomes, why in (
        ("name", old, new, "only a sealed column"), ("phone", old, "555", "same one"), ("phone", old, other, "same one"),
        ("phone", old, made.seal("something much longer than before, surely", "x"), "same one"), ("phone", "L0", new, "same one"),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match=why):
            call("rounds_lead", column, [str(one)], [was], [becomes])
    call("rounds_lead", "phone", [str(one)], [old], [new])
    with pytest.raises(DatabaseError, match="same one"):
        call("rounds_lead", "phone", [str(one)], [new], [made.seal("555 010 9999 x1", f"rounds_lead.phone.{one}")])
    with pytest.raises(DatabaseError, match=r"not rewritten|permission denied"), system_sight():
        KeyRotation.objects.all().delete()
    with pytest.raises(DatabaseError, match="not rewritten"), system_sight():
        KeyRotation.objects.update(key="k3")


def test_the_web_role_neither_seals_anew_nor_begins_a_rotation(committed, server):
    with psycopg.connect(server.dsn("rounds_web", committed), autocommit=True) as web:
        for statement in ("SELECT rounds_reseal('rounds_lead', 'phone', '{}', '{}', '{}')",
                          "INSERT INTO rounds_keyrotation (id, key, place, rows, by_kind, by_name, at)"
                          " VALUES (gen_random_uuid(), 'k9', '[]', 0, 'system', '', now())"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(statement)


def test_a_value_that_does_not_open_stops_the_rotation_and_is_named(worker, ring):
    worker(3)
    with system_sight():
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM rounds_lead WHERE name = 'L2'")
            moved = cursor.fetchone()[0]
            cursor.execute("UPDATE rounds_lead SET phone = (SELECT phone FROM rounds_lead WHERE name = 'L1') WHERE id = %s", [moved])
        keys.rotate(**SAID)
    with pytest.raises(keys.Unopened, match=str(moved)):
        resealing.finish()
    with system_sight():
        assert keys.going_on() is not None


def test_no_key_is_in_what_is_printed_or_noted(worker, ring):
    worker(1)
    with system_sight(), transaction.atomic():
        keys.rotate(**SAID)
    command = [sys.executable, "-c", "from rounds.cli.main import main; main()", "keys", "status", "--json"]
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": connection.settings_dict["NAME"], "ROUNDS_KEYRING": str(ring)}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    with system_sight():
        noted = str(list(AuditEntry.objects.values()))
    import base64

    for secret in rings._all(rings.read(ring)):
        for form in (base64.b64encode(secret).decode(), secret.hex()):
            assert form not in said + noted
