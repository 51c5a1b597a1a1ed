"""Real letters to a real server on loopback: taken once, put off, refused, given up, and never sent again blindly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.flow import deliveries, kill_switch, sending
from rounds.documents.messages import Button, Message
from rounds.jobs.deliveries import deliver
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import frozen_at, now
from rounds.models import Delivery, Notification, OutboundRoute
from tests.mail_peer import mail_peer, use

pytestmark = pytest.mark.req("AUTO-12")
TO = "ann@hospital.example"


@pytest.fixture
def peer(settings):
    with mail_peer() as (peer, port):
        use(port, settings)
        yield peer


@pytest.fixture
def post(cast):
    count = iter(range(1000))

    def make(to=TO, *, subject="A lead for you", at=None, **said):
        content = Message(subject=subject, lines=("Rosa Meridian asks for a demo.",), buttons=(Button("Open", "https://rounds.example/leads/1/"),),
                          why="You own the lead.")  # fmt: skip
        return deliveries.post("email", to, content, key=f"k{next(count)}", by=cast.admin.actor, at=at or now(), **said)

    return make


def state(row) -> str:
    return Delivery.objects.get(pk=row.pk).state


class TestTaken:
    def test_a_letter_is_taken_once_and_its_content_goes(self, peer, post):
        row = post()
        assert deliver(str(row.id)) == 1
        assert deliver(str(row.id)) == 0, "a second run of the job finds nothing"
        (letter,) = peer.letters()
        assert letter["Message-ID"] == f"<{row.id}@northwind-rounds.example>"
        assert letter["To"] == TO
        assert "Rosa Meridian" in letter.get_body(("plain",)).get_content()
        assert "Rosa Meridian" in letter.get_body(("html",)).get_content()
        row = Delivery.objects.get(pk=row.pk)
        assert (row.state, row.content, row.attempts) == ("sent", "", 1)

    def test_one_job_takes_what_else_is_due_in_one_conversation(self, peer, post):
        rows = [post(f"a{n}@hospital.example") for n in range(5)]
        assert deliver(str(rows[0].id)) == 5
        assert len(peer.took) == 5

    @pytest.mark.parametrize("subject", ["Hello\r\nBcc: thief@evil.example", "a\nX-Evil: 1\n\nbody", "a\u2028b\0c", "=?utf-8?q?x=0d=0aBcc:_a@b.example?="])
    def test_nothing_typed_becomes_a_header_of_its_own(self, peer, post, subject):
        deliver(str(post(subject=subject).id))
        ((to, raw),) = peer.took
        head = raw.split(b"\r\n\r\n")[0].lower()
        assert to == TO
        assert b"\nbcc:" not in head
        assert b"\nx-evil:" not in head

    def test_a_line_that_is_one_dot_ends_no_letter(self, peer, cast):
        said = Message(subject="x", lines=(".", "..", "RCPT TO:<thief@evil.example>"))
        deliver(str(deliveries.post("email", TO, said, key="dots", by=cast.admin.actor, at=now()).id))
        assert peer.letters()[0].get_body(("plain",)).get_content().startswith(".\r\n\r\n..\r\n")
        assert peer.tried == [TO]


class TestPutOff:
    def test_451_then_250_is_tried_again_after_a_pause(self, peer, post):
        peer.plan[TO] = ["451"]
        row, at = post(), now()
        deliver(str(row.id))
        row = Delivery.objects.get(pk=row.pk)
        assert (row.state, row.attempts) == ("due", 1)
        assert timedelta(seconds=20) < row.due_at - at < timedelta(seconds=60)
        assert TO not in row.detail, "what the server said names people"
        deliver(str(row.id))
        assert peer.tried == [TO], "not before its time"
        with frozen_at(row.due_at):
            deliver(str(row.id))
        assert state(row) == "sent"
        assert len(peer.took) == 1

    def test_550_is_refused_for_good_and_a_person_may_send_again(self, peer, post, cast):
        peer.plan[TO] = ["550"]
        row = post()
        deliver(str(row.id))
        row = Delivery.objects.get(pk=row.pk)
        assert row.state == "refused"
        assert row.detail == "The mail server refused it (550 5.1.0)."
        deliveries.send_again(row, by=cast.admin.actor, at=now())
        deliver(str(row.id))
        assert state(row) == "sent"

    def test_what_never_works_is_given_up_with_its_reason_and_somebody_is_told(self, peer, post, cast, as_seen_by):
        peer.plan[TO] = ["451"] * 99
        row, at = post(expires_at=now() + timedelta(days=30)), now()
        for _ in range(12):
            row.refresh_from_db()
            with frozen_at(max(row.due_at, at)):
                deliver(str(row.id))
        row.refresh_from_db()
        assert row.state == "failed"
        assert "Given up after 8 tries" in row.detail
        with as_seen_by(cast.admin):
            assert Notification.objects.filter(kind="delivery.stuck").count() == 1

    def test_a_silent_server_is_left_alone_and_the_letter_waits_for_a_person(self, peer, post):
        peer.plan[TO] = ["hang"]
        row, other = post(), post("bob@hospital.example")
        deliver(str(row.id))
        assert state(row) == "unknown", "the letter was given over: nobody knows"
        assert state(other) == "sent"

    def test_a_server_that_is_away_opens_the_circuit_and_nothing_is_lost(self, settings, post):
        use(1, settings)
        rows = [post(f"a{n}@hospital.example") for n in range(6)]
        for row in rows:
            deliver(str(row.id))
        side = OutboundRoute.objects.get(name="smtp")
        assert side.failures == 3, "after three it is left alone"
        assert side.open_until > now()
        assert {state(row) for row in rows} == {"due"}
        with mail_peer() as (peer, port):
            use(port, settings)
            with frozen_at(now() + timedelta(minutes=10)):
                deliver(str(rows[0].id))
            assert len(peer.took) == 6


class TestUnknown:
    def test_a_server_that_goes_away_inside_data_leaves_it_unknown_and_is_not_asked_again(self, peer, post, cast):
        peer.plan[TO] = ["drop"]
        row = post()
        for _ in range(3):
            deliver(str(row.id))
            sending.sweep(at=now())
        assert state(row) == "unknown"
        assert peer.tried == [TO]
        deliveries.it_went(row, by=cast.admin.actor, at=now())
        assert state(row) == "sent"
        with pytest.raises(deliveries.NotWaiting):
            deliveries.send_again(row, by=cast.admin.actor, at=now())

    def test_what_a_dead_worker_left_is_unknown_and_known_again_when_it_lived(self, peer, post):
        row = post()
        taken = sending.claim("smtp", by=SYSTEM_ACTOR, at=now())
        assert taken.pk == row.pk
        assert sending.sweep(at=now()) == 1
        assert state(row) == "unknown"
        sending.sent(taken, at=now())
        assert state(row) == "sent"


class TestHeld:
    def test_nothing_leaves_while_the_switch_is_on_and_all_of_it_after(self, peer, post, cast):
        kill_switch.hold("A loop", by=cast.admin.actor, at=now())
        rows = [post(f"a{n}@hospital.example") for n in range(3)]
        deliver(str(rows[0].id))
        assert {state(row) for row in rows} == {"held"}
        assert peer.tried == []
        kill_switch.resume("Mended", by=cast.admin.actor, at=now())
        deliver(str(rows[0].id))
        assert len(peer.took) == 3

    def test_a_copy_sends_nothing_until_it_is_released(self, peer, post, copied):
        row = post()
        copied()
        deliver(str(row.id))
        assert state(row) == "held"
        assert peer.tried == []

    def test_who_left_and_what_is_too_old_gets_nothing(self, peer, post, cast):
        gone = post(cast.owner.email, user=cast.owner)
        cast.owner.is_active = False
        cast.owner.save(update_fields=["is_active"])
        old = post("bob@hospital.example", expires_at=now() + timedelta(minutes=1))
        with frozen_at(now() + timedelta(minutes=2)):
            deliver(str(old.id))
        assert (state(gone), state(old)) == ("refused", "refused")
        assert peer.tried == []
