"""`rounds lead`: a file of leads as people really save it."""

from __future__ import annotations

import json

import pytest

from rounds.access.scope import scope_of
from rounds.actions.flow.imports.cells import as_written
from rounds.jobs import lead_import
from rounds.models import AuditEntry, Event, Lead

HEAD = "Name,Email,Organization,State,Source,Beds,Funding,Hand raise,External ID\n"
GOOD = "Ann Lee,ann@a.example,A Health,NY,,\"1,200\",operating; grants,yes,x1\n"


@pytest.fixture
def take(cast, tmp_path):
    """`take(text or bytes, **options)`: import it as the admin and answer the report."""

    def run(content, **options):
        path = tmp_path / "leads.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return lead_import.run(path, scope=scope_of(cast.admin), by=cast.admin.actor, **options)

    return run


@pytest.mark.req("LEAD-18", "LEAD-19")
def test_a_line_becomes_a_scored_lead(take):
    report = take(HEAD + GOOD)
    lead = Lead.objects.get()
    assert (report.taken, report.refused) == (1, [])
    assert lead.facts == {"beds": 1200, "funding": ["grants", "operating"]}
    assert (lead.hand_raise, lead.state, lead.external_id) == (True, "NY", "x1")
    assert lead.score_total is not None
    assert lead.territory


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + GOOD).encode("utf-8-sig"),
        (HEAD + GOOD).encode("utf-16"),
        (HEAD + GOOD).replace("Ann Lee", "Ann Léveillé").encode("cp1252"),
        b"Name;Email;Beds\nAnn Lee;ann@a.example;1200\n",
        b"name\temail\tbeds\r\nAnn Lee\tann@a.example\t1200\r\n",
    ],
)
def test_files_as_spreadsheets_save_them(take, content):
    assert take(content).taken == 1
    assert Lead.objects.get().facts["beds"] == 1200


def test_each_bad_line_is_named_and_spoils_no_other(take):
    report = take(
        HEAD + GOOD + "Bo Fox,bo(at)b.example,B,NY,,,,,x2\n" + "Cy Hart,cy@c.example,C,Narnia,,,,,x3\n"
        + "Di Iles,di@d.example,D,NY,,about 400,,,x4\n" + "Ed Jay,ed@e.example\n" + "\n"
        + "Flo Kay,flo@f.example,F,NY,,-5,,,x5\n" + "Gil Lux,gil@g.example,G,CA,,90,,,x6\n"
    )  # fmt: skip
    assert (report.rows, report.taken) == (7, 2)
    assert [(bad["line"], bad["field"]) for bad in report.refused] == [
        (3, "email"), (4, "state"), (5, "beds"), (6, ""), (8, "beds"),
    ]  # fmt: skip
    assert all(bad["says"].startswith(f"Line {bad['line']}") for bad in report.refused)
    assert sorted(Lead.objects.values_list("external_id", flat=True)) == ["x1", "x6"]
    assert Event.objects.filter(kind="lead.captured").count() == 2


def test_the_same_file_again_takes_nothing_twice(take):
    bare = "name,email\nAnn Lee,ann@a.example\nBo Fox,bo@b.example\n"
    first, second, grown = take(bare), take(bare), take(bare + "Cy Hart,cy@c.example\n")
    assert (first.taken, second.taken, second.there, grown.taken) == (2, 0, 2, 1)
    assert Lead.objects.count() == 3


def test_a_dry_run_keeps_nothing(take):
    before = AuditEntry.objects.count()
    report = take(HEAD + GOOD + "Bo Fox,bad mail,B,NY,,,,,x2\n", dry_run=True)
    assert (report.taken, len(report.refused)) == (1, 1)
    assert Lead.objects.count() == 0
    assert AuditEntry.objects.count() == before


def test_imported_events_start_nothing_until_they_are_released(take):
    take(HEAD + GOOD)
    captured = Event.objects.get(kind="lead.captured")
    assert captured.quiet
    assert captured.batch_id


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("name,e-mial\nAnn,x\n", "“e-mial”"),
        ("email\na@b.example\n", "needs a header line"),
        ("name,name\nAnn,Bo\n", "twice"),
        (b"\x00\x01\x02", "not a text file"),
        ("name,owner\nAnn,someone\n", "“owner”"),
        ("name,score\nAnn,99\n", "“score”"),
    ],
)
def test_a_header_that_is_no_leads_is_refused_whole(take, head, says):
    with pytest.raises(lead_import.Refusal, match=says):
        take(head)
    assert Lead.objects.count() == 0


def test_formula_cells_are_text_and_what_an_export_quoted_is_restored(take):
    take("name,organization\n=1+2,'+A Health\n")
    lead = Lead.objects.get()
    assert (lead.name, lead.organization) == ("=1+2", "+A Health")
    assert as_written("'tis fine") == "'tis fine"


def test_the_command_names_what_it_did(clone, tmp_path, server):
    import os
    import subprocess
    import sys

    name = clone("lead_cli")
    path = tmp_path / "two.csv"
    path.write_text("name,beds\nAnn Lee,300\nBo Fox,lots\n")
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": name}

    def run(*words):
        command = [sys.executable, "-c", "from rounds.cli.main import main; main()", "lead", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    added = run("add", "--name", "Cy Hart", "--state", "NY", "--fact", "beds=420", "--json")
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["territory"] == "Northeast"
    imported = run("import", str(path), "--json")
    assert imported.returncode == 1
    told = json.loads(imported.stdout)
    assert (told["taken"], told["refused"][0]["line"]) == (1, 3)
    refused = run("add", "--name", "X", "--email", "nobody")
    assert (refused.returncode, "e-mail address" in refused.stderr) == (2, True)
    stranger = run("add", "--name", "X", "--as", "nobody@nowhere.example")
    assert stranger.returncode == 2
