"""A send to many at once is a sequence of one letter: the same wishes, caps and numbers hold for it (COMM-16)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.flow import playbooks
from rounds.actions.reach import campaigns, consents, enrolling
from rounds.analytics.reach import campaigns as told
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Campaign, Enrolment, Message, SendDecision
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
    with pytest.raises(enrolling.EnrolmentRefused, match="draft and cannot be sent: its text still says “\\(Write "):
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


@pytest.fixture
def send(cast, person):
    """`send(name, n)`: a resource to n people of the owner's, named."""

    def made(name="Autumn pages", n=3, at=AT, begin=0):
        given = [(person(email=f"p{k}@newfound.example", name=f"Rosa Number{k}"), cast.owner) for k in range(begin, begin + n)]
        return enrolling.enrol_many(RESOURCE, given, campaign=name, by=cast.owner.actor, at=at)

    return made


@pytest.mark.req("COMM-16", "COMM-15")
def test_a_named_send_has_its_numbers_at_one_place(cast, send):
    found = send()
    row = Campaign.objects.get()
    assert (row.name, row.kind, row.template, row.state) == ("Autumn pages", RESOURCE, "campaign_resource", "running")
    assert {one.there.campaign for one in found} == {row}
    through(AT, AT + DAY)
    row.refresh_from_db()
    assert (row.state, row.ended_at is not None) == ("finished", True)
    letter = Message.objects.filter(enrolment=found[0].there).get()
    Message.objects.filter(pk=letter.pk).update(answered_at=AT + DAY, state="sent")
    consents.withdraw_by_link(found[1].there, found[1].there.person_index, by=cast.owner.actor, at=AT + DAY)
    line = told.line(row.pk, Scope(everything=True))
    assert (line.enrolled, line.sent, line.delivered, line.answered, line.unsubscribed, line.active) == (3, 3, 1, 1, 1, 0)
    assert told.lines(Scope(everything=True)) == {str(row.pk): line}
    for part in ("segment", "tier"):
        assert sum(one.enrolled for one in told.by_part(row.pk, Scope(everything=True), part).values()) == 3


@pytest.mark.req("COMM-16")
def test_people_are_added_to_a_send_by_its_name_and_another_has_another_name(cast, send):
    send(n=1)
    through(AT, AT + DAY)
    send(n=1, begin=5, at=AT + DAY)
    assert Campaign.objects.get().state == "running", "it goes on for those who were added"
    send(name="", n=1, begin=9, at=AT + DAY)
    assert {row.name for row in Campaign.objects.all()} == {"Autumn pages", "Resource distribution, 3 March 2026"}
    assert Campaign.objects.count() == 2


@pytest.mark.req("COMM-16")
def test_a_send_is_stopped_for_whoever_did_not_get_it(cast, send):
    found = send(n=2)
    row = campaigns.stop(Campaign.objects.get(), why="The date was wrong", by=cast.owner.actor, at=AT)
    assert (row.state, row.why) == ("stopped", "The date was wrong")
    assert {one.there.pk for one in found} == set(Enrolment.objects.filter(state="ended", ended_for="by_hand").values_list("pk", flat=True))
    through(AT, AT + DAY)
    assert not Message.objects.exists()
    with pytest.raises(campaigns.CampaignStopped):
        send(n=1, begin=7)
    assert Enrolment.objects.exclude(state="ended").count() == 0


@pytest.mark.req("COMM-16", "SEC-01")
def test_sending_to_many_is_for_those_who_may(cast):
    assert "Marketing, managers and admins" in str(campaigns.not_allowed(RESOURCE, cast.owner))
    assert campaigns.not_allowed(RESOURCE, cast.manager) is None
    assert campaigns.not_allowed("initial_outreach", cast.owner) is None
