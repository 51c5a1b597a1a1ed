"""Facts: what the rules are given about a record, under the names of the playbook's vocabulary.

`facts_of_account` and `facts_of_lead` read one record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from rounds.models import Account, Answer, Lead, LeadActivity
from rounds.playbook import Playbook

PLAIN = {
    "beds": "beds",
    "hospitals": "hospitals",
    "ehr": "ehr",
    "ehr_vendor": "ehr_vendor",
    "ehr_class": "ehr_class",
    "ehr_confidence": "ehr_confidence",
    "total_margin": "total_margin",
    "org_type": "org_type",
    "subtype": "subtype",
    "state": "state",
    "implementation_timeline": "implementation_timeline",
}
"""Fact → column, where the value is the same."""

MONEY = {
    "it_budget_usd": "it_budget_cents",
    "net_patient_revenue_usd": "net_patient_revenue_cents",
    "deal_potential_usd": "deal_potential_cents",
}
"""Fact in dollars → column in cents."""

KEPT = ("ruca", "cbsa_rank", "metro", "critical_access", "major_teaching", "teaching", "states", "network", "funding",
        "it_budget_pct", "timeline_months", "major_system", "descriptor", "api_available", "interfaces", "sites")
"""Facts that have no column: kept in AccountFact and gathered in `custom["facts"]` for the columns reading."""

OF_THE_UNIT = ("beds", "hospitals", "deal_potential_usd", "net_patient_revenue_usd", "total_margin", "states", "network")
"""Facts of size and money that are the buying unit's, whichever of its hospitals one looks at (PLUS-06)."""


def facts_of_account(account: Account) -> dict[str, Any]:
    """The facts of one account: its unit's size and money, its own place and technology, its unit's where its own is
    unknown. Unknown facts are absent; what people answered is asked of `said_of`."""
    unit = account.buying_unit if account.buying_unit_id and account.buying_unit_id != account.id else None
    facts = _own(unit) if unit else {}
    own = _own(account)
    if unit:
        own = {key: value for key, value in own.items() if key not in OF_THE_UNIT or key not in facts}
        if "ehr" in own or "ehr_vendor" in own:
            for key in ("ehr", "ehr_vendor", "ehr_class", "ehr_confidence"):
                facts.pop(key, None)
    facts.update(own)
    return facts


def _own(account: Account) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for fact, column in PLAIN.items():
        value = getattr(account, column)
        if value not in (None, ""):
            facts[fact] = value
    for fact, column in MONEY.items():
        cents = getattr(account, column)
        if cents is not None:
            facts[fact] = cents // 100 if cents % 100 == 0 else cents / 100
    facts.update({key: value for key, value in account.custom.get("facts", {}).items() if value is not None})
    return facts


def standing_answers(*, at: datetime, account: Account | None = None, lead: Lead | None = None) -> list[Answer]:
    """The answers that hold at `at`, the last word of each criterion. An account also hears its unit's answers."""
    subjects = Q(lead=lead) if lead is not None else Q(pk__in=[])
    if account is not None:
        subjects |= Q(account_id__in={account.id, account.buying_unit_id or account.id})
    said = Answer.objects.filter(subjects, withdrawn_at=None, at__lte=at).exclude(expires_at__lte=at)
    # Nearer subjects speak last: unit, then account, then lead.
    nearness = {account.buying_unit_id: 0, account.id: 1} if account is not None else {}
    last: dict[tuple[str, str], Answer] = {}
    for answer in sorted(said, key=lambda a: (nearness.get(a.account_id, 2), a.at)):
        last[answer.model, answer.criterion] = answer
    return list(last.values())


def said_of(answers: Iterable[Answer]) -> list[tuple[str, str, str]]:
    """Answers as the rules take them: (model, criterion, level)."""
    return [(answer.model, answer.criterion, answer.level) for answer in answers]


