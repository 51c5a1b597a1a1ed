"""Who really answered, opened and clicked: people and machines told apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from rounds.playbook import default
from rounds.rules.engagement import Asked, MailAct, machine
from rounds.rules.reach.answering import answered

BOOK = default().reach
TODAY = date(2026, 3, 3)
SENT = datetime(2026, 3, 3, 15, tzinfo=UTC)
LATER = SENT + timedelta(hours=2)
PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def kind(headers: dict[str, str], text: str = "") -> str:
    return answered(headers, text, TODAY, BOOK.away).kind


@pytest.mark.req("COMM-01", "PLUS-31")
@pytest.mark.parametrize(("headers", "text", "wanted"), [
    ({"subject": "Re: half an hour?"}, "Tuesday works.", "answer"),
    ({"subject": "Out of the office until Friday budget round"}, "", "away"),
    ({"subject": "Automatic reply: half an hour?", "auto-submitted": "auto-replied"}, "I am away until March 9.", "away"),
    ({"subject": "Re: half an hour?", "auto-submitted": "auto-replied"}, "I am travelling.", "away"),
    ({"subject": "Ticket 4711 opened", "auto-submitted": "auto-generated"}, "", "automatic"),
    ({"subject": "News", "list-id": "<all.hospital.example>"}, "", "list"),
    ({"subject": "Newsletter", "list-unsubscribe": "<mailto:x@y.example>"}, "", "list"),
    ({"subject": "Undeliverable", "content-type": "multipart/report; report-type=delivery-status"}, "Action: failed\nStatus: 5.1.1", "bounce"),
    ({"subject": "Delayed", "content-type": 'multipart/report; report-type="delivery-status"'}, "Action: delayed\nStatus: 4.4.1", "soft_bounce"),
    ({"subject": "Mail delivery failed", "from": "Mailer-Daemon@mx.hospital.example"}, "Status: 5.7.1", "bounce"),
    ({"subject": "Re: leave of absence policy"}, "We can talk on leave planning.", "answer"),
])  # fmt: skip
def test_what_a_mail_is(headers, text, wanted):
    assert kind(headers, text) == wanted


@pytest.mark.req("PLUS-31")
@pytest.mark.parametrize(("text", "until"), [
    ("I am out until March 9.", date(2026, 3, 9)),
    ("I return to the office on Monday, March 16th, 2026.", date(2026, 3, 16)),
    ("Back on 3/12/26, with limited access to mail.", date(2026, 3, 12)),
    ("returning 2026-04-01", date(2026, 4, 1)),
    ("I will answer when I can.", date(2026, 3, 10)),
    ("Back on January 4.", date(2026, 3, 10)),
    ("Back on 13/45/26.", date(2026, 3, 10)),
])  # fmt: skip
def test_till_when_somebody_is_away(text, until):
    """The day they name, if it lies within what one believes; else as long as the playbook waits."""
    assert answered({"subject": "Automatic reply", "auto-submitted": "auto-replied"}, text, TODAY, BOOK.away).until == until


@pytest.mark.req("PLUS-31")
def test_an_automatic_reply_may_say_that_somebody_left():
    found = answered({"auto-submitted": "auto-replied", "subject": "Re: hello"}, "Dr. Lee is no longer with Valley Health.", TODAY, BOOK.away)
    assert found.gone


@pytest.mark.req("COMM-07", "COMM-15")
@pytest.mark.parametrize(("at", "asked", "why"), [
    (LATER, Asked(agent=PERSON), ""),
    (SENT + timedelta(seconds=4), Asked(agent=PERSON), "within 20 seconds of delivery"),
    (LATER, Asked(), "names no browser"),
    (LATER, Asked(agent="Mozilla/5.0 (Proofpoint URL Defense)"), "calls itself proofpoint"),
    (LATER, Asked("HEAD", PERSON), "asked with HEAD"),
])  # fmt: skip
def test_a_gateways_click_is_told_from_a_persons(at, asked, why):
    assert machine(default(), MailAct("email_click", at, "m1", "a", 3, SENT, asked)) == why
