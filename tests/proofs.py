"""What tests of demos and proofs of concept begin with: a deal with its people, a POC as far as one wants it."""

from __future__ import annotations

from datetime import date, timedelta

from rounds.actions.deals import poc_criteria, pocs
from rounds.actions.market import accounts, contacts
from rounds.actions.trust import agreements
from rounds.kit.clock import now
from rounds.models import Contact, Opportunity, Poc
from rounds.models.base import signature

PEOPLE = {"cio": "Chief Information Officer", "cfo": "Chief Financial Officer", "nurse": "Nurse Manager", "physician": "Physician",
          "director": "IT Director"}  # fmt: skip
TERMS = "If every mandatory criterion is met, Meridian signs the three-year order form within 30 days."
CRITERIA = (
    {"name": "Alert to answer", "category": "performance", "kind": "mean", "unit": "min", "direction": "at_most", "baseline": 12.0,
     "target": 5.0, "weight": 3, "mandatory": True, "planned_n": 60, "deviation": 3.0},
    {"name": "Nurses using it", "category": "adoption", "kind": "share", "direction": "at_least", "baseline": 0.0, "target": 0.7,
     "weight": 2, "mandatory": True, "planned_n": 120},
    {"name": "Transfers to ICU", "category": "clinical", "kind": "figure", "unit": "%", "direction": "at_most", "baseline": 0.0,
     "target": -8.0, "weight": 1},
)  # fmt: skip


def a_deal(owner, *, at=None, state="NY", name="Meridian Health", lead=None) -> tuple[Opportunity, dict[str, Contact]]:
    """A deal of `owner` with a hospital, and its people by their place."""
    at = at or now()
    by = owner.actor
    account = accounts.add(by=by, at=at, owner=owner, name=name, level="hospital", state=state)
    deal = Opportunity.objects.create(name=f"{name}, early warning", account=account, buying_unit_id=account.buying_unit_id or account.id,
                                      owner=owner, team_id=owner.team_id, territory=account.territory, lead=lead, opened_at=at, updated_at=at,
                                      **signature(by, at))  # fmt: skip
    people = {key: contacts.add(account, name=f"Person {key}", title=title, by=by, at=at) for key, title in PEOPLE.items()}
    return deal, people


def a_poc(deal, people, *, by, at, weeks=12, criteria=CRITERIA) -> Poc:
    """A draft with everything an agreement asks for."""
    poc = pocs.open_poc(deal, weeks=weeks, by=by, at=at)
    said = {"name": "Early warning on 4 West", "use_case": "Fewer missed deteriorations", "resources": "Two nurse champions",
            "conversion_terms": TERMS, "executive": people["cfo"], "data_owner": people["director"]}  # fmt: skip
    poc = pocs.describe(poc, said, by=by, at=at)
    for one in criteria:
        poc_criteria.add(poc, dict(one), by=by, at=at)
    return poc


def running(deal, people, *, by, at, on: date | None = None, **said) -> Poc:
    """One that was agreed and kicked off."""
    poc = a_poc(deal, people, by=by, at=at, **said)
    pocs.agree(poc, people["cfo"], by=by, at=at)
    return pocs.kick_off(poc, on, by=by, at=at)


def a_baa(account, *, by, at, days: int = 365):
    """A BAA with an account, signed on that day and read against the required elements."""
    party = agreements.add("", "customer", account=account, why="Proof of concept on patient data", by=by, at=at)
    on = agreements.day(at)
    baa = agreements.draft(party, "2026-1", effective_on=on, expires_on=on + timedelta(days=days), by=by, at=at)
    return agreements.sign(baa, on, by=by, at=at)
