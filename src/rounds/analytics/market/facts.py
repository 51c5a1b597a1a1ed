"""The facts of an account with everything each source claims: which claim holds, how sure, how old, who disagrees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from rounds.models import Account, AccountFact
from rounds.playbook import VOCABULARY, Playbook

SOURCES = {
    "general": "CMS list", "cost_report": "HCRIS", "linkage": "AHRQ linkage", "hifld": "HIFLD", "ruca": "RUCA",
    "zip_county": "ZIP file", "cbsa_population": "Census", "cbsa_county": "Census", "zip_centroid": "ZIP centre",
    "breaches": "HHS breach list", "estimate": "Estimate", "developer_of_cehrt": "Certified EHR",
    "same_cehrt": "Same certified EHR", "endpoint_name_zip": "ONC endpoint list", "endpoint_name": "ONC endpoint list",
    "bundled_add_on": "Bundled add-on", "system_vendor": "EHR of the system",
    "rollup": "Sum of its hospitals", "peers": "Nearest peers",
}  # fmt: skip
"""Source code of a claim → how people call it."""

LABELS = {
    "hospital_type": "CMS type", "ownership": "Ownership", "stars": "Star rating", "system": "Health system",
    "fiscal_year_end": "Fiscal year-end", "margin_trend": "Margin, year on year", "county_fips": "County FIPS",
    "metro_area": "Metro area", "website": "Website", "trauma": "Trauma level", "point": "Location",
    "breaches": "Reported breaches", "headquarters_state": "Headquarters state", "name": "Name as filed",
    "headquarters_city": "Headquarters city", "population_served": "Population served", "hipaa_status": "HIPAA status",
    "ehr_vendor": "EHR", "net_patient_revenue_usd": "Net patient revenue", "total_margin": "Total margin",
    "hospitals": "Hospitals",
}  # fmt: skip

GROUPS = (
    ("Size and money", ("beds", "hospitals", "states", "sites", "net_patient_revenue_usd", "total_margin", "margin_trend",
                        "it_budget_usd", "it_budget_pct", "deal_potential_usd", "fiscal_year_end", "population_served")),
    ("Technology", ("ehr_vendor", "ehr", "ehr_class", "api_available", "interfaces", "hipaa_status", "breaches")),
    ("What it is", ("org_type", "subtype", "hospital_type", "ownership", "system", "programme", "critical_access",
                    "major_teaching", "teaching", "network", "stars", "trauma")),
    ("Where it is", ("state", "metro_area", "cbsa_rank", "metro", "ruca", "county_fips", "point", "website",
                     "headquarters_city", "headquarters_state", "name")),
)  # fmt: skip

ALWAYS = ("beds", "net_patient_revenue_usd", "total_margin", "it_budget_usd", "ehr_vendor", "fiscal_year_end",
          "deal_potential_usd", "hipaa_status")  # fmt: skip
"""Shown even when nobody claims anything: unknown is a value."""


@dataclass(frozen=True)
class Told:
    """One fact: the claim that holds (None: unknown), the others, the surest of them that disagrees, and its age in
    months where it is stale."""

    key: str
    label: str
    claim: AccountFact | None
    others: list[AccountFact]
    rival: AccountFact | None
    months: int | None

    @property
    def value(self) -> Any:
        return self.claim.value if self.claim else None


def label_of(key: str) -> str:
    """The words of a fact's code."""
    return LABELS.get(key) or (VOCABULARY[key].label if key in VOCABULARY else key.replace("_", " ").capitalize())


def source_of(claim: AccountFact) -> str:
    """Whence, in short: "HCRIS FY2025", "Ines Harrow, 2 Nov"."""
    if claim.human:
        return f"{claim.by_name or claim.source_ref}, {claim.at.day} {claim.at:%b %Y}"
    name = SOURCES.get(claim.source, claim.source.replace("_", " "))
    return f"{name} FY{claim.as_of.year}" if claim.source == "cost_report" and claim.as_of else name


def story_of(claim: AccountFact) -> str:
    """The whole source: file and row, the day it speaks of, how sure."""
    parts = [claim.source_ref or SOURCES.get(claim.source, claim.source)]
    if claim.as_of:
        parts.append(f"as of {claim.as_of.day} {claim.as_of:%b %Y}")
    parts.append(f"{int(claim.confidence * 100)} % sure")
    if claim.note:
        parts.append(claim.note)
    return ", ".join(part for part in parts if part)


def ranks_of(book: Playbook) -> dict[str, int]:
    """EHR source → its place in the playbook's order of trust, the most trusted highest."""
    order = book.universe.ehr_sources.order
    return {entry.source: len(order) - place for place, entry in enumerate(order)}


def standing_claim(claims: list[AccountFact], ranks: dict[str, int]) -> AccountFact:
    """The claim that holds: the last human word, else the most trusted source, the surest, the newest."""
    return max(claims, key=lambda c: (c.human, c.at.timestamp() if c.human else 0.0, ranks.get(c.source, 0), c.confidence,
                                      c.as_of or date.min, c.at))  # fmt: skip


def told(claims: list[AccountFact], key: str, book: Playbook, on: date) -> Told:
    """One fact out of what its sources claim."""
    if not claims:
        return Told(key, label_of(key), None, [], None, None)
    held = standing_claim(claims, ranks_of(book))
    others = sorted((c for c in claims if c is not held), key=lambda c: (-c.confidence, c.source))
    fresh = book.universe.freshness
    old = (on.year - held.as_of.year) * 12 + on.month - held.as_of.month if held.as_of else None
    months = old if old is not None and old > fresh.fact_months and key not in fresh.ageless else None
    rival = next((other for other in others if differs(held.value, other.value, fresh.differ_above)), None)
    return Told(key, label_of(key), held, others, rival, months)


def differs(one: Any, two: Any, share: float) -> bool:
    """Whether two claims disagree: numbers by more than `share` of the larger, words by their letters."""
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (one, two))
    if numbers:
        return abs(one - two) > share * max(abs(one), abs(two))
    return str(one).strip().lower() != str(two).strip().lower()


def facts_of(account: Account, book: Playbook, on: date) -> list[tuple[str, list[Told]]]:
    """The account's facts by group; what nobody knows is listed too where it matters. One query."""
    found = by_key(AccountFact.objects.filter(account=account))
    listed, groups = set(), []
    for title, keys in GROUPS:
        rows = [told(found.get(key, []), key, book, on) for key in keys if key in found or key in ALWAYS]
        listed.update(keys)
        if rows:
            groups.append((title, rows))
    rest = [told(found[key], key, book, on) for key in sorted(found) if key not in listed and key != "peers"]
    return [*groups, ("Further", rest)] if rest else groups


def by_key(rows: Iterable[AccountFact]) -> dict[str, list[AccountFact]]:
    """Claims by fact."""
    found: dict[str, list[AccountFact]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row)
    return found


def sources_for(ids: list[UUID], keys: tuple[str, ...], book: Playbook) -> dict[UUID, dict[str, AccountFact]]:
    """The standing claim of each of `keys` for each account. One query."""
    ranks = ranks_of(book)
    claims: dict[UUID, dict[str, list[AccountFact]]] = {}
    for row in AccountFact.objects.filter(account_id__in=ids, key__in=keys):
        claims.setdefault(row.account_id, {}).setdefault(row.key, []).append(row)
    return {account: {key: standing_claim(rows, ranks) for key, rows in found.items()} for account, found in claims.items()}
