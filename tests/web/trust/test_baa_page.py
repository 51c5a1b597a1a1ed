"""One version of a BAA as a page: read through, its doors, its clock, its data given back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.market import accounts
from rounds.actions.trust import agreements
from rounds.kit.clock import now
from rounds.models import BaaReading
from rounds.playbook import default

pytestmark = pytest.mark.req("PLUS-27", "LEGAL-03")
ALL = list(default().agreements.elements.titles)


@pytest.fixture
def baa(cast):
    by, at = cast.compliance.actor, now()
    account = accounts.add(name="Osprey Sound", level="system", state="FL", by=cast.admin.actor, at=at)
    party = agreements.add("", "customer", account=account, by=by, at=at)
    today = agreements.day(at)
    row = agreements.draft(party, "2026-1", expires_on=today + timedelta(days=40), by=by, at=at)
    return agreements.sign(row, today, by=by, at=at)


def at(baa) -> str:
    return f"/trust/agreements/{baa.counterparty_id}/versions/{baa.id}/"


def test_an_officer_reads_it_through_and_a_missing_element_shuts_the_doors(cast, baa, door, see_all):
    officer = door(cast.compliance)
    said = officer.get(at(baa)).content.decode()
    assert "may come in for 40 more days" in said
    assert "nobody has read it through yet" in said
    done = officer.post(f"{at(baa)}readings/", {"present": [code for code in ALL if code != "termination"], "breach_hours": "72"})
    assert done.status_code == 302
    said = officer.get(at(baa)).content.decode()
    assert "Our data doors are shut: the agreement lacks 1 element" in said
    assert "72 hours" in said
    assert "never shut by an agreement" in said
    see_all()
    assert BaaReading.objects.get().missing == ["termination"]


def test_what_is_typed_wrong_is_said_on_the_page(cast, baa, door):
    answered = door(cast.compliance).post(f"{at(baa)}readings/", {"present": ALL, "breach_hours": "soon"})
    assert answered.status_code == 422
    assert "Write the hours as a whole number" in answered.content.decode()


def test_who_sells_does_not_open_it_and_legal_reads_it_without_its_forms(cast, baa, door):
    assert door(cast.owner).get(at(baa)).status_code == 403
    said = door(cast.legal).get(at(baa)).content.decode()
    assert "What it must say" in said
    assert "readings/" not in said
