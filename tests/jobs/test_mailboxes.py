"""Mailboxes read by IMAP, from a real server: on from the cursor, batch by batch, nothing twice whatever dies, nothing changed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection

from rounds.access.sight import system_sight
from rounds.actions.market import accounts, contacts
from rounds.actions.reach import mailboxes
from rounds.connectors.mailboxes.box import LogInFailed, MailboxFailed
from rounds.jobs import mailboxes as reading
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import frozen_at, now
from rounds.models import Mailbox, Message, Notification
from tests.imap_peer import Folder, imap_peer
from tests.mails import mail

pytestmark = pytest.mark.req("PLUS-31")
OLIVIA, ROSA = "Olivia Grant <olivia@northwind-rounds.example>", "Rosa Diaz <rosa@newfound.example>"
READ = """
import django, sys
django.setup()
from rounds.jobs.mailboxes import read
print("ready", flush=True)
while read(sys.argv[1]):
    pass
"""


@pytest.fixture
def worker(committed):
    """A database of the test's own, as the worker role; the cast and a hospital with a contact in it."""
    before = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = "rounds_worker"
    with system_sight():
        cast = build_cast(now())
        account = accounts.add(name="Newfound Hospital", state="NY", website="https://newfound.example", owner=cast.owner, by=cast.owner.actor, at=now())
        contacts.add(account, name="Rosa Diaz", email="rosa@newfound.example", by=cast.owner.actor, at=now())
    yield cast
    connection.close()
    connection.settings_dict["USER"] = before


def connect(cast, port, **said):
    with system_sight():
        return mailboxes.connect(cast.owner, kind="imap", address="olivia@northwind-rounds.example", by=cast.owner.actor, at=now(), **{
            "settings": {"host": "127.0.0.1", "port": port, "security": "none", "user": "olivia"}, "secret": "a real password", **said})  # fmt: skip


def again(box):
    """What the mailbox says after it was read once more."""
    reading.read(box.pk)
    with system_sight():
        return Mailbox.objects.get(pk=box.pk)


@pytest.fixture
def allowed(settings):
    """`allowed(port)`: this machine's own peer may be spoken to."""

    def allow(port):
        settings.CONFIG = settings.CONFIG.model_copy(update={"outbound_allow": [f"127.0.0.1:{port}"]})

    return allow


def test_a_mailbox_is_read_on_from_where_it_was_and_stays_as_it_is(worker, allowed):
    with imap_peer() as (peer, port):
        allowed(port)
        box = connect(worker, port)
        peer.put(mail("Sam <sam@gmail.com>", OLIVIA, id="private@x.example"))
        peer.put(mail(ROSA, OLIVIA, id="1@x.example"))
        peer.put(mail(OLIVIA, ROSA, id="2@x.example", answers="1@x.example"), "Sent")
        peer.put(mail(ROSA, OLIVIA, id="trash@x.example"), "Trash")
        found = again(box)
        assert (found.seen, found.kept, found.state, found.said) == (3, 2, "working", "")
        assert ("INBOX", 1) not in peer.bodies, "of a private mail not even the text is fetched"
        assert (again(box).seen, len(peer.bodies)) == (3, 2), "nothing is read twice"
        peer.put(mail(ROSA, OLIVIA, id="3@x.example"))
        peer.folders["Sent"] = Folder(validity=8, mails=dict(peer.folders["Sent"].mails))
        found = again(box)
        assert (found.seen, found.kept) == (5, 3), "a folder that was made anew is read anew, and nothing is kept twice"
        with system_sight():
            assert sorted(Message.objects.values_list("message_id", flat=True)) == ["<1@x.example>", "<2@x.example>", "<3@x.example>"]
        assert peer.changes == []
        assert found.next_at > now()


def test_what_goes_wrong_is_said_and_tried_again_later_and_later(worker, allowed):
    with imap_peer() as (peer, port):
        allowed(port)
        box = connect(worker, port)
        for number in range(3):
            peer.put(mail(ROSA, OLIVIA, id=f"{number}@x.example"))
        peer.drop_after = 0
        found = again(box)
        assert (found.state, found.failed, found.kept) == ("working", 1, 0)
        assert "broke off" in found.said
        assert found.next_at > now() + timedelta(seconds=30)
        found = again(box)
        assert (found.failed, found.said, found.kept) == (0, "", 3)
        peer.password = "another"
        found = again(box)
        assert found.state == "broken"
        assert "does not let olivia in" in found.said
        assert again(box).kept == 3, "one that lets nobody in is not asked"
        with system_sight():
            assert mailboxes.due(now() + timedelta(days=9)) == []
    with pytest.raises(MailboxFailed, match="ConnectionRefused"):
        reading.try_imap({"host": "127.0.0.1", "port": port, "security": "none"}, "olivia@northwind-rounds.example", "x")


