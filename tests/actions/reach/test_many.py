"""Many enrolled at once: the dry run says what comes, in as many queries for ten as for two, and the worker then does just that."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.deals import opportunities
from rounds.actions.reach import consents, enrolling, people, rehearsing, stepping
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Enrolment, EnrolmentStep, Event, Lead, Message

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def crowd(cast, person):
    """`crowd(n)`: so many leads of the owner's, each with the owner as sender."""

    def made(n, first=0, **said):
        return [(person(email=f"p{k}@newfound.example", name=f"Rosa Number{k}", **said), cast.owner) for k in range(first, first + n)]

    return made


def work(end):
    at = AT
    while at <= end:
        for key in stepping.due(at):
            stepping.take(key, by=SYSTEM_ACTOR, at=at)
        at += HOUR


def queries(call):
    with CaptureQueriesContext(connection) as asked:
        call()
    return len(asked)


@pytest.mark.req("COMM-01", "COMM-09", "ABM-28")
def test_each_of_a_list_is_enrolled_or_refused_with_the_reason_it_would_have_alone(cast, crowd, person):
    given = crowd(4)
    consents.withdraw_by_link(None, given[0][0].index, by=SYSTEM_ACTOR, at=AT - DAY)
    there = enrolling.enrol("initial_outreach", given[1][0], sender=cast.owner, by=cast.owner.actor, at=AT - DAY)
    given += [(replace(given[2][0], address=""), cast.owner), (given[3][0], cast.owner), (person(email="other@newfound.example"), None)]
    runs = rehearsing.dry_run("initial_outreach", given, at=AT)
    assert Enrolment.objects.count() == 1, "a dry run writes nothing"
    found = enrolling.enrol_many("initial_outreach", given, by=cast.owner.actor, at=AT)
    assert [one.weighed.may for one in runs] == [one.there is not None and one.there != there for one in found]
    assert found[1].there == there
    said = [str(one.refusal or "") for one in found]
    assert "does not want mail" in said[0]
    assert said[2] == said[3] == ""
    assert "no e-mail address" in said[4]
    assert "somebody else among these" in said[5]
    assert "who sends it" in said[6]
    assert [str(one.weighed.refusal or "") for one in runs] == said
    assert Enrolment.objects.count() == 3
    assert EnrolmentStep.objects.filter(enrolment=found[2].there).count() == 5
    assert Event.objects.filter(kind="sequence.enrolled").count() == 3


@pytest.mark.req("COMM-01")
def test_ten_cost_as_many_queries_as_two(cast, crowd):
    crowd(12)
    rows = Lead.objects.select_related("account__buying_unit").order_by("id")
    read = [(people.of_lead(lead), cast.owner) for lead in rows]
    few, many = read[:2], read[2:]
    book = queries(lambda: rehearsing.dry_run("initial_outreach", few, at=AT))
    assert queries(lambda: rehearsing.dry_run("initial_outreach", many, at=AT)) == book
    two = queries(lambda: enrolling.enrol_many("initial_outreach", few, by=cast.owner.actor, at=AT))
    assert queries(lambda: enrolling.enrol_many("initial_outreach", many, by=cast.owner.actor, at=AT)) == two


@pytest.mark.req("COMM-08", "COMM-09", "PLUS-31")
def test_the_dry_run_says_what_the_worker_then_does_and_whom_a_cap_puts_off(cast, crowd, unit_of):
    given = [(unit_of(one), sender) for one, sender in crowd(5)]
    runs = rehearsing.dry_run("initial_outreach", given, at=AT)
    firsts = [run.stops[0] for run in runs]
    assert [stop.held.code if stop.held else "" for stop in firsts].count("cap_unit") == 2, "three a day to one health system"
    found = enrolling.enrol_many("initial_outreach", given, by=cast.owner.actor, at=AT)
    work(AT + 26 * DAY)
    went = Message.objects.filter(enrolment__in=[one.there for one in found])
    assert went.count() == 25
    zone = given[0][0].zone
    done = Counter((row.step, row.sent_at.astimezone(zone).date()) for row in went)
    assert done == Counter((stop.step.step, stop.at.date()) for run in runs for stop in run.stops)


@pytest.mark.req("COMM-06")
def test_a_letter_that_cannot_be_filled_in_is_told_before_anybody_is_enrolled(cast, crowd):
    run = rehearsing.dry_run("initial_outreach", crowd(1, title=""), at=AT)[0]
    assert run.stops[0].at is None
    assert "persona.cares" in run.stops[0].missing
    assert "cannot be filled in" in run.stops[0].held.why


@pytest.mark.req("COMM-09")
def test_a_colleagues_open_deal_refuses_a_whole_list_of_its_health_system(cast, crowd, unit_of):
    given = [(unit_of(one), sender) for one, sender in crowd(2)]
    opportunities.open_deal(given[0][0].unit, "Newfound, early warning", owner=cast.manager, by=cast.manager.actor, at=AT - DAY)
    found = enrolling.enrol_many("initial_outreach", given, by=cast.owner.actor, at=AT)
    assert all("has an open deal with this health system" in str(one.refusal) for one in found)
    assert people.of_lead(given[0][0].lead).index == given[0][0].index
