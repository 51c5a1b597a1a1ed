"""What contracts and agreements say of a deal's exit criteria."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rounds.kit.clock import now
from rounds.kit.once import once
from rounds.models.deals.contracts import Contract, ContractApproval, ContractMark
from rounds.models.deals.evidence import Evidence, evidence
from rounds.models.deals.opportunities import Opportunity
from rounds.models.flow.active import active
from rounds.models.trust.agreements import Baa
from rounds.playbook.shapes.agreements import Agreements
from rounds.rules import agreements as ends
from rounds.rules import contracts as rules


@once
def the_contract(deal: Opportunity) -> Contract | None:
    """The contract that would close the deal: executed before one in review before a draft, the newest of each."""
    kinds = [code for code, kind in active().playbook.contracts.kinds.items() if kind.closes]
    rows = list(Contract.objects.filter(opportunity=deal, kind__in=kinds).exclude(state="abandoned").select_related("owner"))
    order = {"executed": 0, "ended": 1, "signed": 2, "in_review": 3, "draft": 4}
    return min(rows, key=lambda row: (order.get(row.state, 9), -row.at.timestamp()), default=None)


def _none(deal: Opportunity) -> Evidence:
    return Evidence("missing", "no contract is written down", f"/contracts/new/?opportunity={deal.pk}", "Add the contract", _whose(deal))


def _whose(deal: Opportunity, row: Contract | None = None) -> str:
    owner = (row.owner if row is not None else None) or deal.owner
    return owner.name if owner else ""


def _url(row: Contract, part: str = "") -> str:
    return f"/contracts/{row.pk}/{part}"


@evidence("contract.review_started")
def review_started(deal: Opportunity) -> Evidence:
    row = the_contract(deal)
    if row is None:
        return _none(deal)
    if row.review_at is None and row.state != "executed":
        return Evidence("missing", f"{row.name} is a draft", _url(row), "Start the legal review", _whose(deal, row))
    return Evidence("met", f"in review since {(row.review_at or row.at):%-d %b %Y}", _url(row))


@once
def _settled(row: Contract) -> rules.Settled:
    said = ContractMark.objects.filter(contract=row, part="checklist").order_by("at", "id").values_list("item", "state")
    return rules.settled(active().playbook.checklist, dict(said))


@evidence("contract.legal_satisfied")
def legal_satisfied(deal: Opportunity) -> Evidence:
    row = the_contract(deal)
    if row is None:
        return _none(deal)
    found, titles = _settled(row), active().playbook.checklist.titles
    if found.whole:
        return Evidence("met", f"{found.of} of {found.of} items are settled", _url(row, "#checklist"))
    return Evidence("missing", f"{found.done} of {found.of} items are settled", _url(row, "#checklist"), f"Settle: {titles[found.open[0]]}", _whose(deal, row))


@evidence("contract.risk_allocated")
def risk_allocated(deal: Opportunity) -> Evidence:
    row = the_contract(deal)
    if row is None:
        return _none(deal)
    found, titles = _settled(row), active().playbook.checklist.titles
    if found.group("risk"):
        return Evidence("met", "every item of risk is settled", _url(row, "#checklist"))
    still = found.open_by_group["risk"]
    return Evidence("missing", f"{len(still)} items of risk are open", _url(row, "#checklist"), f"Settle: {titles[still[0]]}", _whose(deal, row))


@evidence("contract.executive_approval")
def executive_approval(deal: Opportunity) -> Evidence:
    row = the_contract(deal)
    if row is None:
        return _none(deal)
    last = ContractApproval.objects.filter(contract=row).order_by("-at").first()
    if last is None:
        return Evidence("missing", "no executive has approved it", _url(row, "#approval"), "Get the executive's approval", _whose(deal, row))
    return Evidence("met", f"{last.name} approved it on {last.on:%-d %b %Y}", _url(row, "#approval"))


@evidence("contract.executed")
def executed(deal: Opportunity) -> Evidence:
    row = the_contract(deal)
    if row is None:
        return _none(deal)
    if row.state in ("executed", "ended") and row.executed_on:
        return Evidence("met", f"executed on {row.executed_on:%-d %b %Y}", _url(row))
    if row.state == "signed":
        return Evidence("blocked", "both have signed, and something still blocks it", _url(row), "See what blocks it", _whose(deal, row))
    return Evidence("missing", f"{row.name} is not executed", _url(row), "Have both sides sign", _whose(deal, row))


def _read(book: Agreements, row: Baa) -> ends.Read:
    last = max(row.readings.all(), key=lambda one: (one.at, one.pk), default=None)
    return ends.read(book.elements, last.present if last else None, last.missing if last else ())


@evidence("baa.in_force")
def baa_in_force(deal: Opportunity) -> Evidence:
    """Only where patient data is involved."""
    if not deal.phi_involved:
        return Evidence("met", "no patient data is involved")
    book = active().playbook.agreements
    keys = {deal.account_id, deal.buying_unit_id} - {None}
    rows = list(Baa.objects.filter(counterparty__account_id__in=keys, counterparty__ended_at=None).prefetch_related("readings"))
    on = now().astimezone(ZoneInfo(book.zone)).date()
    baa = ends.effective([row for row in rows if not ends.closes(book.elements, _read(book, row))], on)
    if baa is None and (shut := ends.effective(rows, on)) is not None:
        return Evidence("blocked", f"BAA {shut.version} does not say what it must", "", "Amend the BAA; compliance keeps the register", "Compliance")
    if baa is None:
        return Evidence("blocked" if rows else "missing", "no BAA is in force", "", "Have the BAA signed; compliance keeps the register", "Compliance")
    stands = ends.standing(baa, on, max(book.baa_told_before.days))
    return Evidence("met", f"BAA {baa.version} is in force" + (f" for {stands.days} more days" if stands.days is not None else ""))
