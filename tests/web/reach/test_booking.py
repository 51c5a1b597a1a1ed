"""Booking as somebody outside, and meetings as one of ours sees them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.reach import booking, hosts, meeting_links, meetings
from rounds.kit.clock import frozen_at, now
from rounds.models import BookingPage, Event, Lead, Meeting, Task

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with frozen_at(AT):
        yield


@pytest.fixture
def lead(cast, lead_of):
    return lead_of(cast.owner, email="rosa@newfound.example", organization="Newfound Hospital")


def path(url: str) -> str:
    return url[url.index("/book/") :]


def values(html: str) -> list[str]:
    return re.findall(r'name="starts_at" value="([^"]+)"', html)


@pytest.fixture
def link(cast):
    row = booking.open_page("intro", user=cast.owner, title="Meet Olivia", by=cast.owner.actor, at=AT)
    return path(meeting_links.page_link(row))


@pytest.mark.req("AUTO-13")
def test_a_stranger_chooses_a_time_on_their_own_clock(link, cast):
    html = Client().get(link, {"zone": "America/Los_Angeles"}).content.decode()
    assert "Meet Olivia" in html
    assert "06:00" in html, "nine in New York is six in Los Angeles"
    said = {"starts_at": values(html)[0], "zone": "America/Los_Angeles", "name": "Noor Hale", "email": "noor@lakeside.example", "once": "x"}
    answer = Client().post(link, said)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    with sight(EVERYTHING):
        row = Meeting.objects.get()
        assert (row.host, row.zone, row.guest_email) == (cast.owner, "America/Los_Angeles", "noor@lakeside.example")
        assert row.lead.owner == cast.owner, "the lead is whose page it was"
    own = Client().get(answer["Location"]).content.decode()
    assert "You are meeting Olivia Grant" in own
    assert "(America/Los_Angeles)" in own
    again = Client().post(link, {**said, "name": "Al Reed", "email": "al@lakeside.example", "once": "y"})
    assert again.status_code == 409
    assert "is not free then. Free are" in again.content.decode()
    with sight(EVERYTHING):
        assert not Lead.objects.filter(email="al@lakeside.example").exists(), "what is refused leaves nothing"


@pytest.mark.req("AUTO-13")
def test_fetching_a_link_changes_nothing(link, cast, lead):
    with sight(EVERYTHING):
        row = meetings.book("intro", booking.of(lead), host=cast.owner, starts_at=AT + timedelta(days=2), by=cast.owner.actor, at=AT)
        events = Event.objects.count()
    for url in (link, path(meeting_links.own_link(row)), f"{path(meeting_links.own_link(row))}invitation.ics"):
        assert Client().get(url).status_code == 200
    assert Client().get(f"{path(meeting_links.own_link(row))}cancelling/").status_code == 405
    with sight(EVERYTHING):
        assert Event.objects.count() == events
        assert Meeting.objects.get().state == "planned"


@pytest.mark.req("AUTO-13")
def test_the_guest_moves_it_and_calls_it_off(cast, lead):
    with sight(EVERYTHING):
        row = meetings.book("intro", booking.of(lead), host=cast.owner, starts_at=hosts.times(cast.owner, "intro", at=AT)[0].starts, by=cast.owner.actor, at=AT)
    own = path(meeting_links.own_link(row))
    html = Client().get(own, {"moving": "1"}).content.decode()
    assert Client().post(own, {"starts_at": values(html)[-1]}).status_code == 302
    with sight(EVERYTHING):
        assert Meeting.objects.get().moved == 1
    assert Client().post(f"{own}cancelling/").status_code == 302
    assert "called off" in Client().get(own).content.decode()
    with sight(EVERYTHING):
        assert Meeting.objects.get().state == "cancelled"
        assert Task.objects.filter(key=f"meeting:{row.id}:rebook").exists()


@pytest.mark.req("AUTO-13")
def test_the_routers_page_asks_first_who_one_is(cast):
    page = booking.open_page("discovery", user=None, by=cast.admin.actor, at=AT)
    url = path(meeting_links.page_link(page))
    html = Client().get(url).content.decode()
    assert not values(html)
    assert "Show me the times" in html
    answer = Client().post(url, {"name": "Noor Hale", "email": "noor@lakeside.example", "organization": "Lakeside Medical Center", "state": "NY", "once": "x"})
    assert answer.status_code == 302
    with sight(EVERYTHING):
        who = Lead.objects.get(email="noor@lakeside.example")
    shown = Client().get(answer["Location"])
    if who.owner is None:
        assert shown.status_code == 409
        assert "We" in shown.content.decode() or "we" in shown.content.decode()
    else:
        assert who.owner.name in shown.content.decode()
        assert values(shown.content.decode())


@pytest.mark.req("AUTO-13", "SEC-01")
def test_closed_forged_and_flooded_links(link, cast, settings):
    assert Client().get("/book/nothing-like-it/").status_code == 410
    assert Client().get(link + "x/").status_code in (404, 410)
    for _ in range(21):
        answer = Client().post(link, {"starts_at": "never"})
    assert answer.status_code == 429
    booking.close_page(BookingPage.objects.get(), by=cast.owner.actor, at=now())
    assert Client().get(link).status_code == 410


@pytest.mark.req("AUTO-13", "COMM-13")
def test_pages_inside(door, cast, lead, see_all):
    client = door(cast.owner)
    html = client.get("/meetings/new/", {"lead": lead.id}).content.decode()
    start = values(html)[0]
    answer = client.post("/meetings/new/", {"lead": lead.id, "kind": "intro", "host": str(cast.owner.id), "starts_at": start, "name": "Rosa", "email": "rosa@newfound.example"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    see_all()
    row = Meeting.objects.get()
    for url in ("/meetings/?view=all", f"/meetings/{row.id}/", f"/meetings/{row.id}/preview/", "/meetings/pages/", f"/meetings/times/?kind=intro&host={cast.owner.id}"):
        assert client.get(url).status_code == 200, url
    assert "Introduction" in client.get(f"/leads/{lead.id}/").content.decode()
    assert door(cast.colleague).get(f"/meetings/{row.id}/").status_code == 404
    with frozen_at(row.starts_at + timedelta(minutes=40)):
        assert door(cast.owner).post(f"/meetings/{row.id}/holding/", {"outcome": "Went well"}).status_code == 302
    see_all()
    assert Meeting.objects.get().state == "held"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_however_long_it_is(door, cast, lead, see_all, django_assert_num_queries, count):
    for n in range(count):
        meetings.book("intro", booking.of(lead), host=cast.owner, starts_at=AT + timedelta(days=2 + n), by=cast.owner.actor, at=AT)
    client = door(cast.owner)
    client.get("/meetings/?view=all")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert client.get("/meetings/?view=all").status_code == 200
    assert len(asked) < 40
    COUNTS.append(len(asked))
    assert len(set(COUNTS)) == 1


COUNTS: list[int] = []
