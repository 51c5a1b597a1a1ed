"""`rounds report` as somebody types it: wrong words are answered by a sentence, and nothing is kept."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.serving import ROUNDS

FILL = """
from rounds.cli.django import start
start("worker")
from rounds.access.sight import system_sight
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import now
with system_sight():
    print(build_cast(now()).owner.email)
"""


@pytest.mark.req("REPORT-09", "X-1")
def test_a_report_is_made_listed_and_refused_in_words(clone):
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": clone(f"cli_report_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")}
    filled = subprocess.run([sys.executable, "-c", FILL], env=environment, capture_output=True, text=True, check=False)
    assert filled.returncode == 0, filled.stderr
    mail = filled.stdout.strip()

    def rounds(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*ROUNDS, "report", *words], env=environment, capture_output=True, text=True, check=False)

    for words, says in ((("make", "yearly", "--as", mail), "There is no such report"), (("make", "compliance", "--as", mail), "Your role does not read this report"),
                        (("make", "monday", "--as", mail, "--as-of", "2999-01-01"), "up to today"), (("send", "yearly"), "There is no such report")):  # fmt: skip
        answer = rounds(*words)
        assert answer.returncode != 0, words
        assert says in answer.stderr, answer.stderr
        assert "Traceback" not in answer.stderr
    assert rounds("list", "--as", mail).stdout == ""
    assert "Thursday forecast update, Q" in rounds("make", "thursday", "--as", mail).stdout
    assert "thursday" in rounds("list", "--as", mail).stdout
    assert "the worker makes it for" in rounds("send", "thursday").stdout
