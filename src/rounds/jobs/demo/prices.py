"""The money of the demo's deals: what was quoted, who said yes, the proposal that went out and what was said to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.deals import approvals, concessions, proposal_life, proposals, quotes
from rounds.actions.people import users
from rounds.jobs.demo.cast import HOUSE, Cast
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Opportunity, Proposal, Quote, QuoteApproval, User
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

APPROVERS = (("vera", "Vera Solberg", "vp_sales"), ("felix", "Felix Aranda", "finance"))
TERMS = ((12, 500, 0), (36, 1200, 0), (24, 1800, 1), (36, 2300, 0), (12, 800, 0))
"""(months, basis points off, free months), in turn."""
PRODUCTS = {"sepsis": "sepsis_watch", "documentation": "coding_assist", "imaging": "imaging_triage"}


def approvers(*, at: datetime) -> None:
    """Who approves beside the manager. Those who are there stay as they are."""
    for address, name, role in APPROVERS:
        if not User.objects.filter(email=f"{address}@{HOUSE}").exists():
            users.add(f"{address}@{HOUSE}", name, role=role, by=SYSTEM_ACTOR, at=at)


def reached(deal: Opportunity, stage: str, *, cast: Cast, at: datetime) -> None:
    """Before a deal goes to stage 6 it is quoted; to 7 the discount is approved and the proposal sent; to 8 they answered."""
    if deal.owner is None:
        return
    if stage == "O6":
        _quote(deal, at)
    elif stage == "O7":
        _send(deal, cast, at)
    elif stage == "O8":
        row = Proposal.objects.filter(opportunity=deal, state__in=("sent", "viewed")).first()
        if row is not None:
            by = {"by": deal.owner.actor}
            _approve(row.quote, at - timedelta(days=2))
            proposal_life.viewed(row, words="The CFO had it on the table", at=at - timedelta(days=2), **by)
            proposal_life.answer(row, "accepted", words="Accepted in principle, subject to legal", timeline_agreed=True, at=at - timedelta(hours=6), **by)


def _quote(deal: Opportunity, at: datetime) -> Quote:
    """A quote whose yearly amount is near the estimate, with a one-time line."""
    term, bp, free = TERMS[len(deal.name) % len(TERMS)]
    code = next((product for word, product in PRODUCTS.items() if word in deal.name.lower()), "imaging_triage")
    product = active().playbook.products.by_code[code]
    wanted = deal.amount_cents or product.band.floor * 200
    unit = (product.band.floor + product.band.ceiling) * 50
    units = max(1, round(wanted / unit))
    lines = [{"product": code, "units": units, "unit_cents": unit}, {"product": "integration", "units": 1, "unit_cents": 3_000_000}]
    if bp > 500 or free:
        concessions.log(deal, "received", "longer_term" if term > 12 else "reference", words=f"{term} months" if term > 12 else "A case study after go-live",
                        by=deal.owner.actor, at=at)  # fmt: skip
    return quotes.draft(deal, lines, total_bp=bp, free_months=free, term_months=term, by=deal.owner.actor, at=at, expires_on=house_day(at + timedelta(days=100)))


def _send(deal: Opportunity, cast: Cast, at: datetime) -> None:
    approvers(at=at)
    quote = Quote.objects.filter(opportunity=deal, state="draft").order_by("-version").first() or _quote(deal, at - timedelta(days=4))
    if not _approve(quote, at - timedelta(days=2)):
        return
    row = proposals.draft(quote, by=deal.owner.actor, at=at - timedelta(hours=4))
    row = proposals.change(row, {"business_case": "The proof of concept showed what it saves; the figures are in its report."}, by=deal.owner.actor, at=at - timedelta(hours=3))
    proposals.deliver(row, how="said", words="Handed over in the steering committee", by=deal.owner.actor, at=at)


def again(deal: Opportunity, cast: Cast, *, at: datetime) -> None:
    """A proposal whose day is over was followed by a further version, on the same terms, approved anew."""
    row = Proposal.objects.filter(opportunity=deal, state__in=("sent", "viewed"), expires_on__lt=house_day(at)).select_related("quote").first()
    asked = at - timedelta(days=9, hours=12)
    if row is None or deal.owner is None or not _approve(row.quote, asked):
        return
    by = {"by": deal.owner.actor, "at": asked + timedelta(days=1)}  # as soon as it is approved: approvals end
    proposals.deliver(proposals.revise(row, **by), how="said", words="The same terms once more; their committee meets next week", **by)


def _approve(quote: Quote, at: datetime) -> bool:
    """Asked for and approved a day later, where it is not approved already; whether it is."""
    quote = Quote.objects.select_related("opportunity__owner").get(pk=quote.pk)
    approvals.ask(quote, reason="The CFO has a cap for this year", by=quote.opportunity.owner.actor, at=at)
    for step in QuoteApproval.objects.filter(quote=quote, voided_at=None, decision="").order_by("position"):
        step.refresh_from_db()
        if step.asked is not None:
            approvals.decide(step, "approved", words="For the term and the reference", by=step.asked.actor, at=at + timedelta(days=1))
    return approvals.approved(Quote.objects.get(pk=quote.pk), at=at + timedelta(days=1))
