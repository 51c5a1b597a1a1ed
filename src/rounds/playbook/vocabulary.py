"""The facts a record may carry: name, kind, unit, label. Absent or None means unknown.

Facts are the interface between the records and the rules, so they stand in code; the words they may take stand in
`picklists.yaml`. A `set` or `counts` fact has one column a member in tables: `funding_capital`, `events_call`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["count", "number", "ratio", "money", "flag", "choice", "set", "counts", "text", "time"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `low`/`high` are inclusive bounds; `words` names the picklist of a choice, set or counts."""

    name: str
    kind: Kind
    label: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    words: str | None = None


def _count(name: str, label: str, unit: str, high: float, low: float = 0) -> Fact:
    return Fact(name, "count", label, unit, low, high)


_ALL = (
    _count("beds", "Beds", "beds", 100_000),
    _count("hospitals", "Hospitals of the organisation", "hospitals", 10_000),
    _count("states", "States it works in", "states", 60),
    _count("sites", "Sites", "sites", 100_000),
    _count("interfaces", "Interfaces to build", "interfaces", 10_000),
    _count("population_served", "Population served", "people", 400_000_000),
    Fact("org_type", "choice", "Organization type", words="org_type"),
    Fact("subtype", "choice", "Account sub-type", words="subtype"),
    Fact("descriptor", "choice", "Description of the organisation", words="descriptor"),
    Fact("network", "choice", "Kind of network", words="network"),
    Fact("programme", "choice", "Programme", words="programme"),
    Fact("state", "text", "State"),
    Fact("ehr", "choice", "EHR platform", words="ehr"),
    Fact("ehr_vendor", "text", "EHR vendor as found"),
    Fact("ehr_class", "choice", "EHR class", words="ehr_class"),
    Fact("ehr_confidence", "ratio", "EHR confidence", "share", 0, 1),
    Fact("ruca", "number", "Rural-urban code", "RUCA", 1, 99),
    _count("cbsa_rank", "Rank of the metro area by population", "rank", 5_000, low=1),
    Fact("metro", "flag", "In a top-50 metro area"),
    Fact("critical_access", "flag", "Critical access hospital"),
    Fact("major_teaching", "flag", "Major teaching hospital"),
    Fact("teaching", "choice", "Teaching status", words="teaching"),
    Fact("major_system", "flag", "Major health system"),
    Fact("total_margin", "ratio", "Total margin", "share of revenue", -100, 100),
    Fact("it_budget_usd", "money", "Annual IT budget", "USD a year", 0, 1e12),
    Fact("it_budget_pct", "ratio", "IT budget as a share of revenue", "share of revenue", 0, 1),
    Fact("net_patient_revenue_usd", "money", "Net patient revenue", "USD a year", -1e12, 1e12),
    Fact("deal_potential_usd", "money", "Deal potential", "USD a year", 0, 1e12),
    Fact("implementation_timeline", "choice", "Implementation timeline", words="implementation_timeline"),
    Fact("timeline_months", "number", "Months to the project", "months", 0, 600),
    Fact("funding", "set", "Funding sources", words="funding"),
    Fact("events", "counts", "Activities counted by kind", words="events"),
    Fact("lead_source", "choice", "Lead source", words="lead_source"),
    Fact("highest_seniority", "choice", "Most senior person met", words="highest_seniority"),
    Fact("api_available", "flag", "API available"),
    Fact("custom_integration", "flag", "Custom integration required"),
)

VOCABULARY: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in _ALL})
