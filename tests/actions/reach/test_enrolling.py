"""Enrolled once, by who may be written to; paused, resumed, ended; what nobody wants is kept for everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from rounds.actions.reach import consents, enrolling, people
from rounds.actions.trust import suppressions
from rounds.models import AddressFault, Consent, Enrolment, EnrolmentStep, Event, Lead
from rounds.models.base import signature

AT = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
OUTREACH = "initial_outreach"


def enrol(cast, person, code=OUTREACH, at=AT, sender=None):
    return enrolling.enrol(code, person, sender=sender or cast.owner, by=cast.owner.actor, at=at)


@pytest.mark.req("COMM-01", "COMM-02")
def test_every_step_has_its_day_and_the_hour_of_the_person(cast, person):
    row = enrol(cast, person())
    steps = list(EnrolmentStep.objects.filter(enrolment=row).order_by("position"))
    assert [one.due_on for one in steps] == [date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 11), date(2026, 3, 15), date(2026, 3, 22)]
    assert steps[0].next_at == AT, "the window is open: at once"
    assert steps[1].next_at == datetime(2026, 3, 9, 13, tzinfo=UTC), "Monday, nine in New York, after the clocks went forward"
    assert Event.objects.filter(kind="sequence.enrolled", lead_id=row.lead_id).count() == 1


@pytest.mark.req("COMM-01")
def test_enrolling_twice_changes_nothing(cast, person):
    who = person()
    assert enrol(cast, who).pk == enrol(cast, who, at=AT + timedelta(days=3)).pk
    assert Enrolment.objects.count() == 1
    assert Event.objects.filter(kind="sequence.enrolled").count() == 1


@pytest.mark.req("COMM-01")
def test_the_same_address_in_another_record_is_the_same_person(cast, person):
    row = enrol(cast, person())
    assert enrol(cast, person(email="ROSA@Newfound.example")).pk == row.pk


@pytest.mark.req("ABM-22")
def test_nobody_is_in_two_sequences_that_want_them_for_themselves(cast, person):
    who = person()
    enrol(cast, who)
    with pytest.raises(enrolling.EnrolledElsewhere):
        enrol(cast, who, "nurture_basic")


@pytest.mark.req("COMM-05")
def test_a_draft_takes_nobody(cast, person):
    with pytest.raises(enrolling.EnrolmentRefused, match="is a draft"):
        enrol(cast, person(), "welcome")


@pytest.mark.req("COMM-09", "ABM-28")
def test_who_may_not_be_written_to_is_refused_with_the_reason(cast, person):
    with pytest.raises(enrolling.EnrolmentRefused, match="has no e-mail address"):
        enrol(cast, person(email=""))
    who = person(email="sam@newfound.example")
    consents.say("withdrawn", who, source="by_hand", by=cast.owner.actor, at=AT)
    with pytest.raises(enrolling.EnrolmentRefused, match="does not want mail"):
        enrol(cast, who)
    gone = person(email="lee@newfound.example")
    suppressions.suppress(["lee@newfound.example"], why="asked to be erased", by=cast.admin.actor, at=AT)
    with pytest.raises(enrolling.EnrolmentRefused, match="suppressed"):
        enrol(cast, gone)
    back = person(email="kim@newfound.example")
    AddressFault.objects.create(person_index=people.index_of("kim@newfound.example"), kind="bounce", **signature(cast.admin.actor, AT))
    with pytest.raises(enrolling.EnrolmentRefused, match="came back"):
        enrol(cast, back)
    assert Enrolment.objects.count() == 0


@pytest.mark.req("COMM-01")
def test_once_means_not_again_before_its_time(cast, person):
    who = person()
    enrolling.end(enrol(cast, who), "finished", by=cast.owner.actor, at=AT)
    with pytest.raises(enrolling.EnrolmentRefused, match="not before 29 August 2026"):
        enrol(cast, who, at=AT + timedelta(days=100))
    with pytest.raises(enrolling.EnrolmentRefused, match="left alone for now"):
        enrol(cast, who, "nurture_basic", at=AT + timedelta(days=10))
    assert enrol(cast, who, "nurture_basic", at=AT + timedelta(days=91))


@pytest.mark.req("ABM-28", "COMPL-06")
def test_a_word_holds_for_every_record_and_ends_what_runs(cast, person):
    row = enrol(cast, person())
    consents.say("withdrawn", person(email="rosa@newfound.example"), source="by_hand", by=cast.owner.actor, at=AT)
    row.refresh_from_db()
    assert (row.state, row.ended_for) == ("ended", "unsubscribe")
    assert not EnrolmentStep.objects.filter(enrolment=row, state="planned").exists()
    assert consents.standing("Rosa@newfound.example") == "withdrawn"
    consents.say("given", person(), source="form", by=cast.owner.actor, at=AT + timedelta(days=1))
    assert consents.standing("rosa@newfound.example") == "given", "the newest word counts, and all are kept"
    assert Consent.objects.count() == 2


@pytest.mark.req("COMM-01")
def test_paused_and_ended(cast, person):
    row = enrol(cast, person())
    enrolling.pause(row, why="Budget season", by=cast.owner.actor, at=AT)
    enrolling.resume(row, by=cast.owner.actor, at=AT)
    enrolling.end(row, "by_hand", by=cast.owner.actor, at=AT)
    enrolling.end(row, "by_hand", by=cast.owner.actor, at=AT)
    assert Event.objects.filter(kind="sequence.ended").count() == 1
    with pytest.raises(enrolling.NotRunning):
        enrolling.resume(row, by=cast.owner.actor, at=AT)


@pytest.mark.req("ABM-28")
def test_a_lead_that_opted_out_is_not_enrolled(cast, person):
    who = person()
    Lead.objects.filter(pk=who.lead.pk).update(opted_out=True)
    who.lead.refresh_from_db()
    with pytest.raises(enrolling.EnrolmentRefused, match="does not want mail"):
        enrol(cast, who)
