"""What becomes of a letter of a sequence: taken, unknown, refused for good, or not wanted any more when its time comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rounds.actions.flow import deliveries
from rounds.actions.reach import consents, enrolling, stepping
from rounds.actions.trust import suppressions
from rounds.jobs.deliveries import deliver
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import frozen_at
from rounds.models import AddressFault, Delivery, Enrolment, Message
from tests.actions.reach.conftest import person, postal  # noqa: F401
from tests.mail_peer import mail_peer, use

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TO = "rosa@newfound.example"


@pytest.fixture
def peer(settings):
    with mail_peer() as (peer, port):
        use(port, settings)
        yield peer


@pytest.fixture
def letter(cast, person, postal, settings, peer):  # noqa: F811
    """A letter that waits in the outbox: (its mail, its delivery, `go()` which has the worker send what is due)."""
    settings.CONFIG = settings.CONFIG.model_copy(update={"postal_address": "12 Ward Street, Boston, MA 02110"})
    enrolling.enrol("initial_outreach", person(email=TO), sender=cast.owner, by=cast.owner.actor, at=AT)
    stepping.take(stepping.due(AT)[0], by=SYSTEM_ACTOR, at=AT)
    mail = Message.objects.get()

    def go(at=AT + timedelta(minutes=5)):
        with frozen_at(at):
            deliver(str(mail.delivery_id))
        mail.refresh_from_db()
        return mail.state

    return mail, Delivery.objects.get(pk=mail.delivery_id), go


@pytest.mark.req("COMM-07", "COMM-09")
def test_a_letter_that_was_taken_is_sent_when_the_server_took_it(letter, peer):
    mail, _, go = letter
    assert go() == "sent"
    assert mail.sent_at == AT + timedelta(minutes=5)
    (seen,) = peer.letters()
    assert seen["Message-ID"] == mail.message_id
    assert seen["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/u/" in seen["List-Unsubscribe"]
    assert "12 Ward Street" in seen.get_body(("plain",)).get_content()


@pytest.mark.req("COMM-01", "COMM-07")
def test_an_address_the_server_does_not_know_is_a_bounce_and_ends_the_sequence(letter, peer):
    _, _, go = letter
    peer.plan[TO] = ["550 5.1.1"]
    assert go() == "bounced"
    assert AddressFault.objects.get().kind == "bounce"
    for key in stepping.due(AT + timedelta(days=8)):
        stepping.take(key, by=SYSTEM_ACTOR, at=AT + timedelta(days=8))
    assert Enrolment.objects.get().ended_for == "bounce"


@pytest.mark.req("COMM-07")
def test_a_letter_refused_for_another_reason_is_no_bounce(letter, peer):
    _, _, go = letter
    peer.plan[TO] = ["554 5.7.1"]
    assert go() == "refused"
    assert not AddressFault.objects.exists()


@pytest.mark.req("COMM-07")
def test_a_server_that_goes_away_with_the_letter_leaves_it_unknown_till_a_person_says(letter, peer, cast):
    _, delivery, go = letter
    peer.plan[TO] = ["drop"]
    assert go() == "unknown"
    assert go() == "unknown", "nothing is sent again by itself"
    assert len(peer.took) == 1
    deliveries.it_went(delivery, by=cast.admin.actor, at=AT + timedelta(hours=1))
    assert Message.objects.get().state == "sent"


@pytest.mark.req("COMM-09", "ABM-28")
@pytest.mark.parametrize("word", ["suppressed", "withdrawn"])
def test_a_word_that_comes_after_the_decision_still_holds(letter, peer, cast, word):
    mail, _, go = letter
    if word == "suppressed":
        suppressions.suppress([TO], why="Asked by telephone", by=cast.admin.actor, at=AT)
    else:
        consents.withdraw_by_link(mail.enrolment, mail.contact_index, by=cast.admin.actor, at=AT)
    assert go() == "refused"
    assert peer.tried == []
