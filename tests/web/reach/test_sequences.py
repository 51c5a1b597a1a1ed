"""The pages of sequences and enrolments: what came of each step, why a letter waits, and what a person does about it."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.leads import activities, leads
from rounds.actions.reach import consents, enrolling, stepping
from rounds.analytics.reach import sequences as told
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Enrolment, Message, MessageHit
from rounds.models.flow.active import active

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def text(page):
    return html.unescape(page.content.decode())


def work(at, hours=1):
    """What the worker does from `at` on, hour by hour."""
    for hour in range(hours):
        for key in stepping.due(at + hour * HOUR):
            stepping.take(key, by=SYSTEM_ACTOR, at=at + hour * HOUR)


@pytest.fixture
def enrol(cast, person):
    def made(n=0, code="initial_outreach", sender=None, **said):
        who = person(email=f"person{n}@newfound.example", name=f"Rosa Number{n}", **said)
        return enrolling.enrol(code, who, sender=sender or cast.owner, by=cast.owner.actor, at=AT)

    return made


@pytest.mark.req("COMM-01", "COMM-15", "UI-01")
def test_the_list_says_what_came_of_each_and_what_a_draft_still_needs(cast, door, enrol, as_seen_by):
    rows = [enrol(n) for n in range(3)]
    work(AT)
    activities.log("personal_email", lead=rows[0].lead, direction="in", by=cast.owner.actor, at=AT + DAY)
    consents.withdraw_by_link(rows[1], rows[1].person_index, by=SYSTEM_ACTOR, at=AT + DAY)
    work(AT + 7 * DAY, 3)
    client = door(cast.owner)
    shown = {row["code"]: row for row in client.get("/sequences/").context["rows"]}
    line = shown["initial_outreach"]["line"]
    assert (line.enrolled, line.active, line.answered, line.unsubscribed) == (3, 1, 1, 1)
    assert line.sent == 4, "three first letters, and the second to the one who is still in it"
    drafts = [row for row in shown.values() if row["sequence"].state == "draft"]
    assert all(row["missing"] for row in drafts)
    for row in drafts:
        page = client.get(f"/sequences/{row['code']}/")
        assert "What it still needs" in text(page)
        assert all(one.sentence in text(page) for one in row["missing"])


@pytest.mark.req("COMM-15", "COMM-06")
def test_a_sequence_tells_letters_outcomes_people_and_machines_apart_step_by_step(cast, door, enrol):
    row = enrol()
    enrol(1)
    work(AT)
    letter = Message.objects.get(enrolment=row)
    for machine, number in (("scanner", 1), ("scanner", 2), ("", 1), ("", -1), ("", 0)):
        MessageHit.objects.create(message=letter, number=number, at=AT, machine=machine)
    activities.log("personal_email", lead=row.lead, direction="in", by=cast.owner.actor, at=AT + DAY)
    work(AT + 7 * DAY, 3)
    page = door(cast.owner).get("/sequences/initial_outreach/")
    steps = {one["step"].step: one["line"] for one in page.context["steps"]}
    first = steps["introduction"].whole
    assert (first.sent, first.answered, first.people, first.machines) == (2, 1, 1, 1)
    assert sum(one.sent for one in steps["introduction"].variants) == 2
    assert steps["trends"].whole.answered == 0, "the answer belongs to the letter before it"
    assert page.context["answered"].share is None
    assert "Too few to say: 1 of 2" in text(page)
    assert sum(line.enrolled for _, line in page.context["parts"][0]["rows"]) == 2


@pytest.mark.req("COMM-15")
def test_a_rate_is_told_with_its_interval_once_there_are_enough(cast, enrol):
    book = active().playbook.reach.trial
    from rounds.rules.reach.rates import rate

    assert rate(book.least - 1, book.least - 1, book).share is None
    found = rate(12, book.least, book)
    assert found.low < found.share < found.high
    assert "between" in found.says


@pytest.mark.req("COMM-15", "X-1")
def test_nobody_counts_letters_to_people_they_do_not_see(cast, enrol):
    enrol()
    work(AT)
    for who, n in ((cast.owner, 1), (cast.colleague, 0)):
        scope = scope_of(who)
        with sight(scope):
            assert sum(line.sent for line in told.lines(scope).values()) == n
            assert sum(one.whole.sent for one in told.steps("initial_outreach", scope, active().playbook.reach.trial).values()) == n


def test_the_pages_ask_as_much_for_three_as_for_one(cast, door, enrol):
    client, counts = door(cast.owner), {}
    for n in (0, 1, 2):
        enrol(n)
        work(AT)
        for path in ("/sequences/", "/sequences/initial_outreach/", "/enrolments/?f=state.is.active"):
            client.get(path)
            with CaptureQueriesContext(connection, ) as asked:
                assert client.get(path).status_code == 200
            counts.setdefault(path, []).append(len(asked))
    assert all(len(set(found[:1] + found[2:])) == 1 for found in counts.values()), counts


@pytest.mark.req("COMM-01", "UI-02")
def test_enrolments_are_listed_with_what_comes_next_and_why_it_waits(cast, door, enrol, kill):
    row = enrol()
    enrol(1)
    kill()
    work(AT)
    client = door(cast.owner)
    rows = {one.pk: one for one in client.get("/enrolments/?f=held.is.yes").context["rows"]}
    assert "held" in rows[row.pk].next.said
    assert rows[row.pk].next_title == "Introduction & Value Proposition"
    assert len(client.get("/enrolments/?f=state.is.ended").context["rows"]) == 0
    page = client.get(f"/enrolments/{row.id}/")
    assert "Nothing leaves now: outbound is held." in text(page)
    assert client.get(f"/enrolments/{row.id}/preview/").status_code == 200


@pytest.mark.req("COMM-01")
def test_it_is_paused_till_a_day_goes_on_and_is_stopped_with_a_reason(cast, door, enrol):
    row, client = enrol(), door(cast.owner)
    client.post(f"/enrolments/{row.id}/pausing/", {"why": "Their budget round ends first", "until": "2026-04-01"})
    row.refresh_from_db()
    assert (row.state, row.paused_until.isoformat()) == ("paused", "2026-04-01T04:00:00+00:00"), "the morning where they are"
    assert "Their budget round ends first" in text(client.get(f"/enrolments/{row.id}/"))
    assert client.post(f"/enrolments/{row.id}/pausing/", {"why": "x", "until": "soon"}).status_code == 422
    assert client.post(f"/enrolments/{row.id}/pausing/", {"why": "x", "until": "0001-01-01"}).status_code == 422, "a day no clock shows would break each page that shows it"
    client.post(f"/enrolments/{row.id}/resuming/")
    client.post(f"/enrolments/{row.id}/stopping/", {"why": "We speak by phone"})
    row.refresh_from_db()
    assert (row.state, row.ended_for) == ("ended", "by_hand")
    page = text(client.get(f"/enrolments/{row.id}/"))
    assert "We speak by phone" in page
    assert "Stopped by hand" in page
    assert client.post(f"/enrolments/{row.id}/resuming/").status_code == 409
    assert client.post(f"/enrolments/{row.id}/burning/").status_code == 404


@pytest.mark.req("COMM-01", "UI-03")
def test_the_lead_shows_the_sequences_it_is_in(cast, door, enrol):
    row = enrol()
    assert f"/enrolments/{row.id}/" in text(door(cast.owner).get(f"/leads/{row.lead_id}/"))
    leads.set_status(row.lead, "Disqualified", by=cast.owner.actor, at=AT + DAY, reason="No budget")
    work(AT + 2 * DAY, 3)
    assert Enrolment.objects.get().ended_for == "disqualified"


@pytest.fixture
def kill(cast):
    """`kill()`: nothing leaves from now on."""
    from rounds.actions.flow import kill_switch
    from rounds.kit.clock import now

    return lambda: kill_switch.hold("A test", by=cast.admin.actor, at=now())
