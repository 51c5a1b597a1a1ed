"""A real CalDAV server: what is busy there is not offered here, what is booked here stands there."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
import icalendar
import pytest

from rounds.access.sight import system_sight
from rounds.actions.reach import booking, calendars, hosts, meetings
from rounds.connectors.calendars import caldav
from rounds.models import Busy, Calendar, Notification
from tests.jobs.calendars_looked import AT, looked
from tests.serving import free_port

WORD = "a pass word"
CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/people
htpasswd_encryption = plain
[rights]
type = owner_only
[storage]
filesystem_folder = {folder}/store
"""
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Somebody//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20260101T000000Z
DTSTART:{starts}
DTEND:{ends}
{more}SUMMARY:A secret between two
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(scope="module")
def dav(tmp_path_factory):
    """Radicale on loopback with one calendar of olivia's; its address."""
    folder, port = tmp_path_factory.mktemp("radicale"), free_port()
    (folder / "people").write_text(f"olivia:{WORD}\n")
    (folder / "config").write_text(CONFIG.format(port=port, folder=folder))
    process = subprocess.Popen([sys.executable, "-m", "radicale", "--config", str(folder / "config")], env={**os.environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/olivia/work/"
    try:
        for _ in range(200):
            try:
                answer = httpx.request("MKCALENDAR", url, auth=("olivia", WORD))
                break
            except httpx.TransportError:
                pass
        assert answer.status_code == 201, answer.text
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def there(dav, settings):
    settings.OUTBOUND_ALLOW = (dav.split("/")[2],)
    for one in httpx.request("PROPFIND", dav, auth=("olivia", WORD), headers={"depth": "1"}).text.split("<href>")[1:]:
        if (name := one.split("</href>")[0]).endswith(".ics"):
            httpx.delete(f"http://{dav.split('/')[2]}{name}", auth=("olivia", WORD))
    return caldav.Collection(dav, "olivia", WORD, settings.OUTBOUND_ALLOW)


def connect(worker, dav, secret=WORD):
    with system_sight():
        return calendars.connect(worker.owner, address=dav, login="olivia", secret=secret, by=worker.owner.actor, at=AT)


def put(dav, uid, starts, ends, more=""):
    answer = httpx.put(f"{dav}{uid}.ics", content=EVENT.format(uid=uid, starts=starts, ends=ends, more=more).replace("\n", "\r\n"), auth=("olivia", WORD),
                       headers={"content-type": "text/calendar"})  # fmt: skip
    assert answer.status_code in (201, 204), answer.text


@pytest.mark.req("INTEG-14")
def test_busy_stretches_are_asked_for_and_nothing_else(dav, there):
    put(dav, "one", "20260303T140000Z", "20260303T150000Z")
    put(dav, "free", "20260303T160000Z", "20260303T170000Z", "TRANSP:TRANSPARENT\n")
    put(dav, "weekly", "20260226T190000Z", "20260226T193000Z", "RRULE:FREQ=WEEKLY\n")
    found = caldav.busy(there, AT, AT + timedelta(days=12))
    assert found == [
        (datetime(2026, 3, 3, 14, tzinfo=UTC), datetime(2026, 3, 3, 15, tzinfo=UTC)),
        (datetime(2026, 3, 5, 19, tzinfo=UTC), datetime(2026, 3, 5, 19, 30, tzinfo=UTC)),
        (datetime(2026, 3, 12, 19, tzinfo=UTC), datetime(2026, 3, 12, 19, 30, tzinfo=UTC)),
    ]


@pytest.mark.req("INTEG-14", "AUTO-13")
def test_what_is_busy_there_is_not_offered_and_what_is_booked_stands_there(dav, there, worker):
    put(dav, "one", "20260303T140000Z", "20260303T220000Z")
    row, owner = connect(worker, dav), worker.owner
    assert looked(AT) == 1
    with system_sight():
        row.refresh_from_db()
        assert (row.state, row.said) == ("working", "")
        assert Busy.objects.filter(user=owner).count() == 1
        offered = hosts.times(owner, "intro", at=AT, most=60)
        assert AT.date() + timedelta(days=1) not in {one.starts.date() for one in offered}
        meeting = meetings.book("intro", booking.of(worker.lead), host=owner, starts_at=offered[4].starts, by=owner.actor, at=AT)
    place = f"{dav}{meeting.uid.replace('@', '%40')}.ics"
    assert looked(AT + timedelta(minutes=1)) == 0, "it was read just now"
    assert looked(AT + timedelta(minutes=6)) == 1
    event = next(iter(icalendar.Calendar.from_ical(httpx.get(place, auth=("olivia", WORD)).text).walk("VEVENT")))
    assert (event.start, event["SEQUENCE"]) == (meeting.starts_at, 0)
    with system_sight():
        meeting = meetings.move(meeting, offered[-1].starts, by=owner.actor, at=AT)
    looked(AT + timedelta(minutes=12))
    assert "SEQUENCE:1" in httpx.get(place, auth=("olivia", WORD)).text
    with system_sight():
        meetings.cancel(meeting, why="Ill", by=owner.actor, at=AT)
    looked(AT + timedelta(minutes=18))
    assert httpx.get(place, auth=("olivia", WORD)).status_code == 404


@pytest.mark.req("INTEG-14")
def test_a_calendar_that_shuts_us_out_says_so_and_keeps_what_was_known(dav, there, worker):
    row = connect(worker, dav, secret="wrong")
    with system_sight():
        calendars.keep(row, [(AT + timedelta(days=1), AT + timedelta(days=2))], by=worker.owner.actor, at=AT - timedelta(hours=1))
    looked(AT)
    with system_sight():
        row.refresh_from_db()
        assert row.state == "broken"
        assert "does not let us in" in row.said
        assert Busy.objects.filter(calendar=row).count() == 1
        assert calendars.due(AT + timedelta(days=9)) == [], "a log-in that is refused is not tried again"
        told = Notification.objects.get(kind="calendar.broken")
        assert (told.user_id, told.url, told.how) == (worker.owner.pk, "/meetings/calendars/", "mail")
        assert "connect it again" in told.body
        calendars.end(row, by=worker.owner.actor, at=AT)
        assert not Busy.objects.filter(calendar=row).exists()
        assert Calendar.objects.get(pk=row.pk).secret == ""
        assert Notification.objects.get(kind="calendar.broken").read_at == AT


@pytest.mark.req("INTEG-14", "PLUS-31")
def test_a_calendar_whose_server_is_away_is_tried_later_and_later_told_once_and_works_again_by_itself(dav, there, worker, settings):
    row = connect(worker, dav)
    settings.OUTBOUND_ALLOW = (*settings.OUTBOUND_ALLOW, "127.0.0.1:9")
    with system_sight():
        Calendar.objects.filter(pk=row.pk).update(address=dav.replace(dav.split("/")[2], "127.0.0.1:9"))
    at, states = AT, []
    for _ in range(7):
        looked(at)
        with system_sight():
            row.refresh_from_db()
            assert calendars.due(row.next_at - timedelta(seconds=1)) == []
            told = Notification.objects.filter(kind="calendar.broken")
            states.append((row.state, (row.next_at - at).seconds // 60 + (row.next_at - at).days * 1440, sum(one.count for one in told)))
            at = row.next_at
    assert states == [("working", 1, 0), ("working", 5, 0), ("working", 30, 0), ("working", 120, 0), ("broken", 240, 1), ("broken", 720, 1), ("broken", 1440, 1)]
    with system_sight():
        assert "goes on trying by itself" in Notification.objects.get(kind="calendar.broken").body
        Calendar.objects.filter(pk=row.pk).update(address=dav)
    looked(at)
    with system_sight():
        row.refresh_from_db()
        assert (row.state, row.failed, row.next_at, row.said) == ("working", 0, None, "")
        assert Notification.objects.get(kind="calendar.broken").read_at == at


def test_a_private_address_is_not_spoken_to_unless_the_deployment_says_so(dav):
    from rounds.connectors.addresses import AddressRefused

    with pytest.raises(AddressRefused):
        caldav.busy(caldav.Collection(dav, "olivia", WORD), AT, AT + timedelta(days=1))


def test_periods_say_their_end_or_their_length():
    text = "BEGIN:VFREEBUSY\r\nFREEBUSY;FBTYPE=BUSY:20260303T140000Z/PT1H30M,20260304T\r\n 140000Z/20260304T150000Z\r\nFREEBUSY;FBTYPE=FREE:20260305T140000Z/PT1H\r\n"
    assert [(ends - starts).seconds // 60 for starts, ends in caldav.periods(text)] == [90, 60]
    with pytest.raises(caldav.CalendarFailed):
        list(caldav.periods("FREEBUSY:soon/later"))
