"""A playbook that was published for an older version of Rounds never bricks the product."""

from __future__ import annotations

import json
import subprocess
import sys
from os import environ

import psycopg
import pytest

from rounds import playbook as playbooks
from rounds.actions.flow import playbooks as publishing
from rounds.actions.leads import leads
from rounds.analytics.leads.standing import recorded
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Lead, PlaybookVersion, ScoreRecord
from rounds.models.base import signature
from rounds.models.flow import active as reading
from rounds.models.flow.active import PlaybookUnreadable, active, by_hash, files_in_force
from rounds.playbook.book import hash_of
from rounds.rules.scoring import score, scorer

MIGRATE = [sys.executable, "-c", "from rounds.cli.main import main; main()", "migrate", "--json"]


def older_files() -> dict[str, str]:
    """The shipped playbook as if a company had changed a figure, before two files' worth of keys were thought of."""
    files = dict(playbooks.default().files)
    del files["programme.yaml"]
    text = files["universe.yaml"]
    files["universe.yaml"] = text.replace("metro: {top: 50,", "metro: {top: 40,").replace("  alert_days: 90\n", "")
    assert files["universe.yaml"] != text
    return files


def publish_raw(files: dict[str, str]) -> PlaybookVersion:
    """A version as an older Rounds wrote it: nobody of today checked it."""
    last = PlaybookVersion.objects.order_by("-number").first()
    return PlaybookVersion.objects.create(
        number=(last.number if last else 0) + 1, hash=hash_of(files), files=files, reason="ours", **signature(SYSTEM_ACTOR, now())
    )


@pytest.fixture(autouse=True)
def nothing_compiled(monkeypatch):
    monkeypatch.setattr(reading, "_compiled", {})


@pytest.mark.req("X-1")
def test_what_is_missing_is_published_as_the_next_version_and_the_companys_figures_stay(cast):
    older = publish_raw(older_files())
    with pytest.raises(PlaybookUnreadable, match=rf"v{older.number} was written for another version.*rounds migrate"):
        active()
    version, added = publishing.complete()
    assert added == ("programme.yaml", "universe.yaml › budget_window › alert_days")
    assert version.number == older.number + 1
    assert version.reason == f"Completed for this version of Rounds: {', '.join(added)}"
    book = active().playbook
    assert (book.universe.metro.top, book.universe.budget_window.alert_days) == (40, 90)
    assert publishing.complete() == (version, ())


def test_a_playbook_that_can_be_read_stays_in_force(cast):
    before = active().number
    assert publishing.complete()[1] == ()
    assert active().number == before


@pytest.mark.req("LEAD-21", "X-1")
def test_a_verdict_of_an_unreadable_playbook_is_explained_by_its_own_lines(cast):
    lead = leads.capture({"name": "P. Lead", "facts": {"beds": 700, "ehr": "Epic"}}, by=SYSTEM_ACTOR, at=now())
    told = recorded(lead)
    assert told.score == score(scorer(active().playbook, "lead_fit"), told.record.facts)
    older = publish_raw(older_files())
    said = ScoreRecord.objects.get(lead=lead, model="lead_fit")
    said.pk, said.at, said.playbook_hash = None, now(), older.hash
    said.save(force_insert=True)
    publishing.complete()
    with pytest.raises(PlaybookUnreadable, match="explains its verdicts by the lines it left"):
        by_hash(older.hash)
    found = recorded(Lead.objects.get(pk=lead.pk))
    assert found.number == older.number
    assert found.score == told.score
    # A question that was not asked then is an open one now.
    said.pk, said.lines = None, [line for line in said.lines if line["what"] != "organization_size"]
    said.at = now()
    said.save(force_insert=True)
    found = recorded(Lead.objects.get(pk=lead.pk)).score
    assert "organization_size" in found.missing
    assert [line["what"] for line in found.lines] == [line["what"] for line in told.score.lines]


def test_a_playbook_that_cannot_be_completed_is_named_and_can_still_be_written_out(cast):
    files = older_files()
    files["universe.yaml"] += "colour: red\n"
    publish_raw(files)
    with pytest.raises(playbooks.CannotComplete, match="colour: this key is not known"):
        publishing.complete()
    assert files_in_force() == files


def test_migrate_completes_the_playbook_in_force(server, clone):
    name = clone("older_playbook")
    files = older_files()
    with psycopg.connect(server.dsn("rounds_owner", name), autocommit=True) as owner:
        owner.execute(
            "INSERT INTO rounds_playbookversion (id, number, hash, files, reason, by_kind, by_name, at)"
            " VALUES (gen_random_uuid(), 2, %s, %s, 'ours', 'system', '', now())",
            [hash_of(files), json.dumps(files)],
        )
        run = subprocess.run(MIGRATE, env={**environ, "ROUNDS_DATABASE_NAME": name}, capture_output=True, text=True, check=True)
        said = json.loads(run.stdout)
        assert (said["playbook_version"], said["completed"][0]) == (3, "programme.yaml")
        jobs = owner.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'rounds.rescore'").fetchone()
        assert jobs == (1,)
