"""The words of dimensions and of rows: people and teams by name, stages by title, records with their address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Model
from django.http import HttpRequest

from rounds.access.scope import visible
from rounds.analytics.numbers.definition import Metric
from rounds.models import Account, Customer, Lead, Meeting, Opportunity, PlaybookVersion, Task, Team, User
from rounds.models.flow.active import active
from rounds.models.market.listing import BANDS, segments, territories
from rounds.playbook import Playbook

TITLES = {"segment": "Segment", "territory": "Territory", "tier": "Tier", "owner": "Rep", "team": "Team", "stage": "Stage", "product": "Product",
          "source": "Source", "kind": "Kind", "band": "Band", "step": "Step", "channel": "Channel", "severity": "Severity", "playbook": "Playbook"}  # fmt: skip
TIERS = [("1", "Tier 1"), ("2", "Tier 2"), ("3", "Tier 3"), ("0", "Outside the programme")]
NOT_SAID = "Not said"
RECORDS: dict[str, tuple[type[Model], str, str]] = {
    "opportunity": (Opportunity, "name", "/opportunities/"), "lead": (Lead, "name", "/leads/"), "account": (Account, "name", "/accounts/"),
    "customer": (Customer, "account__name", "/customers/"), "task": (Task, "title", "/tasks/"), "meeting": (Meeting, "title", "/meetings/"),
}  # fmt: skip
"""Noun of a metric → its model, the path of its name, where its rows live."""


def choices(dimension: str, book: Playbook) -> list[tuple[str, str]]:
    """(value, word) of everything a dimension can be filtered by; of people whoever sells."""
    if dimension == "owner":
        return [(str(key), name) for key, name in User.objects.filter(is_active=True, role__in=sellers(book)).order_by("name").values_list("id", "name")]
    if dimension == "team":
        return [(str(key), name) for key, name in Team.objects.filter(ended_at=None).values_list("id", "name")]
    if dimension == "playbook":
        return [(str(number), f"v{number}") for number in PlaybookVersion.objects.order_by("number").values_list("number", flat=True)]
    known = {"band": lambda: BANDS, "segment": segments, "territory": territories, "tier": lambda: TIERS, "product": lambda: [(one.product, one.title) for one in book.products.products]}
    return known[dimension]()


def sellers(book: Playbook) -> list[str]:
    """The roles of those who sell, and of who leads them."""
    return [code for code, role in book.access.roles.items() if role.sells or role.title == "Sales manager"]


def named(dimension: str, keys: Sequence[str]) -> dict[str, str]:
    """Value → word of the parts of a breakdown. One query for people and teams."""
    book = active().playbook
    if dimension in ("owner", "team"):
        model: type[Model] = User if dimension == "owner" else Team
        found = {str(key): name for key, name in model._default_manager.filter(pk__in=_ids(keys)).values_list("id", "name")}
    elif dimension == "stage":
        found = {code: one.title for code, one in book.stages.by_code.items()}
    elif dimension == "step":
        found = {one.step: one.title for one in book.measures.funnel}
    elif dimension == "channel":
        found = {one.channel: one.title for one in book.engagement.channels.list}
    else:
        found = dict(choices(dimension, book)) if dimension in ("segment", "territory", "tier", "band", "playbook") else {}
    return {key: found.get(key) or (key.replace("_", " ").capitalize() if key else NOT_SAID) for key in keys}


def _ids(keys: Iterable[str]) -> list[UUID]:
    return [UUID(key) for key in keys if len(key) == 36]


def order_of(dimension: str) -> list[str]:
    """The values of a dimension that has an order of its own: stages, steps, bands, tiers, versions of the playbook."""
    book = active().playbook
    if dimension in ("tier", "band", "playbook"):
        return [key for key, _ in choices(dimension, book)]
    return list(book.stages.by_code) if dimension == "stage" else [one.step for one in book.measures.funnel] if dimension == "step" else []


def records(request: HttpRequest, metric: Metric, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Id → name and address of the rows behind a number that the viewer sees. One query for each noun they are of."""
    found: dict[str, dict[str, Any]] = {}
    for noun in (one for one in metric.rows_of or (metric.noun,) if one in RECORDS):
        model, name, place = RECORDS[noun]
        rows = visible(model, request.scope).filter(pk__in=_ids(dict.fromkeys(keys))).annotate(said=F(name)).values_list("pk", "said")
        found |= {str(key): {"name": said, "url": f"{place}{key}/" if noun != "task" else "/tasks/"} for key, said in rows}
    return found
