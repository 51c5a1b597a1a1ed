"""Loads that meet bad files, are stopped, killed, or run twice at once."""

from __future__ import annotations

import subprocess

import pytest

from rounds.kit.refusal import Refusal
from tests.jobs.universe.conftest import COMMAND
from tests.jobs.universe.test_load import twelve
from tests.universe_files import NEW_GENERAL, csv_bytes, put


def refusal(done) -> str:
    assert isinstance(done.exception, Refusal), (done.exception, done.output)
    return str(done.exception)


@pytest.mark.req("INTEG-18")
def test_a_torn_file_is_one_sentence_and_changes_nothing(desk, folder):
    desk.load(folder)
    before = desk.marks()
    path = folder / "c.csv"
    path.write_bytes(path.read_bytes()[:-30])
    said = refusal(desk.rounds("universe", "load", folder))
    assert said.startswith("c.csv:")
    assert "Nothing was changed" in said
    assert desk.marks() == before
    assert desk.ask("SELECT state FROM rounds_universerun ORDER BY at DESC LIMIT 1") == [("refused",)]


def test_a_folder_without_the_list_says_what_to_download(desk, folder):
    (folder / "a.csv").unlink()
    (folder / "older/b.csv").unlink()
    assert "xubh-q36u" in refusal(desk.rounds("universe", "load", folder))
    assert desk.ask("SELECT count(*) FROM rounds_account") == [(0,)]


@pytest.mark.req("PLUS-06")
def test_a_list_that_would_close_too_many_is_not_believed(desk, tmp_path):
    put(tmp_path, "list.csv", csv_bytes(NEW_GENERAL, twelve()))
    desk.load(tmp_path)
    before = desk.marks()
    put(tmp_path, "list.csv", csv_bytes(NEW_GENERAL, twelve()[:6]))
    assert "leaves out 6 of the 12" in refusal(desk.rounds("universe", "load", tmp_path))
    assert desk.marks() == before


def test_an_older_list_is_refused(desk, folder):
    desk.load(folder)
    (folder / "a.csv").unlink()
    assert "older" in refusal(desk.rounds("universe", "load", folder)).lower()


def test_a_folder_that_is_not_there_is_a_sentence(desk, tmp_path):
    assert "There is no folder" in refusal(desk.rounds("universe", "load", tmp_path / "nowhere"))


def test_a_stopped_load_goes_on_and_ends_as_if_it_had_not_been(desk, make_desk, folder):
    stopped = desk.python(
        f"""
        from rounds.jobs import universe as job
        from rounds.actions.market import universe
        def progress(code, says, done, total):
            if code == "accounts" and done:
                with system_sight():
                    run = UniverseRun.objects.get(state="running")
                    universe.stop(run, by=SYSTEM_ACTOR, at=now())
        try:
            job.load({str(folder)!r}, progress=progress)
        except job.Stopped:
            with system_sight():
                said = [UniverseRun.objects.get().state, Account.objects.count()]
        """
    )
    assert stopped == ["stopped", 1]  # the chunk of systems
    report = desk.load(folder)
    assert report["rows"] == {"created": 6, "updated": 0, "unchanged": 0}
    assert desk.ask("SELECT count(*), min(state) FROM rounds_universerun") == [(1, "done")]
    whole = make_desk()
    whole.load(folder)
    assert desk.print() == whole.print()


def test_a_killed_load_goes_on_and_ends_as_if_it_had_not_been(desk, make_desk, folder):
    desk.kill_when(folder, "SELECT count(*) > 1 FROM rounds_account")
    desk.python(
        """
        from datetime import timedelta
        with system_sight():
            UniverseRun.objects.update(heartbeat_at=now() - timedelta(hours=1))
        """
    )
    desk.load(folder)
    whole = make_desk()
    whole.load(folder)
    assert desk.print() == whole.print()


def test_two_loads_do_not_run_at_once(desk, folder):
    desk.python(
        """
        with system_sight():
            UniverseRun.objects.create(state="running", heartbeat_at=now(), at=now())
        """
    )
    assert "Another load" in refusal(desk.rounds("universe", "load", folder))
    assert desk.ask("SELECT count(*) FROM rounds_account") == [(0,)]


def test_the_web_role_cannot_load(desk, folder):
    from rounds.jobs.universe import NotTheWorker, load

    with desk.as_role("rounds_web"), pytest.raises(NotTheWorker):
        load(folder)
    assert desk.ask("SELECT count(*) FROM rounds_account") == [(0,)]


def test_the_command_says_a_refusal_in_one_line(desk, tmp_path):
    command = [*COMMAND, "universe", "load", str(tmp_path / "nowhere")]
    done = subprocess.run(command, env=desk.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("rounds: There is no folder")
