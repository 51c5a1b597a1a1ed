"""The deals of a quarter, each with how it is counted, how sure one may be of it and how often it slipped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from rounds.models import (
    ApprovalStep,
    BuyingProcess,
    CriterionCheck,
    DealContact,
    ForecastCall,
    Opportunity,
    StageEntry,
)
from rounds.models.deals.opportunities import Opportunity as Deals
from rounds.models.flow.days import day_of
from rounds.models.numbers.history import children
from rounds.playbook import Playbook
from rounds.rules.forecast.accuracy import Slippage, slippage
from rounds.rules.forecast.confidence import BudgetFlag, Confidence, Evidence, budget_flag, confidence
from rounds.rules.pipeline.amounts import counted
from rounds.rules.pipeline.quarters import Quarter

OpportunityHistory = Deals.pgh_event_model  # made by pghistory beside the model


@dataclass(frozen=True)
class Line:
    """A deal. `cents` counts parent and child once; `judged`: what a manager holds against it, if anything; `chance` of a win
    within the quarter by the model; `place`: inside, past, later, undated."""

    deal: Opportunity
    cents: int
    judged: ForecastCall | None
    place: str
    chance: float
    confidence: Confidence
    slip: Slippage
    flag: BudgetFlag | None

    @property
    def category(self) -> str:
        return self.deal.forecast_category

    @property
    def held_as(self) -> str:
        """The category the manager counts it in."""
        return self.judged.category if self.judged else self.category

    @property
    def held_cents(self) -> int:
        return self.judged.cents if self.judged and self.judged.cents is not None else self.cents

    @property
    def weight(self) -> float:
        """How much hangs on it: its amount × how open it is whether it comes."""
        return self.cents * self.chance * (1 - self.chance)


def lines_of(deals: Sequence[Opportunity], cents: Mapping[UUID, int], wins: Sequence[float], before: Mapping[UUID, list[Was]], span: Quarter,
             book: Playbook, today: date) -> list[Line]:  # fmt: skip
    """The open deals in the order given, each with what its amount comes to and its chance. Six queries, whatever their number."""
    slipped, said, known = slips(deals, before, book), judged(deals, span.first), known_of(deals)
    return [Line(deal, cents[deal.pk], said.get(deal.pk), place_of(deal, span, today), chance, confidence_of(deal, known, slipped[deal.pk], book, today),
                 slipped[deal.pk], flag_of(deal, known, book)) for deal, chance in zip(deals, wins, strict=True)]  # fmt: skip


def place_of(deal: Opportunity, span: Quarter, today: date) -> str:
    """Where the close date of an open deal lies: inside the quarter, past, later (in another one to come), undated."""
    if deal.close_on is None:
        return "undated"
    if deal.close_on < today:
        return "past"
    return "inside" if span.first <= deal.close_on <= span.last else "later"


def amounts(deals: Iterable[Opportunity], book: Playbook) -> dict[UUID, int]:
    """Deal → cents of the company's currency, parent and child counted once. One query."""
    below = children(book)
    return {deal.pk: counted(deal.amount_company_cents, below.get(deal.pk, ())) for deal in deals}


@dataclass(frozen=True)
class Was:
    """How a deal stood until `moment`, when it changed."""

    moment: datetime
    stage: str
    cents: int | None
    close_on: date | None


def changes(deals: Sequence[Opportunity]) -> dict[UUID, list[Was]]:
    """Deal → how it stood before each of its changes, in order, from the field history. One query."""
    rows = OpportunityHistory.objects.filter(pgh_obj_id__in=[deal.pk for deal in deals]).order_by("pgh_created_at", "pgh_id")
    found: dict[UUID, list[Was]] = defaultdict(list)
    for key, moment, stage, cents, close in rows.values_list("pgh_obj_id", "pgh_created_at", "stage", "amount_company_cents", "close_on"):
        found[key].append(Was(moment, stage, cents, close))
    return found


