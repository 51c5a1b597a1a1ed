"""What contracts can be listed, filtered and sorted by."""

from __future__ import annotations

from rounds.models.deals.contracts import Contract
from rounds.models.flow.active import active
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import YES_NO, people

STATES = [("draft", "Draft"), ("in_review", "In review"), ("signed", "Signed, waiting"), ("executed", "Executed"), ("ended", "Ended"), ("abandoned", "Let go")]


def kinds() -> list[tuple[str, str]]:
    return [(code, kind.title) for code, kind in active().playbook.contracts.kinds.items()]


CONTRACTS: Listing = listing(
    "contract", Contract,
    (
        Field("name", "Contract", "text", sortable=True),
        Field("account", "Account", "text", "account__name", sortable=True),
        Field("kind", "Kind", "choice", choices=kinds, sortable=True),
        Field("state", "State", "choice", choices=lambda: STATES, sortable=True),
        Field("value", "Value", "money", "amount_cents", sortable=True),
        Field("expires", "Ends", "date", "expires_on", sortable=True),
        Field("executed", "Executed", "date", "executed_on", sortable=True),
        Field("renews", "Renews", "bool", choices=YES_NO),
        Field("owner", "Owner", "person", choices=people),
        Field("added", "Added", "when", "at", sortable=True),
    ),
    opens_with=("-added",), fetch=("owner", "account", "opportunity"), defaults=("account", "kind", "state", "settled", "expires", "owner"),
)  # fmt: skip
