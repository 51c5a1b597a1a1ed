"""Where the company reads letters before they go: the letter waits, one who may lets it go, and nobody else does (COMM-07)."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta

import pytest

from rounds.access.allowed import NotAllowed, need
from rounds.actions.flow import playbooks
from rounds.actions.reach import approving, enrolling, stepping
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Delivery, EnrolmentStep, Event, SendDecision
from rounds.models.flow.active import active

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.req("COMM-07")


@pytest.fixture
def read_first(cast):
    """`read_first("each")`: the company reads letters before they go."""

    def made(mode):
        files = dict(active().playbook.files)
        files["reach/rules.yaml"] = files["reach/rules.yaml"].replace("approval: none", f"approval: {mode}")
        playbooks.publish(files, reason="We read letters first", by=SYSTEM_ACTOR, at=now())

    return made


@pytest.fixture
def enrol(cast, person):
    def made(number=1):
        who = person(email=f"p{number}@newfound{number}.example", name=f"Rosa Number{number}", organization=f"Newfound {number}")
        return enrolling.enrol("initial_outreach", who, sender=cast.owner, by=cast.owner.actor, at=AT)

    return made


def look(at):
    return [stepping.take(key, by=SYSTEM_ACTOR, at=at) for key in stepping.due(at)]


def test_a_letter_waits_until_somebody_read_it(cast, read_first, enrol):
    read_first("each")
    row = enrol()
    assert look(AT) == ["approval"]
    assert not Delivery.objects.exists()
    assert SendDecision.objects.get().why == "Each letter is read by a colleague before it goes."
    approving.release(row, by=cast.manager.actor, at=AT + HOUR)
    assert look(AT + HOUR) == ["send"]
    assert Delivery.objects.count() == 1
    step = EnrolmentStep.objects.get(state="sent")
    assert (step.approved_by, step.approved_at) == (cast.manager.name, AT + HOUR)
    assert Event.objects.get(kind="sequence.released").payload["step"] == "introduction"
    with pytest.raises(approving.NothingWaits):
        approving.release(row, by=cast.manager.actor, at=AT + HOUR)
    assert look(AT + timedelta(days=7)) == ["approval"], "the next one is read, too"


def test_only_the_first_is_read_and_its_word_lets_all_go_that_waited_for_it(cast, read_first, enrol):
    read_first("first")
    one, _ = enrol(1), enrol(2)
    assert look(AT) == ["approval", "approval"]
    approving.release(one, by=cast.manager.actor, at=AT + HOUR)
    assert look(AT + HOUR) == ["send", "send"]
    enrol(3)
    assert look(AT + 2 * HOUR) == ["send"], "the sequence is known of this sender"


def test_it_is_asked_last_so_that_nobody_reads_what_would_not_go(cast, read_first, enrol):
    read_first("each")
    enrol()
    night = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
    assert look(night) == ["window"]


def test_the_page_shows_the_letter_and_lets_only_those_who_may_let_it_go(cast, read_first, enrol, door, see_all):
    read_first("each")
    row = enrol()
    look(AT)
    with pytest.raises(NotAllowed):
        need(cast.owner, "sequences.approve")
    page = door(cast.owner).get(f"/enrolments/{row.pk}/")
    assert "A manager, marketing or RevOps lets it go." in page.content.decode()
    assert door(cast.owner).post(f"/enrolments/{row.pk}/releasing/").status_code == 403
    manager = door(cast.manager)
    listed = html.unescape(manager.get("/enrolments/?f=held_for.is.approval").content.decode())
    assert "Each letter is read by a colleague" in listed
    shown = html.unescape(manager.get(f"/enrolments/{row.pk}/").content.decode())
    assert "It waits for a word" in shown
    assert "Dear" in shown or "Hello" in shown or "Hi " in shown
    said = html.unescape(manager.post(f"/enrolments/{row.pk}/releasing/", follow=True).content.decode())
    assert "Let go." in said
    see_all()
    assert EnrolmentStep.objects.get(step="introduction").approved_by == cast.manager.name
