"""Facts as they are shown and changed: a value in words, the column a person may write."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from rounds.access import fields
from rounds.analytics.market.facts import Told, label_of, source_of, story_of
from rounds.models import Account, AccountFact
from rounds.models.flow.active import active
from rounds.web.templatetags import words

EDITED = {
    "beds": "beds", "hospitals": "hospitals", "ehr_vendor": "ehr_vendor", "ehr": "ehr", "total_margin": "total_margin",
    "it_budget_usd": "it_budget_cents", "deal_potential_usd": "deal_potential_cents", "website": "website",
    "net_patient_revenue_usd": "net_patient_revenue_cents", "org_type": "org_type", "subtype": "subtype",
    "population_served": "population_served", "hipaa_status": "hipaa_status", "fiscal_year_end": "fye_month",
}  # fmt: skip
"""Fact → the column of Account a person writes to say it."""

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


def said(key: str, value: Any) -> str:
    """A fact's value in words, by its kind."""
    if value is None or value == "":
        return ""
    if key.endswith("_usd"):
        return words.money(value)
    if key == "total_margin":
        return words.signed_share(value)
    if key == "margin_trend":
        return words.signed_share(value).replace("%", "points")
    if key == "programme":
        return str(value).capitalize()
    if key in ("it_budget_pct", "ehr_confidence"):
        return words.share(value, 1)
    if key == "fiscal_year_end":
        month, _, day = str(value).partition("-")
        return f"{int(day)} {MONTHS[int(month) - 1][:3]}" if month.isdigit() and day.isdigit() else str(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if key == "breaches":
        return words.counted(len(value) if isinstance(value, list) else value, "breach,breaches")
    if key == "point" and isinstance(value, list):
        return ", ".join(words.number(part, 3) for part in value)
    if isinstance(value, int | float):
        return words.number(value, 0 if float(value).is_integer() else 1)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def fact_rows(account: Account, rows: Iterable[Told], writable: bool, hidden: Collection[str]) -> list[dict[str, Any]]:
    """Told facts in the shape <c-fact> takes; the loudest other claim is shown beside one it contradicts."""
    silent = fields.facts(hidden)
    return [{"key": told.key, "label": told.label, "kept": True} if told.key in silent else
            fact_row(account, told, writable) for told in rows]  # fmt: skip


def fact_row(account: Account, told: Told, writable: bool = True) -> dict[str, Any]:
    """One fact: value, source, age, the other claim where sources differ, all claims for who asks."""
    claim, other = told.claim, told.rival
    editable = writable and told.key in EDITED
    url = f"/accounts/{account.id}/facts/{told.key}/"
    return {
        "key": told.key, "label": told.label, "value": said(told.key, claim.value) if claim else _kept(account, told.key),
        "sure": claim.confidence if claim and not claim.human and claim.confidence < 1 else None,
        "estimated": bool(claim and claim.estimated), "stale": f"{told.months} months" if told.months else "",
        "source": source_of(claim) if claim and not claim.human else "", "by": source_of(claim) if claim and claim.human else "",
        "hint": story_of(claim) if claim else "", "edit": url if editable else "", "ask": url if editable else "",
        "other": said(told.key, other.value) if other else "", "other_source": source_of(other) if other else "",
        "other_hint": story_of(other) if other else "", "claims": _claims(told),
    }  # fmt: skip


def _claims(told: Told) -> list[dict[str, Any]]:
    rows: list[AccountFact] = [told.claim, *told.others] if told.claim else []
    return [{"value": said(told.key, row.value), "source": source_of(row), "hint": story_of(row), "holds": row is told.claim,
             "sure": row.confidence, "estimated": row.estimated} for row in rows]  # fmt: skip


def _kept(account: Account, key: str) -> str:
    """The column's value where no claim was written for it."""
    value = getattr(account, EDITED[key], None) if key in EDITED else None
    if value in (None, "", "Unknown"):
        return ""
    if key == "fiscal_year_end":
        return MONTHS[value - 1]
    return said(key, value / 100 if key.endswith("_usd") else value)


def raw(account: Account, key: str) -> str:
    """The value as it stands in the field one types into: dollars, per cent, a month's number."""
    value = getattr(account, EDITED[key])
    if value is None:
        return ""
    if key.endswith("_usd"):
        return f"{value / 100:.0f}"
    return f"{value * 100:.1f}" if key == "total_margin" else str(value)


def typed(key: str, text: str) -> Any:
    """What was typed as the column takes it: cents, a ratio, None for nothing. Words stay words: the action checks."""
    text = text.strip().replace("−", "-").lstrip("$").removesuffix("%").strip()
    column = EDITED[key]
    if column in ("ehr", "ehr_vendor", "org_type", "subtype", "hipaa_status", "website"):
        return text
    if not text:
        return None
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return text
    if column.endswith("_cents"):
        return round(number * 100)
    return number / 100 if key == "total_margin" else int(number) if number.is_integer() else text


def choices(key: str) -> list[tuple[str, str]] | None:
    """What may be picked for a fact, None where one types."""
    book = active().playbook
    if key == "fiscal_year_end":
        return [("", "Unknown"), *((str(i + 1), f"End of {name}") for i, name in enumerate(MONTHS))]
    if key == "ehr_vendor":
        return [("", "Unknown"), *((v, v) for v in book.ehr.vendors)]
    if key in ("ehr", "org_type", "subtype", "hipaa_status"):
        return [("", "Unknown"), *((v, v) for v in getattr(book.picklists, key).values)]
    return None


def told_label(key: str) -> str:
    """The words of a fact."""
    return label_of(key)
