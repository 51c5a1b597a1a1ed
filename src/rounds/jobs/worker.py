"""The worker: takes jobs from the queue, does the chores beside them, and comes back when the database does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import Error, connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

import rounds.actions.flow.verbs  # noqa: F401 - whole before the first thread begins: half of the deeds make a playbook look wrong
from rounds.jobs.chores import BEAT, CHORES, SILENT, Chore
from rounds.jobs.kept import close_idle, own_connection

log = logging.getLogger("rounds.worker")
GRACE = 20.0
"""Seconds a running job may take to end when the worker is asked to stop; then the reaper of another gives it back."""
AGAIN = 2.0
"""Seconds before the database is tried again."""


def run(*, concurrency: int = 2, once: bool = False, chores: Sequence[Chore] = CHORES) -> None:
    """Work until SIGTERM or SIGINT; with `once` until the queue is empty. Jobs that run finish first."""
    asyncio.run(_Worker(concurrency, once, chores).run())


class _Worker:
    def __init__(self, concurrency: int, once: bool, chores: Sequence[Chore]) -> None:
        self.concurrency, self.once, self.chores = concurrency, once, chores
        self.stop = asyncio.Event()
        # One thread, one connection: chores are short and take turns.
        self.hand = ThreadPoolExecutor(1, "chores")

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        # As many threads as jobs at a time, so that each finds its connection again.
        loop.set_default_executor(ThreadPoolExecutor(self.concurrency, "jobs"))
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self.stop.set)
        beside = [] if self.once else [asyncio.create_task(self._chore(chore)) for chore in self.chores]
        try:
            while not self.stop.is_set():
                try:
                    await self._work()
                    if self.once:
                        break
                except (ConnectorException, Error, OSError) as error:
                    log.warning("The database is away (%s); trying again.", str(error).split("\n")[0][:120])
                    await self._wait(AGAIN)
        finally:
            self.stop.set()
            await asyncio.gather(*beside)
            close_idle(0)
            self.hand.submit(connections.close_all).result()
            self.hand.shutdown()

    async def _work(self) -> None:
        """Take jobs until asked to stop. Raises when the database goes away."""
        with app.replace_connector(app.connector.get_worker_connector()) as working:
            async with working.open_async():
                jobs = asyncio.create_task(working.run_worker_async(
                    concurrency=self.concurrency, wait=not self.once, install_signal_handlers=False,
                    shutdown_graceful_timeout=GRACE, update_heartbeat_interval=BEAT, stalled_worker_timeout=SILENT * 3,
                    task_middleware=[own_connection], delete_jobs="never",
                ))  # fmt: skip
                asked = asyncio.create_task(self.stop.wait())
                await asyncio.wait({jobs, asked}, return_when=asyncio.FIRST_COMPLETED)
                asked.cancel()
                if not jobs.done():
                    jobs.cancel()  # the queue's own word for: take no more, finish what runs
                with contextlib.suppress(asyncio.CancelledError):
                    await jobs

    async def _chore(self, chore: Chore) -> None:
        loop = asyncio.get_running_loop()
        while not self.stop.is_set():
            try:
                await loop.run_in_executor(self.hand, chore.does)
            except Exception as error:  # a chore that fails must not take the worker with it
                log.warning("The chore “%s” failed and will be tried again: %s", chore.name, str(error).split("\n")[0][:160])
                await loop.run_in_executor(self.hand, connections.close_all)
            await self._wait(chore.every)

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)

