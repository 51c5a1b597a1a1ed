"""ABC Health System of the seed, exactly as it draws it (ACCT-09), with the figures of a middling system."""

from __future__ import annotations

from datetime import date, datetime

from rounds.actions.market import accounts
from rounds.jobs.demo.cast import Cast
from rounds.jobs.demo.hospitals import potential
from rounds.models import Account
from rounds.models.flow.active import active
from rounds.rules import budget

NAME = "ABC Health System"
BRANCH = (
    ("ABC Main Hospital", {"level": "hospital", "city": "Abcton", "state": "NY", "beds": 640},
     ((("Cardiology Department", {}), ("Interventional Cardiology",)),)),
    ("ABC West Hospital", {"level": "hospital", "city": "West Abcton", "state": "NY", "beds": 220},
     ((("Emergency Department", {}), ()), (("Radiology Department", {}), ()))),
    ("ABC Clinic Network", {"level": "clinic_network", "city": "Abcton", "state": "NY"},
     ((("Primary Care Clinics", {"locations": 15}), ()), (("Specialty Clinics", {"locations": 5}), ()))),
)  # fmt: skip


def build_abc(cast: Cast, *, at: datetime, today: date) -> Account:
    """The system with its hospitals, departments, service line and clinic network; the one that is there is answered.

    Its budget window opens within the playbook's alert days of `today`, where any month's does. It belongs to owner.
    """
    there = Account.objects.filter(name=NAME, level="system").first()
    if there:
        return there
    book, by = active().playbook, cast.admin.actor
    month = (budget.months_in(book, "soon", today) or [6])[0]
    shared = {"ehr": "Epic", "ehr_vendor": "Epic", "website": "abchealthsystem.example", "fye_month": month, "fye_day": 28}
    system = accounts.add(
        name=NAME, level="system", city="Abcton", state="NY", beds=860, hospitals=2, subtype="Integrated Delivery Networks",
        org_type="Acute Care Hospitals", total_margin=0.041, it_budget_cents=9_200_000_00, net_patient_revenue_cents=1_040_000_000_00,
        deal_potential_cents=(potential(book, 860) or 0) * 100, hipaa_status="Assessment pending", by=by, at=at, **shared,
    )  # fmt: skip
    for name, said, departments in BRANCH:
        own = shared if said["level"] == "hospital" else {}
        house = accounts.add(parent=system, name=name, by=by, at=at, **own, **said)
        for (department, more), lines in departments:
            below = accounts.add(parent=house, name=department, level="department", by=by, at=at, **more)
            for line in lines:
                accounts.add(parent=below, name=line, level="service_line", by=by, at=at)
    return accounts.assign(system, cast.owner, by=by, at=at, reason="Grew up with this one")
