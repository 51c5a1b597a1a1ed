"""What the records say of stage 7: live, adopted, satisfied, expansion (IMPL-06)."""

from __future__ import annotations

from rounds.kit.clock import now
from rounds.models.customers.customers import Customer
from rounds.models.customers.expansions import Expansion
from rounds.models.customers.implementations import Implementation, ProjectDeal
from rounds.models.customers.standing import standing
from rounds.models.deals.evidence import Evidence, evidence
from rounds.models.deals.opportunities import Opportunity
from rounds.models.flow.active import active
from rounds.rules.implementation.success import judged


def _project(deal: Opportunity) -> Implementation | None:
    row = ProjectDeal.objects.filter(opportunity=deal).select_related("implementation__customer__owner").first()
    return row.implementation if row else None


NO_PROJECT = Evidence("unknown", "There is no implementation project yet; it opens with the won deal.")


@evidence("implementation.live")
def live(deal: Opportunity) -> Evidence:
    """The project's go-live."""
    project = _project(deal)
    if project is None:
        return NO_PROJECT
    url = f"/implementations/{project.pk}/"
    if project.live_on:
        return Evidence("met", f"Live since {project.live_on:%d %b %Y}", url)
    owner = project.customer.owner
    return Evidence("missing", f"Planned until {project.ends_on:%d %b %Y}", url, "Record the go-live", owner.name if owner else "", project.ends_on)


def _customer(deal: Opportunity) -> Customer | None:
    return Customer.objects.filter(account_id=deal.account_id).first()


def _metric(deal: Opportunity, metric: str, nxt: str) -> Evidence:
    customer = _customer(deal)
    if customer is None:
        return NO_PROJECT
    known = standing({customer.pk: customer.account_id}, now())[customer.pk]
    found = judged(active().playbook, metric, known.value(metric))
    state = {"met": "met", "missed": "missing"}.get(found.status, "unknown")
    return Evidence(state, found.why, f"/customers/{customer.pk}/", "" if state == "met" else nxt)  # type: ignore[arg-type]


@evidence("implementation.adopted")
def adopted(deal: Opportunity) -> Evidence:
    """The latest adoption against its target."""
    return _metric(deal, "user_adoption", "Read the adoption again, or train those who do not use it")


@evidence("implementation.satisfied")
def satisfied(deal: Opportunity) -> Evidence:
    """The last round of NPS that may be shown."""
    return _metric(deal, "nps", "Ask at least five people")


@evidence("implementation.expansion")
def expansion(deal: Opportunity) -> Evidence:
    """An idea for what they could use next."""
    customer = _customer(deal)
    if customer is None:
        return NO_PROJECT
    url = f"/customers/{customer.pk}/#expansion"
    row = Expansion.objects.filter(customer=customer, dropped_at=None).order_by("-at").first()
    return Evidence("met", row.title, url) if row else Evidence("missing", "Nothing is noted yet", url, "Note what they could use next")
