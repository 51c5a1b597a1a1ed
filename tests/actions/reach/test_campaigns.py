"""A send to many at once is a sequence of one letter: the same wishes, caps and numbers hold for it (COMM-16)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.flow import playbooks
from rounds.actions.reach import consents, enrolling
from rounds.kit.clock import now
from rounds.models import Enrolment, Message, SendDecision
from rounds.models.flow.active import active
from rounds.playbook.loader import PlaybookRefused
from tests.actions.reach.test_stepping import AT, DAY, through

RESOURCE = "resource_distribution"


@pytest.mark.req("COMM-16")
def test_one_letter_goes_beside_another_sequence_when_the_caps_allow_it(cast, person):
    who = person()
    enrolling.enrol("initial_outreach", who, sender=cast.owner, by=cast.owner.actor, at=AT)
    row = enrolling.enrol(RESOURCE, who, sender=cast.owner, by=cast.owner.actor, at=AT)
    through(AT, AT + 3 * DAY)
    days = sorted(one.sent_at.date() for one in Message.objects.filter(direction="out"))
    assert len(days) == 2
    assert days[0] != days[1], "one a day at most, whatever it is called"
    assert SendDecision.objects.filter(code="cap_contact").exists()
    row.refresh_from_db()
    assert (row.state, row.ended_for) == ("ended", "finished")


@pytest.mark.req("COMM-16", "COMM-09")
def test_whoever_wants_no_mail_is_refused_and_the_same_send_waits_its_time(cast, person):
    who = person()
    enrolling.enrol(RESOURCE, who, sender=cast.owner, by=cast.owner.actor, at=AT)
    through(AT, AT + 2 * DAY)
    with pytest.raises(enrolling.EnrolmentRefused, match="not before"):
        enrolling.enrol(RESOURCE, who, sender=cast.owner, by=cast.owner.actor, at=AT + 10 * DAY)
    assert enrolling.enrol(RESOURCE, who, sender=cast.owner, by=cast.owner.actor, at=AT + 40 * DAY).state == "active"
    consents.say("withdrawn", who, source="by_hand", by=cast.owner.actor, at=AT + 40 * DAY)
    assert not Enrolment.objects.exclude(state="ended").exists()
    with pytest.raises(enrolling.EnrolmentRefused):
        enrolling.enrol(RESOURCE, who, sender=cast.owner, by=cast.owner.actor, at=AT + timedelta(days=400))


@pytest.mark.req("COMM-16")
@pytest.mark.parametrize("code", ["newsletter", "webinar_invitation", "event_promotion"])
def test_what_needs_its_own_words_is_a_draft_until_they_are_written(cast, person, code):
    assert active().playbook.sequences[code].state == "draft"
    with pytest.raises(enrolling.EnrolmentRefused, match="draft"):
        enrolling.enrol(code, person(), sender=cast.owner, by=cast.owner.actor, at=AT)


@pytest.mark.req("COMM-16", "COMM-06")
def test_a_text_with_words_still_to_be_written_cannot_be_made_ready(cast):
    files = dict(active().playbook.files)
    files["sequences/newsletter.yaml"] = files["sequences/newsletter.yaml"].replace("state: draft", "state: ready")
    with pytest.raises(PlaybookRefused, match="still to be written"):
        playbooks.publish(files, reason="Too early", by=cast.admin.actor, at=now())
    files["templates/campaign_newsletter.yaml"] = files["templates/campaign_newsletter.yaml"].replace("(Write the issue here: three short pieces, each with one link.)", "Three things.")
    playbooks.publish(files, reason="Written", by=cast.admin.actor, at=now())
    assert active().playbook.sequences["newsletter"].state == "ready"
