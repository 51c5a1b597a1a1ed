"""The disk of the database is full: who writes is told so, who reads goes on, and nothing is half-written."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from rounds.kit import postgres
from tests.project.test_faults import PAGE, Place


@pytest.fixture(scope="module")
def small():
    """A place whose database lies on a disk of its own, which can be filled."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = Path(tempfile.mkdtemp(prefix="full-", dir="/tmp"))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", disk], check=False, capture_output=True).returncode:
        disk.rmdir()
        pytest.skip("this machine lets nobody mount a small disk")
    place = None
    try:
        place = Place(disk / "db")
        place.until("/health/ready/", 200, 60)
        place.log_in()
        yield place, disk
    finally:
        if place:
            with contextlib.suppress(Exception):
                place.end()
        with contextlib.suppress(Exception):
            postgres.stop(disk / "db")
        subprocess.run(["umount", "-l", disk], check=True)
        disk.rmdir()


@pytest.mark.timeout(240)
def test_a_full_disk_is_said_and_nothing_is_half_written(small):
    place, disk = small
    token = place.cookies["csrftoken"]

    def add(name: str) -> int:
        sent = f"name={name}{'x' * 60}&level=system&state=NY&csrfmiddlewaretoken={token}"
        return place.ask("/accounts/new/", "POST", sent).status

    assert add("before") == 302
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"0" * 2**20)
    answers = []
    for count in range(400):
        with contextlib.suppress(OSError):
            answers.append(add(f"n{count}"))
        if answers[-3:] == [503, 503, 503]:
            break
    assert set(answers) <= {302, 503}, set(answers)
    assert 503 in answers
    ballast.unlink()
    postgres.ensure(place.folder)
    place.until(PAGE, 200, 60)
    assert add("after") == 302
    with psycopg.connect(postgres.ensure(place.folder).dsn("rounds_owner", "rounds")) as owner:
        owner.execute("SELECT set_config('rounds.sight', 'system', false)")
        there = owner.execute("SELECT count(*) FROM rounds_account").fetchone()[0]
        assert there == 2 + answers.count(302), "every 302 is kept, no 503 is"
        events = owner.execute("SELECT count(*) FROM rounds_event WHERE kind = 'account.added'").fetchone()[0]
        assert events == there
        for chain in ("write", "read"):
            owner.execute("SELECT rounds_seal_reads()")
            assert owner.execute("SELECT broken_at FROM rounds_verify_chain(%s)", [chain]).fetchone()[0] is None
