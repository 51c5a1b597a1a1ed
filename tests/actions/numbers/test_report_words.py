"""An erased person is named in no archived report, and every report still proves that it is as it was told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.market import contacts
from rounds.actions.numbers import reports
from rounds.actions.trust import erasing, subjects
from rounds.analytics.reports import making
from rounds.kit.clock import now
from rounds.models import Opportunity, Purge, Report, ReportWord
from rounds.models.flow.active import active
from rounds.models.flow.days import house_today
from rounds.rules.reports.words import ERASED, Kept
from tests.proofs import a_deal

MAIL, NAME = "ottilie.zweig@mercy.example", "Ottilie Zweig"
pytestmark = pytest.mark.req("REPORT-09", "COMPL-13")


def kept(user) -> Report:
    scope, at = scope_of(user), now()
    with sight(scope):
        return reports.keep(making.made(reports.kind_of("monday"), scope, active().playbook, at), user, by=user.actor, at=at)


def read(row: Report, user) -> str:
    """As its own reader reads it."""
    with sight(scope_of(user)) as scope:
        return json.dumps(making.shown(row, reports.words_of(row), scope))


@pytest.fixture
def told(cast):
    """Two reports about her deal, which names her, and about one of another account with somebody of the same name."""
    for name, step in ((f"Imaging for {NAME}", f"Call {NAME}"), (f"Namesake {NAME}", f"Write to {MAIL} today")):
        deal, _ = a_deal(cast.owner)
        Opportunity.objects.filter(pk=deal.pk).update(name=name, next_step=step, close_on=house_today() + timedelta(days=7))
        if name.startswith("Imaging"):
            contacts.add(deal.account, name=NAME, title="CIO", email=MAIL, by=cast.admin.actor, at=now())
    return kept(cast.owner), kept(cast.executive)


def test_what_is_archived_holds_seals_and_reads_as_it_was_told(cast, told):
    with sight(scope_of(cast.owner)):
        row = Report.objects.get(pk=told[0].pk)
        assert "Zweig" not in json.dumps([row.content, row.parameters])
        assert f"Imaging for {NAME}" in read(row, cast.owner)
        assert reports.is_whole(row, reports.words_of(row))


def test_an_erasure_reaches_every_archived_report_and_each_still_proves_itself(cast, told):
    digests = {row.pk: row.digest for row in told}
    certificate = erasing.erase(subjects.begin("erasure", MAIL, by=cast.compliance.actor, at=now()), by=cast.compliance.actor, at=now())
    assert {"table": "words of reports", "rows": 8} in Purge.objects.get(pk=certificate.pk).tombstones
    for user, row in zip((cast.owner, cast.executive), told, strict=True):
        with sight(scope_of(user)), connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(row_to_json(r)::text, '') FROM rounds_report r")
            assert "Zweig" not in cursor.fetchone()[0]
            assert not ReportWord.objects.filter(text__icontains=MAIL).exists()
            row, words = Report.objects.get(pk=row.pk), reports.words_of(row)
        said = read(row, user)
        assert f"Imaging for {NAME}" not in said
        assert f"Call {NAME}" not in said
        assert MAIL not in said
        assert ERASED in said
        assert f"Namesake {NAME}" in said, "somebody else of that name, at another account"
        assert reports.is_whole(row, words)
        assert row.digest == digests[row.pk]
        assert not reports.is_whole(row, [Kept(one.place, one.text and f"{one.text}!", one.salt) for one in words])


def test_nobody_else_empties_a_word(cast, told):
    from django.db import ProgrammingError, transaction

    for deed in (lambda: ReportWord.objects.update(text=""), lambda: ReportWord.objects.all()._raw_delete("default")):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            deed()


def test_the_page_says_that_something_was_erased(cast, told, door, see_all):
    place = f"/reports/monday/{told[0].pk}/"
    assert "erased since" not in door(cast.owner).get(place).content.decode()
    see_all()
    erasing.erase(subjects.begin("erasure", MAIL, by=cast.compliance.actor, at=now()), by=cast.compliance.actor, at=now())
    page = door(cast.owner).get(place).content.decode()
    assert "4 names and texts in it were erased since" in page
    assert "its mark" in page
    assert "does not hold" not in page
    assert f"Imaging for {NAME}" not in page
