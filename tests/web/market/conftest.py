"""A system with hospitals, people and facts, and a browser without a window for each person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from re import sub

import pytest

from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from rounds.models import Account, AccountFact, Contact


@dataclass
class Town:
    """A unit of two hospitals, a department, a service line and a clinic network, owned by the cast's owner."""

    system: Account
    big: Account
    small: Account
    department: Account
    line: Account
    clinics: Account
    chief: Contact


@pytest.fixture
def town(cast) -> Town:
    by, at = cast.admin.actor, now() - timedelta(days=40)

    def add(name, level, parent=None, **said):
        return accounts.add(name=name, level=level, parent=parent, state="NY", by=by, at=at, **said)

    system = add("Elmcrest Health", "system", ehr_vendor="Epic", deal_potential_cents=240_000_000, fye_month=9, hospitals=2)
    big = add("Elmcrest General", "hospital", system, beds=900, ehr_vendor="Epic", total_margin=0.04, fye_month=9)
    small = add("Elmcrest Fork", "hospital", system, beds=300)
    department = add("Cardiology", "department", big)
    line = add("Interventional Cardiology", "service_line", department)
    clinics = add("Elmcrest Clinics", "clinic_network", system, locations=15)
    accounts.assign(system, cast.owner, by=by, at=at)
    chief = contacts.add(big, name="T. Kirrane", title="Chief Medical Information Officer", by=by, at=at)
    AccountFact.objects.create(account=big, key="beds", value=950, source="hifld", source_ref="hifld.csv row 7",
                               as_of=(at - timedelta(days=1500)).date(), confidence=0.58, at=at)  # fmt: skip
    for row in (system, big, small, department, line, clinics):
        row.refresh_from_db()
    return Town(system, big, small, department, line, clinics, chief)


@pytest.fixture
def said():
    """`said(response)`: the words of a page, tags and doubled blanks gone."""

    def words(response) -> str:
        return sub(r"\s+", " ", unescape(sub(r"<[^>]+>", " ", response.content.decode()))).strip()

    return words