def slips(deals: Sequence[Opportunity], before: Mapping[UUID, list[Was]], book: Playbook) -> dict[UUID, Slippage]:
    """Deal → how often and how far its close was put off."""
    return {deal.pk: slippage(_said([*(one.close_on for one in before.get(deal.pk, ())), deal.close_on]), day_of(book, deal.closed_at) if deal.closed_at else None,
                              book.measures.risks.slips) for deal in deals}  # fmt: skip


def _said(days: Sequence[date | None]) -> list[date | None]:
    return [day for place, day in enumerate(days) if place == 0 or day != days[place - 1]]


def judged(deals: Sequence[Opportunity], first: date) -> dict[UUID, ForecastCall]:
    """Deal → what a manager holds against it in the quarter that begins on `first`, unless it was taken back. One query."""
    rows = ForecastCall.objects.filter(starts_on=first, opportunity__in=deals).order_by("at", "id")
    last = {row.opportunity_id: row for row in rows}
    return {key: row for key, row in last.items() if row.category}


@dataclass(frozen=True)
class Known:
    """What a deal's confidence rests on, of many deals at once."""

    met: Mapping[UUID, set[str]]
    seats: Mapping[UUID, list[DealContact]]
    fye: Mapping[UUID, int | None]
    approved: set[UUID]


def known_of(deals: Sequence[Opportunity]) -> Known:
    """Criteria that are met (as the gates said when stages were left, and as people ticked since), the committee, the customer's
    fiscal year and whether finance approved. Five queries, whatever the number of deals."""
    met: dict[UUID, dict[str, str]] = defaultdict(dict)
    told = StageEntry.objects.filter(opportunity__in=deals).order_by("entered_at", "id").values_list("opportunity_id", "criteria")
    for key, lines in told:
        met[key].update({line["key"]: line["state"] for line in lines})
    for key, criterion, state in CriterionCheck.objects.filter(opportunity__in=deals).order_by("at", "id").values_list("opportunity_id", "criterion", "state"):
        met[key][criterion] = state
    seats: dict[UUID, list[DealContact]] = defaultdict(list)
    for seat in DealContact.objects.filter(opportunity__in=deals, ended_at=None):
        seats[seat.opportunity_id].append(seat)
    fye = dict(BuyingProcess.objects.filter(opportunity__in=deals).values_list("opportunity_id", "fye_month"))
    approved = set(ApprovalStep.objects.filter(opportunity__in=deals, code="finance", state="approved").values_list("opportunity_id", flat=True))
    return Known({key: {name for name, state in said.items() if state == "met"} for key, said in met.items()}, seats, fye, approved)


def confidence_of(deal: Opportunity, known: Known, slip: Slippage, book: Playbook, today: date) -> Confidence:
    """How sure one may be of a deal. No query."""
    asked, seats, said = _asked(deal, book), known.seats.get(deal.pk, []), book.committee
    buyer = said.economic_buyer
    evidence = Evidence(
        stage=deal.stage, days=max(0, (today - day_of(book, deal.process_since or deal.opened_at)).days), met=len(asked & known.met.get(deal.pk, set())),
        asked=len(asked), people=len(seats), champion=any(seat.stance in said.champion.stances for seat in seats),
        buyer=any(seat.level in buyer.levels or set(seat.roles) & set(buyer.roles) for seat in seats), pushes=slip.pushes,
    )  # fmt: skip
    return confidence(book, evidence)


def _asked(deal: Opportunity, book: Playbook) -> set[str]:
    """The exit criteria of the process stages up to where the deal stands."""
    codes = list(book.process.by_code)
    until = codes[: codes.index(deal.process) + 1] if deal.process in codes else []
    return {one.key for code in until for one in book.process.by_code[code].criteria if deal.phi_involved or not one.only_with_phi}


def flag_of(deal: Opportunity, known: Known, book: Playbook) -> BudgetFlag | None:
    """Whether it is to close before its customer's money is approved. No query; the account is there."""
    month: Any = known.fye.get(deal.pk) or deal.account.fye_month
    return budget_flag(book, fye_month=month, opened=day_of(book, deal.opened_at), close_on=deal.close_on, approved=deal.pk in known.approved)