def facts_of_lead(lead: Lead, *, at: datetime, window_days: int | None) -> dict[str, Any]:
    """The facts of one lead: its account's, then what was given with the lead, then its activities within the
    window. What people answered is asked of `said_of`."""
    facts = facts_given(lead)
    events, seniority = counted_activities(lead, at=at, window_days=window_days)
    if events:
        facts["events"] = events
    if seniority:
        facts["highest_seniority"] = seniority
    return facts


def facts_given(lead: Lead) -> dict[str, Any]:
    """The facts of a lead with which nothing has happened yet: its account's, then what was given with it."""
    return with_given(facts_of_account(lead.account) if lead.account_id else {}, lead)


def with_given(facts: dict[str, Any], lead: Lead) -> dict[str, Any]:
    """The facts of an account as `facts_of_account` gives them, with what was given with a lead there. `facts` is changed."""
    facts.update({key: value for key, value in lead.facts.items() if value not in (None, "")})
    if lead.state and "state" not in facts:
        facts["state"] = lead.state
    if lead.source:
        facts["lead_source"] = lead.source
    return facts


def window_days(book: Playbook) -> int | None:
    """How many days back activities count: the longest window a reading of the 100-point model names; None: all count."""
    readings = (
        reading
        for criterion in book.scoring["lead_fit"].criteria
        for several in criterion.readings.values()
        for reading in several
    )
    return max((reading.window_days for reading in readings if reading.window_days), default=None)


def warming(lead: Lead, at: datetime) -> QuerySet[LeadActivity]:
    """The acts that make a lead warm: its own, and what became new about its account or unit (actions/market/signals.py)."""
    places = {lead.account_id, lead.buying_unit_id} - {None}
    signs = Q(lead=None, account_id__in=places, kind__in=SIGNALS)
    return LeadActivity.objects.filter(Q(lead=lead) | signs if places else Q(lead=lead), withdrawn_at=None, machine="", happened_at__lte=at)


SIGNALS = ("company_size_update", "technology_change", "budget_announcement")
"""Acts of an account that warm its leads: triggers of heat.yaml that are no act of one person (LEAD-20)."""
SENIORITY = ("executive", "manager", "individual")


def counted_activities(lead: Lead, *, at: datetime, window_days: int | None) -> tuple[dict[str, int], str | None]:
    """How often each kind of activity happened in the last `window_days` (None: ever), and the most senior person met."""
    acts = LeadActivity.objects.filter(lead=lead, withdrawn_at=None, machine="", happened_at__lte=at).exclude(kind__in=SIGNALS)
    if window_days is not None:
        acts = acts.filter(happened_at__gt=at - timedelta(days=window_days))
    events: dict[str, int] = {}
    met = set()
    for kind, seniority in acts.values_list("kind", "seniority"):
        events[kind] = events.get(kind, 0) + 1
        met.add(seniority)
    return events, next((level for level in SENIORITY if level in met), None)


def acts_of(account: Account) -> QuerySet[LeadActivity]:
    """The activities of an account and of its leads; of a buying unit with those of all its hospitals."""
    name = "buying_unit_id" if account.is_unit else "account_id"
    own = Q(account__buying_unit_id=account.id) if account.is_unit else Q(account_id=account.id)
    return LeadActivity.objects.filter(Q(**{f"lead__{name}": account.id}) | (own & Q(lead=None)))


def answers_of(rows: Sequence[Account], at: datetime) -> dict[UUID, list[tuple[str, str, str]]]:
    """What people answered of each account and of its unit, the account's own word last."""
    subjects = {row.id for row in rows} | {row.buying_unit_id for row in rows if row.buying_unit_id}
    said = Answer.objects.filter(account_id__in=subjects, withdrawn_at=None, at__lte=at).exclude(expires_at__lte=at)
    by_account: dict[UUID, list[Answer]] = {}
    for answer in said.order_by("at"):
        by_account.setdefault(answer.account_id, []).append(answer)
    if not by_account:
        return {}
    found = {}
    for row in rows:
        unit = by_account.get(row.buying_unit_id, []) if row.buying_unit_id != row.id else []
        last = {(answer.model, answer.criterion): answer for answer in [*unit, *by_account.get(row.id, [])]}
        if last:
            found[row.id] = said_of(last.values())
    return found
