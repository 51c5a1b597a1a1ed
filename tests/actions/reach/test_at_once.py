"""Two who end things at the same second: neither waits for the other for ever, and nothing is left half done."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from rounds.access.sight import EVERYTHING, look_as, sight
from rounds.actions.leads import leads
from rounds.actions.reach import campaigns, enrolling, people
from rounds.jobs.demo.cast import build_cast
from rounds.models import Campaign, Enrolment, EnrolmentStep

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def enrolled(sequence: str, count: int) -> list[Enrolment]:
    with sight(EVERYTHING):
        cast = build_cast(AT)
        rows = [leads.capture({"name": f"Rosa {word}", "state": "NY", "title": "Chief Information Officer", "organization": f"{word} Hospital", "email": f"{word}@{word}.example".lower()},
                              owner=cast.owner, by=cast.owner.actor, at=AT) for word in ("Meridian", "Newfound")[:count]]  # fmt: skip
        found = enrolling.enrol_many(sequence, [(people.of_lead(row), cast.owner) for row in rows], by=cast.owner.actor, at=AT)
        return [one.there for one in found]


def beside(do) -> tuple[threading.Thread, list]:
    """`do` in a transaction of another connection; what it raised."""
    faults: list = []

    def run():
        try:
            with transaction.atomic():
                look_as(EVERYTHING)
                do()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, faults


def ended(row: Enrolment) -> None:
    enrolling.end(row, "by_hand", by=row.sender.actor, at=AT)


@pytest.mark.req("COMM-01", "COMM-07")
def test_somebody_ends_what_the_worker_is_ending(committed):
    (row,) = enrolled("initial_outreach", 1)
    with sight(EVERYTHING):
        EnrolmentStep.objects.select_for_update(of=("self",)).filter(enrolment=row).order_by("position").first()  # as the worker begins
        thread, faults = beside(lambda: ended(Enrolment.objects.get(pk=row.pk)))
        time.sleep(1)
        ended(row)
    thread.join()
    assert faults == []
    with sight(EVERYTHING):
        assert Enrolment.objects.get(pk=row.pk).state == "ended"


@pytest.mark.req("COMM-16")
def test_a_send_whose_last_two_end_at_once_is_finished(committed):
    one, other = enrolled("resource_distribution", 2)
    with sight(EVERYTHING):
        ended(one)
        thread, faults = beside(lambda: ended(Enrolment.objects.get(pk=other.pk)))
        time.sleep(1)
    thread.join()
    assert faults == []
    with sight(EVERYTHING):
        assert Campaign.objects.get(pk=one.campaign_id).state == "finished"


@pytest.mark.req("COMM-16")
def test_a_send_is_stopped_while_the_worker_ends_one_of_it(committed):
    one, _ = enrolled("resource_distribution", 2)
    with sight(EVERYTHING):
        EnrolmentStep.objects.select_for_update(of=("self",)).filter(enrolment=one).order_by("position").first()
        send = Campaign.objects.get(pk=one.campaign_id)
        thread, faults = beside(lambda: campaigns.stop(send, why="The date was wrong", by=one.sender.actor, at=AT))
        time.sleep(1)
        ended(one)
    thread.join()
    assert faults == []
    with sight(EVERYTHING):
        assert Campaign.objects.get(pk=one.campaign_id).state == "stopped"
        assert not Enrolment.objects.exclude(state="ended").exists()
