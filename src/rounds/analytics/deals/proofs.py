"""How demos and proofs of concept go: plain counts over the rows one sees (DEMO-08, POC-09)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from rounds.models import Demo, Poc, StageEntry
from rounds.models.flow.active import active

WON, PROPOSED = "O9", ("O7", "O8", "O9")


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of two counts, with the target where there is one; `value` None where nothing was counted."""

    title: str
    part: int
    of: int
    says: str
    target: float | None = None

    @property
    def value(self) -> float | None:
        return self.part / self.of if self.of else None


def poc_rates(rows: QuerySet[Poc]) -> dict[str, Rate]:
    """POC success rate: successful over completed, where completed means decided upon after the readout (C-25); one that
    was given up is not completed and counted beside it. By the playbook's other reading: won over completed. POC to proposal
    and POC to close are of the deals whose POC is completed. Two queries."""
    book, ended = active().playbook.poc_terms, Q(state="ended") & ~Q(result="")
    won, proposed = Q(opportunity__stage=WON), Exists(StageEntry.objects.filter(opportunity=OuterRef("opportunity"), now__in=PROPOSED))
    said = rows.aggregate(
        done=Count("pk", filter=ended), success=Count("pk", filter=ended & Q(result="success")), given_up=Count("pk", filter=Q(state="abandoned")),
        won=Count("pk", filter=ended & won), proposed=Count("pk", filter=ended & Q(proposed)), started=Count("pk", filter=Q(kickoff_on__isnull=False)),
    )  # fmt: skip
    part = said["success"] if book.success_rate.reading == "objectives" else said["won"]
    what = "objectives met" if book.success_rate.reading == "objectives" else "won"
    return {
        "success": Rate("POC success rate", part, said["done"], f"{what} of those completed", book.success_rate.target.value),
        "proposal": Rate("POC to proposal", said["proposed"], said["done"], "got a proposal", book.poc_to_proposal.value),
        "close": Rate("POC to close", said["won"], said["done"], "were won"),
        "given_up": Rate("Given up", said["given_up"], said["started"], "of those that began"),
    }


def _agreed() -> Exists:
    """That the deal of a demo has a POC that was agreed."""
    return Exists(Poc.objects.filter(opportunity=OuterRef("opportunity")).exclude(state="draft").exclude(state="abandoned", kickoff_on=None))


def demo_rates(rows: QuerySet[Demo]) -> dict[str, Rate]:
    """Demos held and missed, of those whose time came; and of the deals with a demo held, how many reached a POC that was
    agreed and how many were won. One query."""
    book = active().playbook.demos.targets
    held = Q(state="held")
    said = rows.aggregate(
        held=Count("pk", filter=held), missed=Count("pk", filter=Q(state="no_show")), deals=Count("opportunity", filter=held, distinct=True),
        won=Count("opportunity", filter=held & Q(opportunity__stage=WON), distinct=True),
        pocs=Count("opportunity", filter=held & Q(_agreed()), distinct=True),
    )  # fmt: skip
    due = said["held"] + said["missed"]
    return {
        "held": Rate("Demos held", said["held"], due, "of those whose time came"),
        "no_show": Rate("No-shows", said["missed"], due, "nobody came"),
        "poc": Rate("Demo to POC", said["pocs"], said["deals"], "of the deals that saw one", book.demo_to_poc.value),
        "close": Rate("Demo to close", said["won"], said["deals"], "of the deals that saw one", book.demo_to_close.value),
    }


BY = {"kind": "kind", "presenter": "presenter__name", "segment": "opportunity__account__segment"}


def demo_split(rows: QuerySet[Demo], by: str) -> list[dict[str, Any]]:
    """Demos held, missed and moved by type, presenter or segment, the most first; deals that reached a POC with them."""
    column = BY[by]
    found = rows.order_by().values(column).annotate(
        held=Count("pk", filter=Q(state="held")), missed=Count("pk", filter=Q(state="no_show")), moved=Count("pk", filter=Q(moved__gt=0)),
        deals=Count("opportunity", filter=Q(state="held"), distinct=True), pocs=Count("opportunity", filter=Q(state="held") & Q(_agreed()), distinct=True),
    )  # fmt: skip
    return sorted(({**row, "name": row[column] or ""} for row in found), key=lambda row: (-row["held"], row["name"]))


def names(rows: Iterable[dict[str, Any]], words: dict[str, str]) -> list[dict[str, Any]]:
    """The same rows with the words for codes."""
    return [{**row, "name": words.get(row["name"], row["name"] or "Unknown")} for row in rows]
