"""Many rows at once: previewed, done, refused row by row, undone; and exports."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from rounds.actions.desk import changes
from rounds.documents import csv as text_file
from rounds.documents import xlsx
from rounds.kit.clock import now
from rounds.models import AuditEntry, Batch, Event, Lead
from tests.web.leads.test_list import text

ASSIGN, STATUS = "/lists/lead/changes/lead.assign/", "/lists/lead/changes/lead.status/"


@pytest.mark.req("UI-02")
def test_a_change_is_previewed_done_and_undone(cast, door, lead_of):
    rows = [lead_of(cast.owner, name=f"Lead {n}") for n in range(3)]
    client = door(cast.manager)
    asked = {"ids": [str(rows[0].id), str(rows[1].id)], "query": "f=score.gte.1"}
    page = client.post(ASSIGN, asked)
    assert page.context["total"] == 2
    assert Lead.objects.filter(owner=cast.owner).count() == 3
    done = client.post(f"{ASSIGN}doing/", asked | {"owner": str(cast.senior_ae.id), "reason": "holiday"}, follow=True)
    assert "2 changed" in text(done)
    assert Lead.objects.filter(owner=cast.senior_ae).count() == 2
    batch = Batch.objects.get()
    assert Event.objects.filter(batch_id=batch.id, kind="lead.assigned").count() == 2
    client.post(f"/changes/{batch.id}/undoing/")
    assert Lead.objects.filter(owner=cast.owner).count() == 3
    assert client.post(f"/changes/{batch.id}/undoing/").status_code == 409


@pytest.mark.req("UI-02")
def test_all_that_match_are_changed_and_each_refusal_has_its_reason(cast, door, lead_of, see_all):
    for n in range(3):
        lead_of(cast.owner, name=f"Lead {n}")
    gone = lead_of(cast.owner, name="Gone Alder")
    lead_of(cast.colleague, name="Unseen Birch", state="CA")
    client = door(cast.owner)
    client.post(f"/leads/{gone.id}/status/", {"status": "Disqualified", "reason": "closed"})
    said = {"all": "1", "query": "f=score.gte.1", "status": "Recycled"}
    page = client.post(f"{STATUS}doing/", said, follow=True)
    assert "3 changed" in text(page)
    assert "1 refused" in text(page)
    assert "Say why: the reason is kept with the change" in text(page)
    see_all()
    assert Lead.objects.get(name="Unseen Birch").status == "New"
    client.post(f"/changes/{Batch.objects.get().id}/undoing/")
    assert Lead.objects.filter(status="New").count() == 3
    assert Lead.objects.get(pk=gone.pk).status == "Disqualified"


@pytest.mark.req("UI-02")
def test_an_undo_leaves_what_somebody_changed_since(cast, door, lead_of):
    one, two = lead_of(cast.owner, name="One"), lead_of(cast.owner, name="Two")
    client = door(cast.owner)
    client.post(f"{STATUS}doing/", {"ids": [str(one.id), str(two.id)], "status": "Recycled"})
    client.post(f"/leads/{one.id}/status/", {"status": "Disqualified", "code": "no_need"})
    assert changes.undo(Batch.objects.get(), by=cast.owner.actor, at=now()) == (1, 1)
    assert Lead.objects.get(pk=one.pk).status == "Disqualified"
    assert Lead.objects.get(pk=two.pk).status == "New"


@pytest.mark.req("UI-02")
def test_a_large_change_goes_chunk_by_chunk_and_stops_when_asked(cast, lead_of, monkeypatch):
    monkeypatch.setattr(changes, "CHUNK", 2)
    rows = [lead_of(cast.owner, name=f"Lead {n}") for n in range(5)]
    by, at = cast.manager.actor, now()
    batch = changes.begin("lead.assign", [r.id for r in rows], {"owner": "none"}, by=by, at=at)
    batch = changes.carry_on(batch, by=by, at=at)
    assert (batch.detail["done"], batch.finished_at) == (2, None)
    changes.stop(batch, at=at)
    batch = changes.carry_on(batch, by=by, at=at)
    assert batch.finished_at is not None
    assert Lead.objects.filter(owner=None).count() == 2


@pytest.mark.req("UI-02")
def test_nobody_sees_or_undoes_the_change_of_another(cast, door, lead_of):
    row = lead_of(cast.owner)
    batch = changes.begin("lead.assign", [row.id], {"owner": "none"}, by=cast.manager.actor, at=now())
    assert door(cast.owner).get(f"/changes/{batch.id}/").status_code == 404
    assert door(cast.owner).post(f"/changes/{batch.id}/undoing/").status_code == 404
    assert door(cast.owner).post(ASSIGN, {"ids": [str(row.id)]}).status_code == 403
    assert door(cast.manager).post(ASSIGN, {"query": ""}).status_code == 422


@pytest.mark.req("UI-02")
def test_an_export_holds_what_one_sees_is_neutral_and_on_the_record(cast, door, lead_of):
    lead_of(cast.owner, name="=HYPERLINK(evil)")
    lead_of(cast.colleague, name="Unseen Birch", state="CA")
    answer = door(cast.owner).post("/lists/lead/exports/", {"query": "f=score.gte.1&cols=score,owner", "as": "csv"})
    rows = list(csv.reader(io.StringIO(text(answer).lstrip("\ufeff"))))
    assert rows[0] == ["Lead", "Score, range", "Owner", "Rounds scope"]
    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(evil)"]
    entry = AuditEntry.objects.get(verb="leads.export")
    assert rows[1][-1].startswith(entry.scope_hash)
    assert entry.detail["rows"] == 1


@pytest.mark.req("UI-02")
def test_an_excel_file_holds_no_formula_and_opens(cast, door, lead_of):
    lead_of(cast.owner, name="=1+1")
    answer = door(cast.owner).post("/lists/lead/exports/", {"query": "f=score.gte.1", "as": "xlsx"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        sheet = pack.read("xl/worksheets/sheet1.xml").decode()
        about = pack.read("xl/worksheets/sheet2.xml").decode()
    assert "<f>" not in sheet
    assert "=1+1</t>" in sheet
    assert AuditEntry.objects.get(verb="leads.export").scope_hash in about


@given(st.text())
def test_no_text_begins_like_a_formula(said):
    cell = text_file.plain(said)
    assert not cell.lstrip().startswith(text_file.DANGEROUS)


@given(st.lists(st.lists(st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans()), max_size=4), max_size=5))
def test_any_rows_make_a_file_that_is_well_formed(rows):
    from xml.dom.minidom import parseString

    with zipfile.ZipFile(io.BytesIO(xlsx.book("A & <b>", ["x"], rows, {"k": "v"}))) as pack:
        for name in pack.namelist():
            parseString(pack.read(name))


@pytest.mark.req("UI-02")
def test_a_change_beyond_one_chunk_is_handed_to_the_worker_and_its_page_shows_how_far_it_is(
    cast, door, lead_of, monkeypatch, see_all
):
    monkeypatch.setattr(changes, "CHUNK", 1)
    for n in range(3):
        lead_of(cast.owner, name=f"Lead {n}")
    client = door(cast.owner)
    page = client.post(f"{STATUS}doing/", {"all": "1", "query": "f=score.gte.1", "status": "Recycled"}, follow=True)
    assert "0 of 3" in text(page)
    assert "hx-get" in text(page)
    batch = Batch.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'batch' FROM procrastinate_jobs WHERE task_name = %s", [changes.TASK])
        assert cursor.fetchall() == [(str(batch.id),)]
    see_all()
    while batch.finished_at is None:
        batch = changes.carry_on(batch, by=cast.owner.actor, at=now())
    assert Lead.objects.filter(status="Recycled").count() == 3
    assert "3 changed" in text(door(cast.owner, htmx=True).get(f"/changes/{batch.id}/"))
