"""Reports in the browser: made, read, taken out, wished for, each as its reader may see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.kit.clock import now
from rounds.models import Account, AuditEntry, Opportunity, Report, ReportWish
from rounds.models.base import signature


@pytest.fixture
def deal(cast):
    """A deal of the rep's that is to close next week."""
    at, place = now(), {"owner": cast.owner, "team": cast.owner.team, "territory": cast.owner.territories[0]}
    account = Account.objects.create(name="Harbour Health", is_unit=True, created_at=at, updated_at=at, **place)
    Account.objects.filter(pk=account.pk).update(buying_unit=account)
    return Opportunity.objects.create(name="Harbour <b>imaging</b>", account=account, buying_unit=account, stage="O3", amount_cents=50_000_000,
                                      amount_company_cents=50_000_000, opened_at=at, updated_at=at, close_on=(at + timedelta(days=7)).date(),
                                      **place, **signature(cast.owner.actor, at))  # fmt: skip


def made(client, name="monday"):
    answer = client.post(f"/reports/{name}/making/")
    assert answer.status_code == 302, answer.content
    return answer["Location"]


@pytest.mark.req("REPORT-01", "REPORT-09")
def test_a_rep_makes_a_report_and_reads_it_on_a_page_on_paper_and_as_rows(cast, deal, door, see_all):
    client = door(cast.owner)
    place = made(client)
    page = client.get(place).content.decode()
    assert "Harbour &lt;b&gt;imaging&lt;/b&gt;" in page
    assert f'href="/opportunities/{deal.pk}/"' in page
    assert 'href="/numbers/pipeline_value/?period=' in page
    assert "No change: no deal changed its stage" in page
    paper, rows = client.get(f"{place}paper.pdf"), client.get(f"{place}rows.csv")
    assert (paper.status_code, paper["Content-Type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert "Harbour <b>imaging</b>" in rows.content.decode()
    see_all()
    told = AuditEntry.objects.filter(subject_kind="report").order_by("at").values_list("verb", flat=True)
    assert list(told) == ["report.make", "report.read", "report.export", "report.export"]


@pytest.mark.req("REPORT-09")
def test_nobody_reads_somebody_else_s_and_a_colleague_s_own_has_no_row_of_hers(cast, deal, door):
    place = made(door(cast.owner))
    assert door(cast.executive).get(place).status_code == 404
    his = door(cast.colleague)
    assert "Harbour" not in his.get(made(his)).content.decode()
    hers = door(cast.executive)
    assert "Harbour" in hers.get(made(hers)).content.decode()


@pytest.mark.req("REPORT-04")
def test_the_compliance_report_is_for_those_who_may_read_it(cast, door):
    assert door(cast.owner).post("/reports/compliance/making/").status_code == 403
    page = door(cast.compliance).get("/reports/compliance/preview/").content.decode()
    assert "Nobody knows yet: no check has run" in page
    assert "No business associate agreement is on the register." in page


@pytest.mark.req("REPORT-09")
def test_a_preview_keeps_nothing_and_a_day_that_is_none_is_refused(cast, door, see_all):
    client = door(cast.owner)
    assert "nothing is kept" in client.get("/reports/thursday/preview/").content.decode()
    assert client.get("/reports/thursday/preview/?as_of=yesterday").status_code == 422
    assert client.get("/reports/thursday/preview/?as_of=2099-01-01").status_code == 422
    assert client.get("/reports/yearly/preview/").status_code == 404
    see_all()
    assert Report.objects.count() == 0


@pytest.mark.req("REPORT-09")
def test_everybody_chooses_what_comes_by_mail(cast, door):
    client = door(cast.owner)
    client.post("/reports/monday/wish/", {"wanted": "no"})
    assert list(ReportWish.objects.filter(user=cast.owner).values_list("kind", "wanted")) == [("monday", False)]
    assert "Mail it to me" in client.get("/reports/").content.decode()
    client.post("/reports/monday/wish/", {"wanted": "yes"})
    assert not ReportWish.objects.filter(user=cast.owner).exists(), "as the role has it, nothing is kept"


@pytest.mark.req("REPORT-09")
def test_the_archive_asks_as_little_for_three_as_for_one(cast, door):
    client = door(cast.owner)

    def asked() -> int:
        with CaptureQueriesContext(connection, ) as found:
            assert client.get("/reports/").status_code == 200
        return len(found)

    made(client)
    client.get("/reports/")
    one = asked()
    made(client)
    made(client)
    assert asked() == one
