"""A standalone Spark of this machine: a master and workers on loopback, for trying out and for tests (docs/spark.md)."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rounds.analytics.numbers.spark import LOOPBACK, NoSpark

MASTER, WORKER = "org.apache.spark.deploy.master.Master", "org.apache.spark.deploy.worker.Worker"
PATIENCE = 120.0
"""Seconds a master and its workers may take to know each other."""


@contextmanager
def standalone(workers: int = 2, *, cores: int = 1, memory: str = "1g") -> Iterator[str]:
    """The address of a master with so many workers, each a process with `cores` and `memory`; all of them end with the block."""
    home = _home()
    running: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory(prefix="rounds-spark-") as own:
        environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": LOOPBACK, "SPARK_DAEMON_MEMORY": "256m", "SPARK_WORKER_DIR": f"{own}/work",
                       "SPARK_LOCAL_DIRS": f"{own}/local", "SPARK_NO_DAEMONIZE": "1"}  # fmt: skip

        def begin(name: str, *said: str) -> Path:
            log = Path(own) / f"{name}.log"
            with log.open("wb") as file:
                running.append(subprocess.Popen([str(home / "bin" / "spark-class"), *said], env=environment, cwd=own, stdout=file, stderr=file, start_new_session=True))  # noqa: S603 our own PySpark
            return log

        try:
            log = begin("master", MASTER, "--host", LOOPBACK, "--port", "0", "--webui-port", "0")
            address = _told(log, r"Starting Spark master at (spark://\S+)", running)
            for number in range(workers):
                begin(f"worker{number}", WORKER, "--host", LOOPBACK, "--cores", str(cores), "--memory", memory, "--webui-port", "0", address)
            _told(log, r"(Registering worker)", running, times=workers)
            yield address
        finally:
            for one in reversed(running):
                _ended(one)


def _home() -> Path:
    try:
        import pyspark
    except ImportError:
        raise NoSpark("PySpark is not installed: `make .venv/.spark` puts it into .venv; it needs Java 17 as well.") from None
    return Path(pyspark.__file__).parent


def _told(log: Path, pattern: str, running: list[subprocess.Popen[bytes]], times: int = 1) -> str:
    """What a log says by `pattern`, as soon as it says so so many times."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = re.findall(pattern, log.read_text(encoding="utf-8", errors="replace"))
        if len(found) >= times:
            return str(found[0])
        if any(one.poll() is not None for one in running):
            break
        time.sleep(0.1)
    raise NoSpark(f"Spark did not start: {' '.join(log.read_text(encoding='utf-8', errors='replace').split())[-400:]}")


def _ended(process: subprocess.Popen[bytes]) -> None:
    """A process of ours and what it started, asked first."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            process.wait(20)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        return
