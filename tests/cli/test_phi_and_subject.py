"""`rounds phi check` names kinds and places and never the value; `rounds subject` finds, shows and erases."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile

import pytest

from tests.serving import ROUNDS


def rounds(*command: str, said: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*ROUNDS, *command], env={**os.environ, **more}, input=said, capture_output=True, text=True, check=False)


@pytest.mark.req("COMM-14")
def test_phi_check_names_the_place_and_not_the_value(tmp_path):
    file = tmp_path / "note.txt"
    file.write_text("All is well.\nThe screenshot shows MRN 00482913.\n")
    done = rounds("phi", "check", str(file))
    assert done.returncode == 1
    assert f"{file}:2:22: a medical record number" in done.stdout
    assert "00482913" not in done.stdout + done.stderr
    clean = rounds("phi", "check", "-", "--json", said="Bed count 612, NPI 1447298803")
    assert (clean.returncode, json.loads(clean.stdout)) == (0, {"findings": []})


@pytest.mark.req("COMPL-13")
def test_subject_finds_shows_and_erases(committed, tmp_path):
    from rounds.access.sight import sight
    from rounds.actions.market import accounts, contacts
    from rounds.jobs.demo.cast import build_cast
    from rounds.kit.clock import now
    from rounds.kit.scope import Scope

    mail = "ottilie.zweig@mercy.example"
    with sight(Scope(everything=True)):
        cast = build_cast(now())
        account = accounts.add(by=cast.admin.actor, at=now(), name="Mercy Meridian", level="system", state="CO")
        contacts.add(account, name="Ottilie Zweig", email=mail, by=cast.admin.actor, at=now())
    here, officer = {"ROUNDS_DATABASE_NAME": committed}, ["--as", cast.compliance.email, "--json"]
    found = rounds("subject", "find", mail, *officer, **here)
    assert json.loads(found.stdout)["counts"]["contacts"] == 1, found.stderr
    assert rounds("subject", "find", mail, "--as", cast.owner.email, **here).returncode == 2
    file = tmp_path / "hers.zip"
    assert rounds("subject", "access", mail, str(file), *officer, **here).returncode == 0
    assert mail in zipfile.ZipFile(file).read("data.json").decode()
    erased = rounds("subject", "erase", mail, "--state", "co", "--yes", *officer, **here)
    assert json.loads(erased.stdout)["certificate"], erased.stderr
    assert rounds("subject", "find", mail, *officer, **here).returncode == 1