def test_a_log_in_is_tried_before_a_mailbox_is_connected(allowed):
    with imap_peer() as (_, port):
        said = {"host": "127.0.0.1", "port": port, "security": "none", "user": "olivia"}
        with pytest.raises(MailboxFailed, match="not spoken to"):
            reading.try_imap(said, "olivia@x.example", "a real password")
        allowed(port)
        reading.try_imap(said, "olivia@x.example", "a real password")
        with pytest.raises(LogInFailed, match="app password"):
            reading.try_imap(said, "olivia@x.example", "wrong")
        with pytest.raises(MailboxFailed, match="over TLS only"):
            reading.try_imap({**said, "host": "imap.newfound.example"}, "olivia@x.example", "a real password")


def notices(cast):
    """What the owner was told of broken mailboxes: (rows unread, rows in all)."""
    with system_sight():
        rows = list(Notification.objects.filter(user=cast.owner, kind="mailbox.broken").order_by("at"))
    return [row for row in rows if row.read_at is None], rows


def test_its_owner_is_told_once_that_it_broke_what_to_do_and_no_more_when_it_works(worker, allowed):
    with imap_peer() as (peer, port):
        allowed(port)
        box = connect(worker, port, secret="an old password")
        assert again(box).state == "broken"
        again(box)
        [told], _ = notices(worker)
        assert (told.title, told.url, told.count, told.how) == ("olivia@northwind-rounds.example is not read any more", f"/me/mailboxes/{box.pk}/", 1, "mail")
        assert "does not let olivia in" in told.body
        assert "give the new one" in told.body
        with system_sight():
            mailboxes.change(box, keep="known", never=(), secret="a real password", by=worker.owner.actor, at=now())
        assert again(box).state == "working"
        assert notices(worker)[0] == []
        peer.password = "another"
        again(box)
        assert [row.count for row in notices(worker)[0]] == [1], "it broke again, and that is news"
        with system_sight():
            mailboxes.end(box, by=worker.owner.actor, at=now())
        unread, rows = notices(worker)
        assert (len(unread), len(rows)) == (0, 2)


def test_a_server_that_is_away_for_hours_is_told_once_and_tried_on_until_it_is_back(worker, allowed):
    with imap_peer() as (_, port):
        allowed(port)
        box = connect(worker, port)
    at = now()
    for seconds in (0, 60, 360, 2160):
        with frozen_at(at + timedelta(seconds=seconds)):
            assert again(box).state == "working"
        assert notices(worker)[1] == [], "it is tried again first"
    with frozen_at(at + timedelta(hours=3)):
        found = again(box)
        assert (found.state, found.next_at) == ("broken", at + timedelta(hours=7))
    [told], _ = notices(worker)
    assert "goes on trying by itself" in told.body
    waits = [4, 12, 24, 24]
    for wait in waits[1:]:
        with frozen_at(found.next_at):
            tried = found.next_at
            with system_sight():
                assert box.pk in mailboxes.due(tried)
            found = again(box)
            assert (found.state, found.next_at) == ("broken", tried + timedelta(hours=wait))
    assert len(notices(worker)[1]) == 1, "told once"
    with imap_peer(port=port) as (peer, _), frozen_at(found.next_at):
        peer.put(mail(ROSA, OLIVIA, id="9@x.example", at=now()))
        found = again(box)
        assert (found.state, found.failed, found.kept, found.said) == ("working", 0, 1, "")
    assert notices(worker)[0] == [], "settled, nobody needs to look"


MAILS, KILLS = 1200, 4


def test_a_reader_that_is_killed_again_and_again_keeps_everything_once(worker, committed):
    with imap_peer() as (peer, port):
        box = connect(worker, port)
        for number in range(MAILS):
            peer.put(mail(ROSA if number % 3 else "Sam <sam@gmail.com>", OLIVIA, id=f"{number}@x.example", at=now() - timedelta(days=90, minutes=number)))
        connection.close()
        dice = random.Random(7)
        for _ in range(KILLS):
            process = _reader(committed, port, box)
            process.stdout.readline()
            time.sleep(dice.uniform(0.1, 1.5))
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert _reader(committed, port, box).wait(240) == 0
        with system_sight():
            found, ids = Mailbox.objects.get(pk=box.pk), list(Message.objects.values_list("message_id", flat=True))
        assert len(ids) == len(set(ids)) == MAILS * 2 // 3
        assert (found.seen, found.kept) == (MAILS, MAILS * 2 // 3)


def _reader(database, port, box):
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": database, "ROUNDS_PROCESS": "worker", "ROUNDS_OUTBOUND_ALLOW": f'["127.0.0.1:{port}"]'}
    return subprocess.Popen([sys.executable, "-c", READ, str(box.pk)], env=environment, stdout=subprocess.PIPE, text=True)
