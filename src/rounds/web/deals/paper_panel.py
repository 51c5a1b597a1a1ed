"""The paper of a deal beside it: the BAA, its contracts, how far their checklists are."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.access.allowed import reads, writes
from rounds.actions.deals import data_gate
from rounds.kit.clock import now
from rounds.models import Contract, Opportunity
from rounds.models.flow.active import active
from rounds.web.deals.contract_table import kind_word, settled_of
from rounds.web.deals.panels import Made, panel

MOST = 4


@panel("paper", place="aside", order=10)
def paper(request: HttpRequest, deal: Opportunity) -> Made:
    """Four queries: two for the BAA, the contracts, their checklists."""
    if not reads(request.user, "contract"):
        return None
    rows = list(Contract.objects.filter(opportunity=deal).exclude(state="abandoned").order_by("-at")[: MOST + 1])
    settled, of = settled_of([row.pk for row in rows]) if rows else {}, len(active().playbook.checklist.titles)
    shown = [{"row": row, "kind": kind_word(row.kind), "settled": settled.get(row.pk, 0), "of": of} for row in rows[:MOST]]
    cover = data_gate.cover(deal.account, now()) if deal.phi_involved else None
    return "deals/panels/paper.html", {"papers": shown, "more": len(rows) > MOST, "cover": cover, "may_add": writes(request.user, "contract")}
