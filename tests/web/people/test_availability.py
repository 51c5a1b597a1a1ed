"""Who is here: days away refused and taken back in sentences, capacity by the manager, nobody else's people."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.leads import leads
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.models import Absence
from rounds.models.flow.days import house_today

URL = "/availability/"
WEB = Actor("form", None, "Website form")


def days(first: int, last: int) -> dict[str, str]:
    today = house_today()
    return {"first_day": (today + timedelta(days=first)).isoformat(), "last_day": (today + timedelta(days=last)).isoformat()}


@pytest.mark.req("ROUTE-08")
def test_somebody_says_when_they_are_away_and_new_leads_pass_them_over(cast, door, see_all):
    olivia = door(cast.owner)
    assert olivia.post(URL, days(-1, 5)).status_code == 302
    page = olivia.get(URL).content.decode()
    assert "You are away" in page
    assert "1 of 2 people can take a lead now" in page
    refused = olivia.post(URL, days(3, 9))
    assert refused.status_code == 422
    assert "is away from" in refused.content.decode()
    assert olivia.post(URL, days(9, 8)).status_code == 422
    see_all()
    said = {"name": "Rosa", "state": "NY", "organization": "Meridian", "facts": {"beds": 612}}
    lead = leads.capture(said, by=WEB, at=now())
    assert lead.owner_id != cast.owner.id
    assert any("away until" in seat.get("skipped", "") for seat in lead.assignments.get().pool)
    row = Absence.objects.get(user=cast.owner)
    assert olivia.post(f"{URL}absences/{row.pk}/withdrawal/").status_code == 302
    see_all()
    assert leads.capture(said, by=WEB, at=now()).owner_id == cast.owner.id


@pytest.mark.req("ROUTE-08")
def test_a_manager_says_it_for_her_people_and_how_much_they_carry(cast, door, see_all):
    marian = door(cast.manager)
    assert marian.post(URL, {"user": cast.senior_ae.pk, **days(0, 2)}).status_code == 302
    assert marian.post(f"{URL}{cast.owner.pk}/capacity/", {"capacity": "40"}).status_code == 302
    assert marian.post(f"{URL}{cast.owner.pk}/capacity/", {"capacity": "many"}).status_code == 422
    assert marian.post(URL, {"user": cast.colleague.pk, **days(0, 2)}).status_code == 404
    assert marian.post(f"{URL}{cast.colleague.pk}/capacity/", {"capacity": "1"}).status_code == 404
    page = marian.get(URL).content.decode()
    assert "of 40" in page
    assert "Caleb Stone" not in page
    see_all()
    cast.owner.refresh_from_db()
    assert cast.owner.capacity == 40


def test_a_colleague_looks_and_changes_nothing(cast, door):
    simon = door(cast.senior_ae)
    assert "Olivia Grant" in simon.get(URL).content.decode()
    assert simon.post(URL, {"user": cast.owner.pk, **days(0, 2)}).status_code == 403
    assert simon.post(f"{URL}{cast.owner.pk}/capacity/", {"capacity": "1"}).status_code == 403
