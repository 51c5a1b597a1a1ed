"""The pre-call brief: page, paper, batch."""

from __future__ import annotations

import time

import pytest

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.analytics.market.briefs import brief_of, briefs
from rounds.documents.brief import html
from rounds.jobs.briefs import write
from rounds.kit.clock import now
from rounds.models import Account, AuditEntry


@pytest.mark.req("PLUS-11")
def test_every_figure_of_the_brief_names_its_source(town, cast, door, said):
    page = said(door(cast.owner).get(f"/accounts/{town.big.id}/brief/"))
    for words in ("Why now", "900", "Ada Lindqvist", "Three best questions", "Budget window", "year-end 30 Sep"):
        assert words in page
    with sight(scope_of(cast.owner)) as scope:
        made = brief_of(Account.objects.get(pk=town.big.pk), scope, at=now(), made_for="x")
    assert all(figure.source for figure in made.figures if figure.value)


@pytest.mark.req("PLUS-11")
def test_the_paper_is_one_page_and_its_leaving_is_noted(town, cast, door, see_all):
    from weasyprint import HTML

    answer = door(cast.owner).get(f"/accounts/{town.system.id}/brief.pdf")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    see_all()
    note = AuditEntry.objects.get(verb="account.export")
    assert note.detail["what"] == "brief"
    assert note.scope_hash
    with sight(scope_of(cast.owner)) as scope:
        made = brief_of(Account.objects.get(pk=town.system.pk), scope, at=now(), made_for="x")
    assert len(HTML(string=html(made)).render().pages) == 1
    assert door(cast.colleague).get(f"/accounts/{town.system.id}/brief.pdf").status_code == 404


@pytest.mark.req("PLUS-11")
def test_a_batch_writes_a_file_for_every_unit_one_may_see(town, cast, tmp_path, see_all):
    with sight(scope_of(cast.owner)) as scope:
        assert write(tmp_path, scope, by=cast.owner.actor, at=now()) == 1
        began = time.perf_counter()
        write(tmp_path, scope, by=cast.owner.actor, at=now())
        each = time.perf_counter() - began
    assert each * 2_410 < 300, "all briefs of the market within five minutes"
    (file,) = tmp_path.iterdir()
    assert file.name.startswith("elmcrest-health-")
    assert "Elmcrest General" in file.read_text()
    with sight(scope_of(cast.colleague)) as scope:
        assert list(briefs(scope, at=now(), made_for="x")) == []


@pytest.mark.req("X-2")
def test_names_cannot_write_markup_into_a_brief(town, cast):
    town.system.name = "<script>alert(1)</script>"
    with sight(scope_of(cast.admin)) as scope:
        made = html(brief_of(town.system, scope, at=now(), made_for="<b>"))
    assert "<script>" not in made
    assert "&lt;script&gt;" in made
