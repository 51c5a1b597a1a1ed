"""The connections of jobs: kept between small ones, closed when idle or dead, never handed on by a big one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection, connections

from rounds.jobs import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    """Runs a job, by the name of its task, in a thread of its own; answers the backend it worked on."""
    with ThreadPoolExecutor(1) as hand:

        def run(task: str) -> int:
            return hand.submit(kept.own_connection, backend, SimpleNamespace(job=SimpleNamespace(task_name=task)), None).result()

        yield run
        hand.submit(connections.close_all).result()
        kept.close_idle(idle=0)


def backend() -> int:
    with connection.cursor() as cursor:
        return cursor.execute("SELECT pg_backend_pid()").fetchone()[0]


def alive(pid: int) -> bool:
    with connection.cursor() as cursor:
        return cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone()[0] == 1


@pytest.mark.req("X-2")
def test_small_jobs_follow_each_other_on_one_connection_and_a_big_one_ends_with_its_own(thread):
    first = thread("flow.automate")
    assert thread("flow.automate") == first
    assert thread("flow.carry_on") == first
    assert thread("universe.load") == first
    assert thread("flow.automate") != first


@pytest.mark.req("X-2")
def test_an_idle_connection_is_closed_and_a_dead_one_is_replaced(thread):
    first = thread("flow.automate")
    assert kept.close_idle(idle=60) == 0
    assert kept.close_idle(idle=0) == 1
    assert kept.close_idle(idle=0) == 0
    second = thread("flow.automate")
    assert second != first
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [second])
    assert thread("flow.automate") not in (first, second)


@pytest.mark.req("X-2")
def test_a_job_that_fails_leaves_no_connection(thread):
    first = thread("flow.automate")

    def fails() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        kept.own_connection(fails, SimpleNamespace(job=SimpleNamespace(task_name="flow.automate")), None)
    assert thread("flow.automate") == first  # another thread's
