"""`rounds simulate` and `rounds demo --history`: what is asked for is said, and the load set answers with what it wrote."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from rounds.cli.main import rounds

pytestmark = pytest.mark.req("PLUS-29")


def test_the_load_set_says_what_it_wrote(tmp_path):
    said = CliRunner().invoke(rounds, ["simulate", "--load", "300", "--months", "6", "--out", str(tmp_path / "set"), "--json"])
    assert said.exit_code == 0, said.output
    done = json.loads(said.output.strip().splitlines()[-1])
    assert done["rows"]["deals"] == 300
    assert done["rows"]["stage_changes"] + done["rows"]["activities"] == 3000
    assert (tmp_path / "set" / "deals.parquet").is_file()


def test_a_load_set_needs_a_folder():
    said = CliRunner().invoke(rounds, ["simulate", "--load", "300"])
    assert said.exit_code == 2
    assert "--out FOLDER" in said.output


def test_a_history_is_never_invented_beside_real_hospitals(tmp_path, monkeypatch):
    monkeypatch.setenv("ROUNDS_MODE", "demo")
    said = CliRunner().invoke(rounds, ["demo", "--history", "--universe", str(tmp_path), "--data-only"])
    assert said.exit_code == 2
    assert "never beside real hospitals" in said.output
