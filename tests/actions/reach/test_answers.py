"""An answer inside a thread: joined by its head, sent once, held by wishes and not by caps, never kept twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rounds.access.allowed import NotAllowed
from rounds.access.scope import scope_of
from rounds.actions.flow import kill_switch
from rounds.actions.reach import answers, consents, letters
from rounds.jobs.deliveries import deliver
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import frozen_at
from rounds.models import AddressFault, LeadActivity, Message, MessageLink, SendDecision, Thread
from rounds.models.base import signature
from rounds.rules.reach import replying
from tests.actions.reach.capturing import bring
from tests.mail_peer import mail_peer, use
from tests.mails import mail

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 8, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLIVIA, ROSA = "Olivia Grant <olivia@northwind-rounds.example>", "Rosa Diaz <rosa@newfound.example>"
pytestmark = pytest.mark.req("PLUS-31", "COMM-09")


@pytest.fixture
def theirs(box, hospital, postal):
    """A mail of hers, in answer to another of ours."""
    bring(box, mail(OLIVIA, ROSA, "Imaging", "Shall we talk?", id="0@x.example", at=AT - 2 * HOUR), at=AT - HOUR)
    (row,) = bring(box, mail(ROSA, OLIVIA, "RE: Imaging", "Yes, on Friday.\nIn the morning.", id="1@x.example", answers="0@x.example", at=AT - HOUR), at=AT)
    return row


@pytest.fixture
def answer(cast):
    def made(row, at=AT, sender=None, **said):
        sender = sender or cast.owner
        return letters.write(answers.person_of(row), replying.subject(row.subject), "Friday at ten, then.", sender=sender, answers=row, by=sender.actor, at=at, **said)

    return made


def test_an_answer_joins_the_thread_at_her_side_and_in_her_mail_program(theirs, answer, box, settings):
    with mail_peer() as (peer, port):
        use(port, settings)
        row = answer(theirs, quotes=True)
        with frozen_at(AT + HOUR):
            deliver(str(row.delivery_id))
        (seen,) = peer.letters()
        copy = peer.took[0][1]
    assert (seen["Subject"], seen["To"], seen["In-Reply-To"]) == ("Re: Imaging", "rosa@newfound.example", "<1@x.example>")
    assert seen["References"].split() == ["<0@x.example>", "<1@x.example>"]
    plain = seen.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert plain.index("Friday at ten") < plain.index("On 2 March 2026, Rosa Diaz wrote:\n> Yes, on Friday.\n> In the morning.")
    assert "List-Unsubscribe" not in seen
    assert "12 Ward Street" not in plain, "a conversation is no commercial mail"
    assert not MessageLink.objects.exists()
    row.refresh_from_db()
    assert (row.state, row.purpose, row.text, row.thread_id) == ("sent", "conversation", "Friday at ten, then.", theirs.thread_id)
    assert (row.opportunity_id, row.account_id, row.contact_id) == (theirs.opportunity_id, theirs.account_id, theirs.contact_id)
    assert (Thread.objects.get().mails, Message.objects.count()) == (3, 3)
    bring(box, copy, at=AT + 2 * HOUR)
    assert (Thread.objects.get().mails, Message.objects.count()) == (3, 3), "its copy in the folder of what was sent is the same mail"
    assert LeadActivity.objects.filter(external_id=f"mail:{row.message_id}").count() == 1
    (back,) = bring(box, mail(ROSA, OLIVIA, "Re: Imaging", "Good.", id="2@x.example", answers=row.message_id.strip("<>"), at=AT + 3 * HOUR), at=AT + 3 * HOUR)
    row.refresh_from_db()
    assert (back.thread_id, row.answered_at) == (theirs.thread_id, back.at)


def test_who_wrote_last_is_answered_whatever_was_sent_before_and_at_any_hour(theirs, answer, cast, hospital, box):
    (late,) = bring(box, mail(ROSA, OLIVIA, "Imaging", "Or now?", id="3@x.example", answers="1@x.example", at=NIGHT - HOUR), at=NIGHT)
    letters.write(answers.person_of(theirs), "Another thing", "Hello.", sender=cast.colleague, by=cast.colleague.actor, at=AT + HOUR)
    fresh = letters.look(answers.person_of(late), "News", "Hello.", sender=cast.owner, at=NIGHT)
    assert fresh.decision.outcome == "later"
    row = answer(late, at=NIGHT)
    assert row.state == "queued"
    said = SendDecision.objects.get(message=row)
    assert (said.outcome, said.why) == ("send", "They wrote last: it is an answer, and no letter we begin.")
    again = answer(late, at=NIGHT + timedelta(minutes=5))
    assert (again.state, again.purpose) == ("waiting", "commercial"), "a second one is a letter like every other"


@pytest.mark.parametrize("fault", ["withdrawn", "bounce", "left"])
def test_wishes_and_faults_hold_an_answer(theirs, answer, cast, fault):
    whom = answers.person_of(theirs)
    if fault == "withdrawn":
        consents.say("withdrawn", whom, source="by_hand", by=cast.owner.actor, at=AT)
    else:
        AddressFault.objects.create(person_index=whom.index, kind=fault, why="-", **signature(SYSTEM_ACTOR, AT))
    with pytest.raises(letters.LetterRefused):
        answer(theirs)
    assert not Message.objects.filter(direction="out", state="queued").exists()


def test_an_old_mail_is_taken_up_again_by_the_rules_of_letters(theirs, answer):
    row = answer(theirs, at=AT + timedelta(days=40))
    assert (row.purpose, row.thread_id) == ("commercial", theirs.thread_id)


def test_an_answer_that_waited_is_looked_at_anew(theirs, answer, cast):
    kill_switch.hold(reason="A drill", by=cast.admin.actor, at=AT)
    first, second = answer(theirs), answer(theirs)
    assert (first.state, second.state) == ("waiting", "waiting")
    kill_switch.resume("It is over", by=cast.admin.actor, at=AT + HOUR)
    assert letters.take(first.pk, by=SYSTEM_ACTOR, at=first.goes_at) == "send"
    assert letters.take(second.pk, by=SYSTEM_ACTOR, at=second.goes_at) == "cap_contact", "they were answered: it is a letter like every other"


def test_machines_are_not_answered_and_somebody_unknown_is(theirs, answer, cast, box):
    machine = Message(direction="in", kind="away")
    assert not answers.can(machine)
    box.keep = "business"
    box.save()
    (unknown,) = bring(box, mail("Bo West <bo@newfound.example>", OLIVIA, "Hello", "Who are you?", id="5@x.example", at=AT), at=AT)
    row = answer(unknown, at=AT + HOUR)
    assert (row.to, row.state, row.contact_id, row.account_id) == (["bo@newfound.example"], "queued", None, unknown.account_id)
    assert answers.last_of([unknown, machine]) is unknown
    with pytest.raises(NotAllowed):
        answers.place(unknown, scope_of(cast.legal), cast.legal)


def test_what_stands_in_the_head_of_an_answer():
    many = [f"<{i}@x>" for i in range(80)]
    named = replying.references("<z@x>", many)
    assert (len(named), named[0], named[-1]) == (50, "<0@x>", "<z@x>")
    assert replying.references("<b@x>", (), "<a@x>") == ["<a@x>", "<b@x>"]
    assert replying.references("<aa@no-id.invalid>", ()) == [], "an id we made up is nobody's"
    assert replying.references("<b@x>", ["<a@x>\r\nBcc: all@x"]) == ["<b@x>"]
    assert [replying.subject(one) for one in ("Re: AW: [2] Hello", "re: Re: Hello", "Hello", "")] == ["Re: [2] Hello", "Re: Hello", "Re: Hello", "Re:"]
