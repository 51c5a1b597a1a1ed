"""The bell and its page: one's own, grouped, read one by one or all, and how one wishes to be told."""

from __future__ import annotations

import pytest

from rounds.actions.desk import notifications
from rounds.kit.clock import now
from rounds.models import Notification, NotificationChoice

pytestmark = pytest.mark.req("ROUTE-10")


@pytest.fixture
def told(cast):
    for number in range(12):
        notifications.notify([cast.owner], kind="lead.assigned", title=f"Lead {number}", url="/leads/", group="leads", by=cast.manager.actor, at=now())
    notifications.notify([cast.owner], kind="task.due", title="Call Rosa", url="/leads/new/", by=cast.manager.actor, at=now())


def test_the_bell_counts_and_the_page_groups(told, door, cast):
    page = door(cast.owner).get("/notices/").content.decode()
    assert "Notices, 2 unread" in page
    assert "13 things you have not looked at" in page
    assert "12 leads were assigned to you" in page
    assert "Lead 3" not in page
    other = door(cast.colleague).get("/notices/").content.decode()
    assert "Notices, 0 unread" in other
    assert "12 leads" not in other


def test_opening_one_reads_it_and_leads_there(told, door, cast, as_seen_by):
    with as_seen_by(cast.owner):
        row = Notification.objects.get(kind="task.due")
    assert door(cast.manager).post(f"/notices/{row.id}/opening/").status_code == 404
    answer = door(cast.owner).post(f"/notices/{row.id}/opening/")
    assert answer["Location"] == "/leads/new/"
    with as_seen_by(cast.owner):
        assert Notification.objects.get(pk=row.pk).read_at is not None


def test_all_are_read_at_once_and_one_comes_back(told, door, cast, as_seen_by):
    door(cast.owner).post("/notices/reading/")
    with as_seen_by(cast.owner):
        assert not Notification.objects.filter(read_at=None).exists()
        key = Notification.objects.first().pk
    door(cast.owner).post("/notices/reading/", {"ids": str(key), "undo": "1"})
    with as_seen_by(cast.owner):
        assert Notification.objects.filter(read_at=None).count() == 1


def test_a_wish_is_kept_and_the_usual_way_needs_no_row(door, cast):
    mine = door(cast.owner)
    assert mine.post("/me/notices/", {"lead.assigned": "digest", "task.due": "digest"}).status_code == 302
    assert [(row.kind, row.how) for row in NotificationChoice.objects.all()] == [("lead.assigned", "digest")]
    assert "Usually: Here, and by mail at once" in mine.get("/me/notices/").content.decode()
    assert mine.post("/me/notices/", {"lead.assigned": "by pigeon"}).status_code == 422
    mine.post("/me/notices/", {"lead.assigned": "mail"})
    assert not NotificationChoice.objects.exists()


def test_the_page_asks_as_often_for_three_as_for_one(told, door, cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    mine = door(cast.owner)
    mine.get("/notices/")
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as asked:
            mine.get("/notices/")
        counts.append(len(asked))
        notifications.notify([cast.owner], kind="task.due", title=f"More {number}", url="/", by=cast.manager.actor, at=now())
    assert counts[0] == counts[1]
