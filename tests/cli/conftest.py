"""Commands as somebody types them: a database of their own filled for a file of tests, and `rounds` started once for it.

A file gives itself a `world`: `filled(name, code)` runs the code that fills the database and answers its environment and
what it printed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

LISTEN = """
import contextlib, io, json, sys
from rounds.cli import main
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    sys.argv = ["rounds", *json.loads(line)]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main.main()
        except SystemExit as left:
            status = left.code
    print(json.dumps([status, out.getvalue(), err.getvalue()]), flush=True)
"""
"""Takes command lines one after the other: as `rounds` does, but Django is started once for all of them."""


@pytest.fixture(scope="module")
def filled(clone):
    """`filled("cli_deal", code)`: a database of that name with what the code put into it; (its environment, what it printed)."""

    def fill(name: str, code: str) -> tuple[dict[str, str], dict[str, str]]:
        environment = {**os.environ, "ROUNDS_DATABASE_NAME": clone(f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return environment, json.loads(done.stdout)

    return fill


@pytest.fixture(scope="module")
def rounds(world):
    """`rounds(words)`: what it said, as the owner unless `who` says otherwise; `fails` expects a refusal."""
    environment, ids = world
    listening = subprocess.Popen([sys.executable, "-c", LISTEN], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(*words: str, who: str = "owner", fails: bool = False) -> str:
        listening.stdin.write(json.dumps([*words, "--as", ids[who]]) + "\n")
        listening.stdin.flush()
        status, out, err = json.loads(listening.stdout.readline())
        assert (status != 0) == fails, out + err
        return err if fails else out

    yield run
    listening.stdin.close()
    listening.wait(timeout=60)
