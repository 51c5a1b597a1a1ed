"""The universe report and its loads: figures that open their rows, the bars of day one, who may load what and when."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.market import universe
from rounds.kit.clock import now
from rounds.models import Account, AuditEntry, UniverseRun
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.web.market import universe_shown

SURVEY = {
    "found": [{"source": "general", "path": "hospitals.csv", "rows": 3, "as_of": "2026-01-01", "sha256": "ab"}],
    "lacking": ["No AHRQ linkage: nobody knows which hospitals belong to a system."],
    "refused": [["torn.csv", "torn.csv ends in the middle of a row."]], "skipped": [["notes.md", "notes.md is no file we know"]],
    "list": {"as_of": "2026-01-01", "layout": 3},
}  # fmt: skip
REPORT = {
    "hospitals": 5432, "systems": 635, "buying_units": 2410, "independents": 1775, "closed": 4,
    "fill": {"beds": {"all": 0.938, "core": 0.9844}, "stars": {"all": 0.5858, "core": 0.6833}},
    "ehr_vendor": {"MEDITECH": 539, "Epic": 1768}, "tiers": {"1": 113, "2": 116, "3": 641, "none": 1540},
    "fit": {"A": 2554, "B": 985, "C": 805, "D": 149}, "fit_units": {"A": 555, "B": 789, "C": 902, "D": 164},
    "first_day": {"share_of_grades": {"A": 0.5684, "B": 0.2192, "C": 0.1792, "D": 0.0332},
                  "fit_and_completeness": 0.2664, "thin_a": 0},
    "rows": {"created": 12, "updated": 34, "unchanged": 6021}, "claims": {"created": 77, "updated": 0, "unchanged": 1},
    "verdicts": 46, "agreement": {"beds": [{"a": "cost_report", "b": "hifld", "same": 0.578, "compared": 4223}],
                                  "ehr_vendor": []}, "lacking": [], "seconds": 23.93, "peak_rss_mb": 537.6,
}  # fmt: skip


@pytest.fixture
def run_of(cast):
    """`run_of(state, …)`: a load as its row."""

    def make(state="done", **said):
        at = said.pop("at", now() - timedelta(hours=1))
        rest = {"report": REPORT, "survey": SURVEY, "finished_at": at + timedelta(seconds=24)} if state == "done" else {}
        return UniverseRun.objects.create(state=state, **{"folder": "/files/public", **rest, **signature(cast.admin.actor, at), **said})

    return make


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """The folder this server was set up with, with one below it; its neighbour is outside."""
    (tmp_path / "public" / "2026").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    monkeypatch.setattr(settings.CONFIG, "public_data", tmp_path / "public")
    return tmp_path / "public"


@pytest.fixture
def hospital(cast):
    """`hospital(name, …)`: an open core hospital that buys for itself."""

    def make(name, **said):
        at = now()
        row = Account(name=name, level="hospital", is_unit=True, created_at=at, updated_at=at,
                      **{"territory": "Northeast", "programme": "core", **said})  # fmt: skip
        row.buying_unit_id = row.id
        row.save()
        return row

    return make


def jobs() -> list[tuple[str, dict, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args, status::text FROM procrastinate_jobs ORDER BY id")
        return [(task, json.loads(args) if isinstance(args, str) else args, status) for task, args, status in cursor]


@pytest.mark.req("UI-01", "PLUS-12")
def test_the_report_says_what_the_load_gave(cast, door, run_of, said):
    run_of()
    page = door(cast.admin).get("/universe/")
    text = said(page)
    assert "5,432 hospitals in 2,410 buying units, and their scores can be trusted from day one" in text
    for words in ("12 created, 34 updated, 6,021 unchanged", "23.9 s", "538 MB", "Beds 98.4 % 93.8 %", "Epic 1,768",
                  "57.8 % 4,223", "CMS general information", "Refused: torn.csv", "No AHRQ linkage", "notes.md is no file"):  # fmt: skip
        assert words in text, words
    body = page.content.decode()
    assert body.index("Epic") < body.index("MEDITECH")


@pytest.mark.req("UI-01", "X-1")
def test_every_list_the_report_names_answers(cast, door, run_of):
    run_of()
    client = door(cast.admin)
    page = client.get("/universe/")
    urls = [*page.context["urls"].values(), *(row["url"] for row in page.context["vendors"])]
    urls += [row[key] for row in page.context["fills"] for key in ("url", "core_url") if row[key]]
    urls += [row["url"] for row in page.context["tiers"]["rows"]]
    urls += [row[key] for row in page.context["grades"]["rows"] for key in ("core_url", "units_url")]
    assert len(urls) > 20
    for url in urls:
        assert client.get(url).status_code == 200, url


@pytest.mark.req("PLUS-12")
@pytest.mark.parametrize(
    ("change", "met"),
    [
        ({}, [True, True, True]),
        ({"share_of_grades": {"A": 0.91, "B": 0.05, "C": 0.04}}, [False, True, True]),
        ({"share_of_grades": {"A": 0.45, "unknown": 0.45, "B": 0.10}}, [False, True, True]),
        ({"fit_and_completeness": -0.31}, [True, False, True]),
        ({"fit_and_completeness": 0.3}, [True, False, True]),
        ({"thin_a": 1}, [True, True, False]),
        ({"thin_a": None, "fit_and_completeness": None}, [True, None, None]),
    ],
)
def test_the_bars_of_day_one_are_the_playbooks(db, change, met):
    report = {**REPORT, "first_day": {**REPORT["first_day"], **change}}
    checks = universe_shown.first_day(report, active().playbook)
    assert [check["met"] for check in checks] == met
    missed = sum(one is False for one in met)
    assert ("missed" in universe_shown.heading(report, checks)) == bool(missed)


@pytest.mark.req("UI-01", "PLUS-12")
def test_without_a_load_the_same_figures_are_counted_from_what_the_viewer_sees(cast, door, hospital, said, see_all):
    hospital("Alder", beds=200, ehr_vendor="Epic", fit_grade="A", fit_rate=0.9, fit_known=47, completeness=0.5, tier=1)
    hospital("Birch", fit_grade="A", fit_rate=0.9, fit_known=10, completeness=0.2)
    hospital("Cedar", territory="West", fit_grade="B", fit_rate=0.7, completeness=0.4)
    page = door(cast.admin).get("/universe/")
    assert page.context["live"]
    report = page.context["report"]
    assert (report["hospitals"], report["buying_units"], report["ehr_vendor"]) == (3, 3, {"Epic": 1})
    assert report["fill"]["beds"] == {"all": 0.3333, "core": 0.3333}
    assert report["tiers"] == {"1": 1, "2": 0, "3": 0, "none": 2}
    assert report["first_day"]["thin_a"] == 1
    assert "no hospital files have been loaded here" in said(page)
    see_all()
    theirs = door(cast.colleague).get("/universe/")
    assert theirs.context["report"]["hospitals"] == 1
    see_all()
    assert door(cast.owner).get("/universe/").context["report"]["hospitals"] == 2


@pytest.mark.req("UI-01")
def test_only_an_admin_loads_and_others_read_why_not(cast, door, folder, said, see_all):
    for person in (cast.owner, cast.manager, cast.colleague):
        answer = door(person).post("/universe/runs/")
        assert answer.status_code == 403
        assert "Only a RevOps admin loads the hospital files." in said(answer)
        assert 'action="/universe/runs/"' not in door(person).get("/universe/").content.decode()
        see_all()
    assert not UniverseRun.objects.exists()
    assert jobs() == []


@pytest.mark.req("UI-01")
def test_a_load_is_asked_of_the_worker_with_its_row_and_its_job(cast, door, folder, said, see_all):
    answer = door(cast.admin).post("/universe/runs/")
    see_all()
    run = UniverseRun.objects.get()
    assert answer["Location"] == f"/universe/runs/{run.id}/"
    assert (run.state, run.folder, run.by_name) == ("waiting", str(folder), cast.admin.name)
    assert jobs() == [("universe.load", {"folder": str(folder), "by": str(cast.admin.id)}, "todo")]
    assert AuditEntry.objects.filter(verb="universe.ask", subject_id=run.id).exists()
    page = door(cast.admin).get(answer["Location"])
    assert "The hospital files are loading" in said(page)
    again = door(cast.admin).post("/universe/runs/")
    assert again.status_code == 409
    assert "waits for the worker already" in said(again)


@pytest.mark.req("UI-01")
def test_no_path_leads_out_of_the_folder(cast, door, folder, said, see_all):
    client = door(cast.admin)
    for away in ("../secret", "/etc", "2026/../../secret", "..", "a\x00b"):
        assert client.post("/universe/runs/", {"folder": away}).status_code == 422, away
    missing = client.post("/universe/runs/", {"folder": "nowhere"})
    assert "There is no folder “nowhere”" in said(missing)
    see_all()
    assert not UniverseRun.objects.exists()
    assert client.post("/universe/runs/", {"folder": "2026"}).status_code == 302
    see_all()
    assert UniverseRun.objects.get().folder == str(folder / "2026")


@pytest.mark.req("UI-01")
def test_a_missing_folder_is_said_with_what_to_do(cast, door, folder, monkeypatch, said):
    monkeypatch.setattr(settings.CONFIG, "public_data", folder / "gone")
    answer = door(cast.admin).post("/universe/runs/")
    assert answer.status_code == 422
    assert "ROUNDS_PUBLIC_DATA" in said(answer)
    assert "ROUNDS_PUBLIC_DATA" in said(door(cast.admin).get("/universe/"))


@pytest.mark.req("UI-01")
def test_a_living_load_refuses_another_and_a_silent_one_gives_way(cast, door, folder, run_of, said, see_all):
    living = run_of("running", heartbeat_at=now() - timedelta(seconds=20))
    answer = door(cast.admin).post("/universe/runs/")
    assert answer.status_code == 409
    assert "Another load" in said(answer)
    see_all()
    UniverseRun.objects.filter(pk=living.pk).update(heartbeat_at=now() - timedelta(minutes=10))
    assert "fell silent" in said(door(cast.admin).get(f"/universe/runs/{living.pk}/"))
    assert door(cast.admin).post("/universe/runs/").status_code == 302
    see_all()
    living.refresh_from_db()
    assert living.state == "broken"


@pytest.mark.req("UI-01")
def test_a_load_that_waits_is_stopped_at_once_and_can_be_asked_anew(cast, door, folder, see_all):
    client = door(cast.admin)
    url = client.post("/universe/runs/")["Location"]
    assert client.post(f"{url}stopping/").status_code == 302
    see_all()
    run = UniverseRun.objects.get()
    assert run.state == "stopped"
    assert [status for *_, status in jobs()] == ["cancelled"]
    assert client.post("/universe/runs/")["Location"] == url
    see_all()
    assert [status for *_, status in jobs()] == ["cancelled", "todo"]


@pytest.mark.req("UI-01")
def test_progress_polls_until_it_ends_and_stops_on_request(cast, door, run_of, said, see_all):
    phases = [{"code": "survey", "says": "Reading the files", "done": 1, "total": 1, "state": "done"},
              {"code": "facts", "says": "Facts with their sources", "done": 600, "total": 6067, "state": "running"},
              {"code": "verdicts", "says": "Scores, tiers, territories", "done": 0, "total": 0, "state": "waiting"},
              {"code": "report", "says": "Report", "done": 0, "total": 0, "state": "waiting"}]  # fmt: skip
    run = run_of("running", heartbeat_at=now(), phases=phases)
    url = f"/universe/runs/{run.pk}/"
    part = door(cast.admin, htmx=True).get(url)
    body = part.content.decode()
    assert f'hx-get="{url}"' in body
    assert "<html" not in body
    assert "Hospital universe: Facts with their sources 600 of 6,067" in said(part)
    assert said(part).count("next") == 1
    assert f'hx-get="{url}"' in door(cast.admin).get("/universe/").content.decode()
    assert "stopping/" not in door(cast.owner).get(url).content.decode()
    assert door(cast.owner).post(f"{url}stopping/").status_code == 403
    stopping = door(cast.admin, htmx=True).post(f"{url}stopping/")
    assert "Stops after this chunk" in said(stopping)
    see_all()
    run.refresh_from_db()
    assert run.stop_asked_at is not None
    universe.finish(run, "stopped", by=cast.admin.actor, at=now())
    ended = door(cast.admin, htmx=True).get(url)
    assert "hx-get" not in ended.content.decode()
    assert "the next load goes on from there" in said(ended)


@pytest.mark.req("UI-01")
def test_a_waiting_run_is_taken_up_and_a_stop_asked_meanwhile_holds(cast, folder):
    asked = universe.ask(str(folder), by=cast.admin.actor, at=now())
    UniverseRun.objects.filter(pk=asked.pk).update(stop_asked_at=now())
    begun = universe.begin(str(folder), as_of=None, phases=[], by=cast.admin.actor, at=now())
    assert begun.pk == asked.pk
    assert begun.state == "running"
    assert universe.note_progress(begun, at=now()) is False


@pytest.mark.req("UI-01", "X-1")
def test_the_history_lists_every_load_with_how_it_ended(cast, door, run_of, said):
    run_of()
    run_of("refused", refusal="torn.csv ends in the middle of a row.", at=now())
    text = said(door(cast.owner).get("/universe/runs/"))
    assert "2 loads of the hospital files" in text
    assert "Refused" in text
    refused = UniverseRun.objects.get(state="refused")
    assert "torn.csv ends in the middle" in said(door(cast.owner).get(f"/universe/runs/{refused.pk}/"))
    assert door(cast.owner).get("/universe/runs/00000000-0000-7000-8000-000000000000/").status_code == 404


@pytest.mark.req("UI-01")
def test_the_report_asks_as_often_for_three_runs_as_for_one(cast, door, run_of, hospital, see_all):
    def asked(url) -> int:
        client = door(cast.admin)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        see_all()
        return len(queries)

    hospital("Alder")
    live = asked("/universe/")
    hospital("Birch")
    hospital("Cedar")
    assert asked("/universe/") == live
    run_of()
    once = [asked("/universe/"), asked("/universe/runs/")]
    run_of()
    run_of()
    assert [asked("/universe/"), asked("/universe/runs/")] == once
