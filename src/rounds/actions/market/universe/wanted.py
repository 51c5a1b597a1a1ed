"""From the joined columns to what an account should say: plain values by column, with the keys it is found by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rounds.kit.text import plain_organization
from rounds.rules.universe.names import shown

FACT_OF = {
    "beds": "beds",
    "hospitals": "hospitals",
    "ehr": "ehr_vendor",
    "ehr_vendor": "ehr_vendor",
    "ehr_class": "ehr_vendor",
    "ehr_confidence": "ehr_vendor",
    "total_margin": "total_margin",
    "margin_trend": "margin_trend",
    "net_patient_revenue_cents": "net_patient_revenue_usd",
    "deal_potential_cents": "deal_potential_usd",
    "website": "website",
    "domain": "website",
    "fye_month": "fiscal_year_end",
    "fye_day": "fiscal_year_end",
    "org_type": "org_type",
    "subtype": "subtype",
}
"""Column → the fact whose human claim protects it (ACCT-19)."""

FOLLOWS = {"deal_potential_cents": "beds"}
"""Column → another fact it is counted from: where that is a person's or newer, so is this."""

GROUPS = (
    ("ehr", "ehr_vendor", "ehr_class", "ehr_confidence"),
    ("lat", "lon"),
    ("fye_month", "fye_day"),
    ("website", "domain"),
    ("name", "plain_name"),
)
"""Columns that only make sense together: a person's word on one keeps the load off all of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the files say one account should be. `columns` are Account columns, `facts` what goes to
    `custom["facts"]`; None means unknown and never overwrites. `weak` columns are guesses that serve a new account
    only. `parent` is a system id."""

    level: str
    key: str
    parent: str | None
    columns: dict[str, Any]
    facts: dict[str, Any]
    weak: frozenset[str] = frozenset()


def wanted_accounts(
    hospitals: Iterable[Mapping[str, Any]], units: Iterable[Mapping[str, Any]], *, systems_known: bool
) -> list[Wanted]:
    """Systems first, so that hospitals find their parents; then hospitals by CCN. Without a linkage file
    (`systems_known` False) nothing is said of who stands alone, nor of teaching."""
    found = [_system(row) for row in units if not row["independent"]]
    return found + [_hospital(row, systems_known) for row in hospitals]


def _hospital(row: Mapping[str, Any], systems_known: bool) -> Wanted:
    alone = row["unit_id"] == row["ccn"]
    columns = {
        **_shared(row),
        "name": shown(row["name"]),
        "address": shown(row["address"]),
        "hospitals": 1 if alone and systems_known else None,
    }
    facts = _placed(row)
    if row["teaching_known"]:
        facts |= {"major_teaching": row["major_teaching"], "teaching": row["teaching"]}
    facts["critical_access"] = row["critical_access"]
    if alone and systems_known:
        facts["states"] = 1
    weak = frozenset() if systems_known else frozenset({"org_type", "subtype"})
    return Wanted("hospital", row["ccn"], None if alone else row["unit_id"], _named(columns), facts, weak)


def _system(row: Mapping[str, Any]) -> Wanted:
    columns = {
        **_shared(row),
        "name": row["name"],
        "hospitals": row["hospitals"],
        "address": "",
        "zip": "",
        "county": "",
        "phone": "",
        "subtype": row["subtype"],
    }
    facts = {**_placed(row), "states": row["states"], "critical_access": row["critical_access"]}
    if row["teaching_known"]:
        facts |= {"major_teaching": row["major_teaching"], "teaching": row["teaching"]}
    return Wanted("system", row["unit_id"], None, _named(columns), facts)


def _placed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"ruca": row["ruca"], "cbsa_rank": row["cbsa_rank"], "metro": row["metro"]}


def _shared(row: Mapping[str, Any]) -> dict[str, Any]:
    """Columns that hospitals and systems have alike. Money in cents, rates and points rounded so that the same
    files give the same row."""
    return {
        "org_type": row["org_type"],
        "subtype": row["subtype"],
        "programme": row["programme"],
        "address": row["address"],
        "city": shown(row["city"]),
        "state": row["state"],
        "zip": row["zip"],
        "county": shown(row["county"]),
        "phone": row["phone"],
        "lat": _rounded(row["lat"], 6),
        "lon": _rounded(row["lon"], 6),
        "website": row["domain"],
        "domain": row["domain"],
        "beds": row["beds"],
        "ehr": row["ehr"],
        "ehr_vendor": row["ehr_vendor"],
        "ehr_class": row["ehr_class"],
        "ehr_confidence": _rounded(row["ehr_confidence"], 3),
        "total_margin": _rounded(row["total_margin"], 4),
        "margin_trend": _rounded(row["margin_trend"], 4),
        "net_patient_revenue_cents": _cents(row["net_patient_revenue_usd"]),
        "deal_potential_cents": _cents(row["deal_potential_usd"]),
        "fye_month": row["fye_month"],
        "fye_day": row["fye_day"],
    }


def _named(columns: dict[str, Any]) -> dict[str, Any]:
    return {**columns, "plain_name": plain_organization(columns["name"])}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _cents(dollars: float | None) -> int | None:
    return None if dollars is None else round(dollars) * 100
