"""The demo's contracts: one that won its deal, one in review with redlines, one in force that ends soon, one both signed
that waits; the notes counsel alone reads."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.deals import (
    contract_execution,
    contract_issues,
    contract_marks,
    contract_versions,
    contracts,
    privileged,
)
from rounds.actions.enablement import handoffs
from rounds.actions.trust import agreements
from rounds.jobs.demo.cast import Cast
from rounds.jobs.demo.given import fill_library
from rounds.jobs.demo.proofs import cover
from rounds.models import Account, Contract, Opportunity, User
from rounds.models.flow.active import active

DAY = timedelta(days=1)
REDLINES = (
    {"clause": "8.2 Limitation of liability", "item": "liability", "theirs": "No limit for breaches of confidentiality", "ours": "The fees of 12 months",
     "fallback": "The fees of 24 months, breaches of patient data apart", "red_flag": True},
    {"clause": "5.1 Service levels", "item": "sla", "theirs": "99.95 % a month", "ours": "99.9 % a month", "fallback": "99.95 % a quarter"},
    {"clause": "11.3 Termination", "item": "termination", "theirs": "For convenience after 6 months", "ours": "After the first term", "fallback": "After 12 months"},
)  # fmt: skip
TEXT = "SUBSCRIPTION AGREEMENT\n\n1. The service. Early warning of deterioration at the hospitals of Schedule A.\n2. Fees. As in the order form.\n"


def write_contracts(cast: Cast, *, at: datetime) -> None:
    """Contracts of the deals that are open, where there are none, and the library of content. Sight is set by the caller."""
    if Contract.objects.filter(opportunity=None).exists():  # the last of them
        return
    deals = list(Opportunity.objects.filter(closed_at=None).select_related("account", "owner").order_by("-stage", "id")[:2])
    if deals:
        _in_review(cast, deals[0], at)
    for deal in deals[1:]:
        _waiting(cast, deal, at)
    for account in Account.objects.filter(opportunities__isnull=False).order_by("id").distinct()[:1]:
        _in_force(cast, account, at)
    fill_library(cast, at=at)


def reached(deal: Opportunity, stage: str, *, cast: Cast, at: datetime) -> None:
    """Before a deal is won: its BAA, its contract through checklist, review and approval, both signatures. The executed
    contract wins it, and what was promised goes to customer success."""
    if stage != active().playbook.stages.ending("won") or deal.owner is None:
        return
    by, owner, begun, on = deal.owner.actor, deal.owner, at - 26 * DAY, agreements.day(at)
    cover(deal, cast, deal.opened_at + 40 * DAY)
    row = contracts.add(f"{deal.account.name}, subscription", kind="subscription", account=deal.account, deal=deal, owner=owner,
                        expires_on=on + 1095 * DAY, renews=True, by=by, at=begun)  # fmt: skip
    contract_versions.keep(row, text=TEXT, label="Our template", by=by, at=begun)
    contracts.start_review(row, by=by, at=begun)
    for step in active().playbook.review.steps:
        for place, item in enumerate(step.items):
            contract_marks.tick(row, step.step, item.item, True, by=cast.legal.actor, at=begun + (5 + place) * DAY)
    for item in active().playbook.checklist.titles:
        contract_marks.mark(row, item, "agreed", by=cast.legal.actor, at=begun + 11 * DAY)
    contract_execution.approve(row, name="M. Halloran", title="Chief financial officer", on=on - 2 * DAY, evidence="Minutes of the finance committee",
                               by=by, at=at - 2 * DAY)  # fmt: skip
    given = handoffs.give("onboarding", f"{deal.account.name}: what was promised", deal=deal, note="Thirty nurses on two floors; go-live before the summer.",
                          by=by, at=at - 2 * DAY)  # fmt: skip
    handoffs.accept(given, cast.success, by=cast.success.actor, at=at - DAY)
    for side, name in (("ours", "Marian Holt"), ("customer", "M. Halloran")):
        contract_execution.sign(row, side=side, name=name, on=on, by=by, at=at)


def _in_review(cast: Cast, deal: Opportunity, at: datetime) -> None:
    owner, begun = deal.owner or cast.owner, at - 19 * DAY
    row = contracts.add(f"{deal.account.name}, subscription", kind="subscription", account=deal.account, deal=deal, owner=owner,
                        expires_on=agreements.day(at) + 1095 * DAY, renews=True, by=owner.actor, at=begun)  # fmt: skip
    contract_versions.keep(row, text=TEXT, label="Our template", by=owner.actor, at=begun)
    contracts.start_review(row, by=owner.actor, at=begun)
    book = active().playbook
    for item in book.review.step("internal").items:
        contract_marks.tick(row, "internal", item.item, True, by=cast.legal.actor, at=begun + 4 * DAY)
    contract_marks.tick(row, "customer", "requirements", True, by=owner.actor, at=begun + 11 * DAY)
    contract_marks.give_step(row, "customer", owner=owner, theirs="Counsel of the customer", due_on=agreements.day(at) + 9 * DAY, by=owner.actor, at=begun)
    for item in ("data_processing", "security_addendum", "audit_rights", "data_ownership", "change_control"):
        contract_marks.mark(row, item, "agreed", by=cast.legal.actor, at=begun + 8 * DAY)
    contract_marks.mark(row, "force_majeure", "waived", reason="The master agreement says it", by=cast.legal.actor, at=begun + 9 * DAY)
    for item in ("sla", "liability", "termination"):
        contract_marks.mark(row, item, "in_review", by=cast.legal.actor, at=begun + 9 * DAY)
    made = [contract_issues.add(row, {**one, "owner": cast.legal, "due_on": agreements.day(at) + 5 * DAY}, by=cast.legal.actor, at=begun + 10 * DAY)
            for one in REDLINES]  # fmt: skip
    contract_issues.settle(made[1], "middle", how="99.9 % a month with credits below it", by=cast.legal.actor, at=at - 3 * DAY)
    contract_versions.keep(row, text=TEXT.replace("order form", "order form, paid yearly"), label="Their changes", from_whom="theirs",
                           by=owner.actor, at=begun + 12 * DAY)  # fmt: skip
    privileged.note(row, "Their counsel conceded a cap of 24 months elsewhere: hold out for it before we offer more.", by=cast.legal.actor, at=at - 2 * DAY)


def _waiting(cast: Cast, deal: Opportunity, at: datetime) -> None:
    owner = deal.owner or cast.owner
    row = contracts.add(f"{deal.account.name}, POC agreement", kind="poc_agreement", account=deal.account, deal=deal, owner=owner, by=owner.actor, at=at - 12 * DAY)
    for side, name in (("ours", "Marian Holt"), ("customer", "R. Okafor-Lind")):
        contract_execution.sign(row, side=side, name=name, on=agreements.day(at) - DAY, by=owner.actor, at=at - DAY)


def _in_force(cast: Cast, account: Account, at: datetime) -> None:
    owner = User.objects.filter(pk=account.owner_id).first() or cast.owner
    begun, on = at - 190 * DAY, agreements.day(at) - 180 * DAY
    row = contracts.add(f"{account.name}, confidentiality", kind="nda", account=account, owner=owner, expires_on=agreements.day(at) + 75 * DAY,
                        phi_involved=False, by=owner.actor, at=begun)  # fmt: skip
    contract_execution.approve(row, name="M. Halloran", title="General counsel", on=on, evidence="Mail of the same day", by=owner.actor, at=begun + 10 * DAY)
    for side, name in (("ours", "Marian Holt"), ("customer", "M. Halloran")):
        contract_execution.sign(row, side=side, name=name, on=on, by=owner.actor, at=begun + 10 * DAY)
