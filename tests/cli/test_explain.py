"""`rounds explain` and `rounds playbook`, run as a person runs them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-c", "from rounds.cli.main import main; main()"]


def rounds(*words: str, given: str = "") -> subprocess.CompletedProcess:
    return subprocess.run([*COMMAND, *words], input=given, capture_output=True, text=True, check=False)


def answer(*words: str, given: dict | None = None) -> dict:
    done = rounds(*words, "--given", "-", "--json", given=json.dumps(given or {}))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.req("LEAD-01", "LEAD-22", "X-1")
def test_a_blank_lead_has_two_points_and_says_what_is_missing():
    said = answer("explain", "scoring/lead_fit")
    assert said["total"] == 2
    assert len(said["missing"]) >= 12
    assert len(said["lines"]) == 14
    assert all(line["why"] and line["source"] for line in said["lines"])
    assert said["playbook"]


@pytest.mark.req("ROUTE-04")
def test_another_territory_table_can_be_tried_for_one_call():
    shipped = answer("explain", "routing/territory", given={"state": "co"})
    tried = answer("explain", "routing/territory", "--set", "table=004", given={"state": "co"})
    assert (shipped["territory"], tried["territory"]) == ("Southwest", "West")


@pytest.mark.parametrize(
    ("words", "given", "sentence"),
    [
        (["scoring/lead_fit"], '{"beds": -4}', "beds must be a whole number"),
        (["scoring/lead_fit"], '{"beds": "about 400"}', "beds must be a whole number"),
        (["scoring/lead_fit"], '{"bedz": 4}', "Did you mean 'beds'?"),
        (["scoring/lead_fit"], "[1]", "one record"),
        (["scoring/lead_fit"], "{beds", "is not JSON"),
        (["scoring/leed_fit"], "{}", "Did you mean scoring/lead_fit?"),
        (["scoring/lead_fit", "--set", "nonsense"], "{}", "KEY=VALUE"),
        (["scoring/lead_fit", "--at", "soon"], "{}", "a moment like"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_and_no_trace(words, given, sentence):
    done = rounds("explain", *words, "--given", "-", given=given)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_playbook_is_written_checked_and_refused_by_line(tmp_path):
    folder = tmp_path / "mine"
    assert rounds("playbook", "init", str(folder)).returncode == 0
    assert rounds("playbook", "init", str(folder)).returncode == 2
    checked = rounds("playbook", "check", str(folder), "--json")
    assert checked.returncode == 0
    assert all(f["severity"] != "error" for f in json.loads(checked.stdout))
    file = folder / "scoring" / "lead_fit.yaml"
    file.write_text(file.read_text().replace("max: 30", "max: 31", 1))
    broken = rounds("playbook", "check", str(folder))
    assert broken.returncode != 0
    assert "scoring/lead_fit.yaml:" in broken.stdout + broken.stderr


def test_help_lists_every_command_at_once():
    said = rounds("--help").stdout
    for name in ("demo", "serve", "worker", "migrate", "playbook", "explain", "universe", "lead", "user", "audit"):
        assert name in said
