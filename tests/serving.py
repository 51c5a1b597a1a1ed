"""A real server on a database of the tests: started, waited for, ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

ROUNDS = [sys.executable, "-c", "from rounds.cli.main import main; main()"]


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until_ready(address: str, server: subprocess.Popen) -> None:
    """Wait until the server at `address` answers; at most half a minute."""
    for _ in range(600):
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urlopen(f"{address}/health/ready/", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError("the server did not answer within 30 seconds")


@contextmanager
def serving(database: str) -> Iterator[str]:
    """The address of a server on `database`, which ends with the block."""
    port = free_port()
    server = subprocess.Popen([*ROUNDS, "serve", "--port", str(port), "--workers", "1"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env={**os.environ, "ROUNDS_DATABASE_NAME": database})  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        until_ready(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(30)
