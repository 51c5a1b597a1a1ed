"""Readings, health, surveys, references, expansion, outcomes: what is kept, what is refused, what nobody may see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.customers import (
    customers,
    expansions,
    health,
    implementations,
    issues,
    outcomes,
    readings,
    references,
    surveys,
)
from rounds.actions.trust.phi import PhiRefused
from rounds.kit.clock import now
from rounds.models import (
    Delivery,
    Event,
    Expansion,
    HealthCheck,
    Notification,
    Quarantine,
    SurveyAnswer,
    SurveyInvitation,
)
from rounds.models.customers.standing import standing
from rounds.models.deals.evidence import look
from rounds.models.flow.days import house_today
from rounds.rules.implementation.success import PartsRefused


def adoption(there, active, licensed=100, days=0):
    return readings.keep(there.customer, "user_adoption", as_of=house_today() - timedelta(days=days), evidence="Usage report",
                         parts={"active_users": active, "licensed_users": licensed}, by=there.by, at=now())  # fmt: skip


def known(customer):
    return standing({customer.pk: customer.account_id}, now())[customer.pk]


def asked(there, scores, said=""):
    """A round of NPS that was answered so."""
    survey = surveys.send(there.customer, "nps", there.contacts, by=there.by, at=now())
    rows = list(SurveyInvitation.objects.filter(survey=survey))
    for row, score in zip(rows, scores, strict=False):
        surveys.answer(surveys.path_of(row)[3:-1], score=str(score), said=said, at=now())
    return survey


@pytest.mark.req("IMPL-03", "IMPL-05", "IMPL-06")
class TestReadings:
    def test_the_latest_reading_is_judged_as_strictly_as_the_seed_writes_it(self, won):
        there = won()
        adoption(there, 81, days=10)
        assert look(there.deal, "implementation.adopted").state == "met"
        adoption(there, 80)
        found = look(there.deal, "implementation.adopted")
        assert (found.state, found.says) == ("missing", "80 % is not more than 80 %.")
        there.customer.refresh_from_db()
        assert there.customer.licensed_users == 100

    def test_a_wrong_one_is_withdrawn_and_the_one_before_holds(self, won):
        there = won()
        adoption(there, 81, days=10)
        readings.withdraw(adoption(there, 20), why="Counted one ward only", by=there.by, at=now())
        assert known(there.customer).value("user_adoption") == 81

    def test_what_is_no_reading(self, won):
        there = won()
        with pytest.raises(readings.ReadingRefused, match="Say what shows it"):
            readings.keep(there.customer, "uptime", as_of=house_today(), parts={"period_minutes": 100, "downtime_minutes": 0, "maintenance_minutes": 0}, evidence=" ", by=there.by, at=now())  # fmt: skip
        with pytest.raises(readings.ReadingRefused, match="NPS is counted from surveys"):
            readings.keep(there.customer, "nps", as_of=house_today(), parts={}, evidence="x", by=there.by, at=now())
        with pytest.raises(PartsRefused, match="More people used it"):
            adoption(there, 101)


@pytest.mark.req("IMPL-09")
class TestHealth:
    def test_a_check_says_why_and_a_fall_of_more_than_fifteen_is_told(self, cast, won, as_seen_by):
        there = won()
        adoption(there, 90)
        first = health.check(there.customer, by=cast.admin.actor, at=now())
        assert (first.score, first.known, first.alarmed) == (82, 55, False), "30 and 15 and 0 of the 55 that are known"
        adoption(there, 10)
        issues.open_issue(there.customer, "Alerts come late", severity="critical", by=there.by, at=now())
        row = health.check(there.customer, by=cast.admin.actor, at=now())
        assert row.alarmed
        assert row.before - row.score > 15
        for person in (cast.owner, cast.manager):
            with as_seen_by(person):
                assert "Adoption: 10" in Notification.objects.get(kind="customer.alarm").body
        there.customer.refresh_from_db()
        assert (there.customer.health, there.customer.health_band) == (row.score, row.band)
        assert Event.objects.filter(kind="customer.health_checked").count() == 2
        health.check(there.customer, by=cast.admin.actor, at=now())
        assert Event.objects.filter(kind="customer.health_checked").count() == 2, "the same again is no news"
        assert HealthCheck.objects.count() == 3

    def test_many_are_checked_in_a_number_of_queries_that_grows_by_their_rows_alone(self, cast, won, django_assert_max_num_queries):
        for name in ("Alder", "Birch", "Cedar"):
            won(name)
        with django_assert_max_num_queries(80):
            assert health.check_all(by=cast.admin.actor, at=now())[0] == 3


@pytest.mark.req("IMPL-10")
class TestSurveys:
    def test_under_five_answers_nobody_sees_anything(self, won):
        there = won(people=6)
        survey = asked(there, [10, 10, 9, 3])
        assert Delivery.objects.filter(about="survey").count() == 6
        assert known(there.customer).nps is None
        rows = list(SurveyInvitation.objects.filter(survey=survey, answered=False))
        surveys.answer(surveys.path_of(rows[0])[3:-1], score="9", at=now())
        assert known(there.customer).value("nps") == 60

    def test_a_link_answers_once_and_looking_changes_nothing(self, won):
        there = won(people=1)
        surveys.send(there.customer, "nps", there.contacts, by=there.by, at=now())
        token = surveys.path_of(SurveyInvitation.objects.get())[3:-1]
        surveys.look(token, at=now())
        assert not SurveyInvitation.objects.get().answered
        for wrong in ("11", "-1", "", "²", "9.5"):
            with pytest.raises(surveys.AnswerRefused):
                surveys.answer(token, score=wrong, at=now())
        surveys.answer(token, score="0", at=now())
        with pytest.raises(surveys.SurveyOver):
            surveys.answer(token, score="10", at=now())
        for forged in ("x", token[:-1] + ("a" if token[-1] != "a" else "b"), token.split(".")[0]):
            with pytest.raises(surveys.LinkUnknown):
                surveys.look(forged, at=now())
        with pytest.raises(surveys.SurveyOver):
            surveys.look(token, at=now() + timedelta(days=40))

    def test_an_answer_does_not_know_who_gave_it_and_patient_data_is_left_out(self, won):
        there = won(people=1)
        asked(there, [4], said="Patient John Smith MRN 00123456 waited, DOB 03/04/1961")
        row = SurveyAnswer.objects.get()
        assert {f.name for f in SurveyAnswer._meta.fields} == {"id", "customer", "survey", "score", "said", "answered_on"}
        assert "Smith" not in row.said
        assert Quarantine.objects.filter(door="survey").count() == 1

    def test_who_has_not_answered_is_asked_once_more_by_the_same_link(self, cast, won):
        there = won(people=2)
        asked(there, [9])
        assert surveys.remind(by=cast.admin.actor, at=now()) == 0
        assert surveys.remind(by=cast.admin.actor, at=now() + timedelta(days=8)) == 1
        assert surveys.remind(by=cast.admin.actor, at=now() + timedelta(days=9)) == 0
        assert Delivery.objects.filter(about="survey").count() == 3

    def test_nobody_elsewhere_is_asked(self, won):
        there, other = won(), won("Elsewhere", people=1)
        with pytest.raises(customers.CustomerRefused, match="somebody of this customer"):
            surveys.send(there.customer, "nps", other.contacts, by=there.by, at=now())


@pytest.mark.req("IMPL-08")
class TestReferences:
    def test_they_speak_for_us_as_they_agreed_and_not_too_often(self, won):
        there = won()
        with pytest.raises(references.NotWilling):
            references.use(there.customer, "Reference call", on=house_today(), told_to="Alder Clinic", by=there.by, at=now())
        references.agree(there.customer, willing=True, types=["Reference call"], most=2, by=there.by, at=now())
        with pytest.raises(references.NotWilling, match="did not agree to a site visit"):
            references.use(there.customer, "Site visit", on=house_today(), told_to="Alder", by=there.by, at=now())
        for _ in range(2):
            references.use(there.customer, "Reference call", on=house_today(), told_to="Alder Clinic", by=there.by, at=now())
        with pytest.raises(references.WornOut, match="2 times in 90 days"):
            references.use(there.customer, "Reference call", on=house_today(), told_to="Birch", by=there.by, at=now())
        references.use(there.customer, "Reference call", on=house_today() - timedelta(days=120), told_to="Birch", by=there.by, at=now())


@pytest.mark.req("IMPL-07")
class TestExpansion:
    def test_the_weekly_look_finds_what_holds_and_only_once(self, cast, won):
        there = won(days=120)
        implementations.kick_off(there.project, on=there.project.kickoff_on, by=there.by, at=now())
        implementations.go_live(there.project, on=house_today(), evidence="Cutover", by=there.by, at=now())
        adoption(there, 95)
        assert expansions.find(by=cast.admin.actor, at=now()) == 1
        assert expansions.find(by=cast.admin.actor, at=now()) == 0
        row = Expansion.objects.get()
        assert row.kind == "upsell"
        deal = expansions.open_deal(row, by=there.by, at=now())
        assert deal.account == there.account
        assert expansions.open_deal(row, by=there.by, at=now()) == deal
        assert look(there.deal, "implementation.expansion").state == "met"
        with pytest.raises(expansions.ExpansionOver):
            expansions.drop(row, why="No money", by=there.by, at=now())


@pytest.mark.req("IMPL-12")
class TestOutcomes:
    def say(self, there, **said):
        given = {"metric": "report_turnaround", "baseline": "62", "current": "41.5", "goal": "45", "people": 412, "starts_on": house_today() - timedelta(days=90),
                 "ends_on": house_today() - timedelta(days=1), "source": "EHR report"}  # fmt: skip
        return outcomes.keep(there.customer, by=there.by, at=now(), **{**given, **said})

    def test_a_group_before_and_now(self, won):
        there = won()
        assert self.say(there).attained
        assert not self.say(there, metric="length_of_stay", current="46").attained
        assert known(there.customer).outcomes == (1, 2)
        assert known(there.customer).facts()["outcomes_percent"] == 50

    @pytest.mark.parametrize(("said", "error"), [
        ({"people": 10}, outcomes.PatientLevel), ({"people": 1}, outcomes.PatientLevel), ({"metric": "heart_rate"}, outcomes.OutcomeRefused),
        ({"source": "The chart of a patient"}, outcomes.OutcomeRefused), ({"current": "NaN"}, outcomes.OutcomeRefused),
        ({"current": "41,5"}, outcomes.OutcomeRefused), ({"evidence": "Mrs Smith, MRN 00123456, DOB 03/04/1961"}, PhiRefused),
    ])  # fmt: skip
    def test_nothing_of_a_patient_comes_in(self, won, said, error):
        with pytest.raises(error):
            self.say(won(), **said)
