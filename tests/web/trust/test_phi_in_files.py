"""A file that would take patient data out is not made; an ordinary one is not held up."""

from __future__ import annotations

import pytest
from django.db import connection

from rounds.models import Lead

COLUMNS = {"query": "cols=name,title", "as": "csv", "reason": "Board meeting"}


@pytest.fixture
def export(cast, door, lead_of, see_all):
    """Exports the leads of the owner by way of the page, with a fresh proof where one is asked for."""
    lead_of(cast.owner)
    client = door(cast.owner)
    client.get("/")
    see_all()
    from rounds.kit.clock import now
    from rounds.models import Session

    Session.objects.update(proved_at=now())
    return lambda: client.post("/lists/lead/exports/", COLUMNS)


@pytest.mark.req("SEC-08")
def test_a_file_with_patient_data_is_not_made(export, see_all):
    assert export().status_code == 200
    see_all()
    Lead.objects.update(title="Ward of patient John Smith, MRN 00482913")
    answer = export()
    assert answer.status_code == 409, answer.content[:400]
    assert "was not made" in answer.content.decode()
    assert "00482913" not in answer.content.decode()


@pytest.mark.req("SEC-08")
def test_a_file_that_is_not_made_leaves_no_cursor_behind(export, see_all):
    """One that stays open is closed some time later, in whatever transaction runs then, which it breaks."""
    export()
    see_all()
    Lead.objects.update(title="Ward of patient John Smith, MRN 00482913")
    assert export().status_code == 409
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors WHERE NOT is_holdable")
        assert cursor.fetchone() == (0,)
