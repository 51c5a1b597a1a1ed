"""What the records say of stage 7: live, adopted, satisfied, expansion (IMPL-06)."""

from __future__ import annotations

from rounds.kit.clock import now
from rounds.kit.once import once
from rounds.models.customers.customers import Customer
from rounds.models.customers.expansions import Expansion
from rounds.models.customers.implementations import Implementation, ProjectDeal
from rounds.models.customers.standing import Standing, standing
from rounds.models.deals.evidence import Evidence, evidence
from rounds.models.deals.opportunities import Opportunity
from rounds.models.flow.active import active
from rounds.rules.implementation.success import judged


@once
def _project(deal: Opportunity) -> Implementation | None:
    row = ProjectDeal.objects.filter(opportunity=deal).select_related("implementation__customer__owner").first()
    return row.implementation if row else None


NO_PROJECT = Evidence("unknown", "There is no implementation project yet; it opens with the won deal.")
TITLES = ("Successful go-live achieved", "User adoption targets met", "Customer satisfaction confirmed", "Expansion opportunities identified")
"""The four criteria of stage 7, as the seed writes them (001)."""


def criteria(project: Implementation) -> list[tuple[str, Evidence]]:
    """The criteria of stage 7 with what the records say of a project and its customer."""
    customer = project.customer
    known = standing({customer.pk: customer.account_id}, now())[customer.pk]
    said = (_live(project), _metric(customer, known, "user_adoption", ADOPTION), _metric(customer, known, "nps", ASK), _expansion(customer))
    return list(zip(TITLES, said, strict=True))


ADOPTION, ASK = "Read the adoption again, or train those who do not use it", "Ask at least five people"


def _live(project: Implementation) -> Evidence:
    url = f"/implementations/{project.pk}/"
    if project.live_on:
        return Evidence("met", f"Live since {project.live_on:%-d %b %Y}", url)
    owner = project.customer.owner
    return Evidence("missing", f"Planned until {project.ends_on:%-d %b %Y}", url, "Record the go-live", owner.name if owner else "", project.ends_on)


def _metric(customer: Customer, known: Standing, metric: str, nxt: str) -> Evidence:
    found = judged(active().playbook, metric, known.value(metric))
    state = {"met": "met", "missed": "missing"}.get(found.status, "unknown")
    return Evidence(state, found.why, f"/customers/{customer.pk}/", "" if state == "met" else nxt)  # type: ignore[arg-type]


def _expansion(customer: Customer) -> Evidence:
    url = f"/customers/{customer.pk}/#expansion"
    row = Expansion.objects.filter(customer=customer, dropped_at=None).order_by("-at").first()
    return Evidence("met", row.title, url) if row else Evidence("missing", "Nothing is noted yet", url, "Note what they could use next")


@once
def _customer(deal: Opportunity) -> Customer | None:
    return Customer.objects.filter(account_id=deal.account_id).first()


def _of_metric(deal: Opportunity, metric: str, nxt: str) -> Evidence:
    customer = _customer(deal)
    if customer is None:
        return NO_PROJECT
    return _metric(customer, _standing(customer), metric, nxt)


@once
def _standing(customer: Customer) -> Standing:
    return standing({customer.pk: customer.account_id}, now())[customer.pk]


@evidence("implementation.live")
def live(deal: Opportunity) -> Evidence:
    """The project's go-live."""
    project = _project(deal)
    return _live(project) if project else NO_PROJECT


@evidence("implementation.adopted")
def adopted(deal: Opportunity) -> Evidence:
    """The latest adoption against its target."""
    return _of_metric(deal, "user_adoption", ADOPTION)


@evidence("implementation.satisfied")
def satisfied(deal: Opportunity) -> Evidence:
    """The last round of NPS that may be shown."""
    return _of_metric(deal, "nps", ASK)


@evidence("implementation.expansion")
def expansion(deal: Opportunity) -> Evidence:
    """An idea for what they could use next."""
    customer = _customer(deal)
    return _expansion(customer) if customer else NO_PROJECT
