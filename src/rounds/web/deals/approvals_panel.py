"""The customer's approvals beside the deal."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.deals.approving import steps_of
from rounds.models.deals.committee import STATES
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.web.deals.customer_approvals import MARKS, paying
from rounds.web.deals.panels import Made, panel

MOST = 5


@panel("approvals", place="aside", order=50)
def steps(request: HttpRequest, deal: Opportunity) -> Made:
    """Two queries."""
    found = steps_of(deal.id)
    open_ = [one for one in found if one.state not in ("approved", "not_needed")]
    said = {"steps": (open_ + [one for one in found if one not in open_])[:MOST], "done": sum(one.state == "approved" for one in found),
            "asked": sum(one.state != "not_needed" for one in found), "words": STATES, "marks": MARKS}  # fmt: skip
    return "deals/panels/approvals.html", {**said, **paying(deal, active().playbook, house_day(now()))}
