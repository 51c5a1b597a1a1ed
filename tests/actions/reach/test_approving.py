"""Where the company reads letters before they go: the letter waits, one who may lets it go, and nobody else does (COMM-07)."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta

import pytest

from rounds.access.allowed import NotAllowed, need
from rounds.access.sight import sight
from rounds.actions.flow import playbooks
from rounds.actions.reach import approving, enrolling, letters, stepping
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Delivery, EnrolmentStep, Event, Notification, SendDecision
from rounds.models.flow.active import active

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.req("COMM-07")


@pytest.fixture
def read_first(cast):
    """`read_first("each")`: the company reads letters before they go."""

    def made(mode, of="sequence"):
        files = dict(active().playbook.files)
        files["reach/rules.yaml"] = files["reach/rules.yaml"].replace("approval: none", f"approval: {mode}").replace("approval_of: [sequence]", f"approval_of: [{of}]")
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


def test_a_colleague_reads_it_and_not_its_sender(cast, read_first, enrol):
    read_first("each")
    row = enrol()
    assert look(AT) == ["approval"]
    with pytest.raises(approving.OwnLetter):
        approving.release(row, by=cast.owner.actor, at=AT + HOUR)
    assert EnrolmentStep.objects.filter(approved_at=None, code="approval").exists()


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


def told(kind, user):
    """What `user` was told: nobody else sees it."""
    with sight(Scope(everything=True, viewer=user.pk)):
        return [(row.user_id, row.title, row.body) for row in Notification.objects.filter(kind=kind)]


def test_who_ends_what_waits_tells_its_sender_why(cast, read_first, enrol):
    read_first("each")
    mine, other = enrol(1), enrol(2)
    look(AT)
    enrolling.end(mine, "by_hand", why="By phone", by=cast.owner.actor, at=AT + HOUR)
    assert told("letter.dropped", cast.owner) == [], "nobody is told what they did themselves"
    enrolling.end(other, "by_hand", why="The tone is wrong", by=cast.manager.actor, at=AT + HOUR)
    assert told("letter.dropped", cast.owner) == [(cast.owner.pk, "Your letter to Rosa Number2 was not let go", f"{cast.manager.name}: The tone is wrong")]


def test_a_letter_by_hand_waits_where_the_playbook_says_so(cast, read_first, person):
    def write(at=AT):
        return letters.write(person(), "A question", "Hello.", sender=cast.owner, by=cast.owner.actor, at=at)

    read_first("each")
    assert write().state == "queued", "by default letters by hand go"
    read_first("each", "sequence, by_hand")
    row = write(AT + timedelta(days=4))
    assert (row.state, row.why) == ("waiting", f"Each letter by hand of {cast.owner.name} is read by a colleague before it goes.")
    assert [one[0] for one in told("letter.waits", cast.manager)] == [cast.manager.pk]
    with pytest.raises(approving.OwnLetter):
        approving.release_letter(row, by=cast.owner.actor, at=AT + timedelta(days=4))
    approving.release_letter(row, by=cast.manager.actor, at=AT + timedelta(days=4))
    assert letters.take(row.pk, by=SYSTEM_ACTOR, at=AT + timedelta(days=4, hours=1)) == "send"
    row.refresh_from_db()
    assert (row.state, row.approved_by) == ("queued", cast.manager.name)
    with pytest.raises(approving.NothingWaits):
        approving.release_letter(row, by=cast.manager.actor, at=AT + timedelta(days=4, hours=2))
    other = write(AT + timedelta(days=8))
    letters.drop(other, why="The price is wrong", by=cast.manager.actor, at=AT + timedelta(days=8))
    assert told("letter.dropped", cast.owner) == [(cast.owner.pk, "Your letter “A question” was not let go", f"{cast.manager.name}: The price is wrong")]
