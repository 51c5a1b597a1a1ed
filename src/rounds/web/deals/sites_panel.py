"""Where a deal is: the sites it is about, the deal it is a part of, its own parts, and what they come to (PIPE-29)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest

from rounds.access.scope import visible
from rounds.models import Account, Opportunity
from rounds.models.flow.active import active
from rounds.rules.pipeline.amounts import counted, rolled_up
from rounds.web.deals.panels import Made, panel

MOST = 100


@panel("sites", place="aside", order=8)
def sites(request: HttpRequest, deal: Opportunity) -> Made:
    """Five queries at most, however many sites and parts there are."""
    lost = active().playbook.stages.ending("lost")
    there = [one.account for one in deal.sites.select_related("account").only("opportunity", "account__name").order_by("account__name")]
    parts = list(visible(Opportunity, request.scope).filter(parent=deal).order_by("closed_at", "name", "id"))
    whole = visible(Opportunity, request.scope).filter(pk=deal.parent_id).first() if deal.parent_id else None
    amounts = [part.amount_company_cents or 0 for part in parts if part.stage != lost]
    return "deals/panels/sites.html", {
        "sites": there, "parts": parts, "whole": whole, "hidden_whole": deal.parent_id is not None and whole is None,
        "together": rolled_up(deal.amount_company_cents, amounts), "of_parts": sum(amounts), "rest": counted(deal.amount_company_cents, amounts),
        "over": bool(deal.amount_company_cents is not None and sum(amounts) > deal.amount_company_cents), "lost": lost, **_offered(request, deal, there, parts),
    }  # fmt: skip


def _offered(request: HttpRequest, deal: Opportunity, there: list[Account], parts: list[Opportunity]) -> dict[str, Any]:
    """What may be added: other accounts of the organisation, deals that may become parts, or the deal this may become a part of."""
    unit = deal.buying_unit_id or deal.account_id
    accounts = visible(Account, request.scope).filter(Q(buying_unit_id=unit) | Q(pk=unit), status="open").exclude(pk__in=[deal.account_id, *(one.pk for one in there)])
    others = visible(Opportunity, request.scope).filter(buying_unit_id=deal.buying_unit_id, parent=None).exclude(pk__in=[deal.pk, *(one.pk for one in parts)])
    alone = deal.parent_id is None
    below = Exists(visible(Opportunity, request.scope).filter(parent=OuterRef("pk")))
    rows = others.filter(closed_at=None).annotate(has_parts=below).order_by("name").values_list("id", "name", "has_parts")
    free = list(rows[: 2 * MOST]) if alone else []
    return {"more_sites": list(accounts.order_by("name").values_list("id", "name")[:MOST]), "may_take": alone,
            "more_parts": [(key, name) for key, name, has_parts in free if not has_parts][:MOST],
            "wholes": [(key, name) for key, name, _ in free][:MOST] if not parts else []}  # fmt: skip
