"""The same product days later: its own server on the same database, with a clock that runs ahead."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.journeys.conftest import World
from tests.serving import free_port, until_ready

AHEAD = """
from datetime import timedelta
from rounds.kit import clock
today = clock.now
clock.now = lambda: today() + timedelta(days={days})
from rounds.cli.main import main
main()
"""
"""The clock is set before anything else of Rounds is read, so that every part has it."""


class Later(World):
    """The running product so many days on; its commands live then, too."""

    days = 0

    def run(self, *command: str) -> str:
        done = subprocess.run([sys.executable, "-c", AHEAD.format(days=self.days), *command], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def later(world: World, days: int) -> Iterator[Later]:
    """The product of `world` as it is so many days from now."""
    port = free_port()
    found = Later(f"http://127.0.0.1:{port}", {**world.environment, "ROUNDS_PUBLIC_URL": f"http://127.0.0.1:{port}"})
    found.days = days
    server = subprocess.Popen([sys.executable, "-c", AHEAD.format(days=days), "serve", "--port", str(port), "--workers", "1"],
                              env=found.environment, stdout=subprocess.DEVNULL)  # fmt: skip
    try:
        until_ready(found.address, server)
        yield found
    finally:
        server.terminate()
        server.wait(40)
