"""The list of proofs of concept: its columns and the views everybody has."""

from __future__ import annotations

from collections.abc import Sequence

from rounds.access.scope import visible
from rounds.models import Poc
from rounds.models.deals.poc_standing import stand
from rounds.models.deals.proof_listing import POCS
from rounds.web.deals.poc_words import STATES, result_of
from rounds.web.deals.proof_figures import figure
from rounds.web.lists import Column, Shipped, Table, register


def gather(rows: Sequence[Poc]) -> None:
    """How far the criteria of many are, for a file: in as many queries as for one."""
    found = stand(rows)
    for poc in rows:
        poc.standing = found[poc.pk]  # type: ignore[attr-defined]


def read_of(poc: Poc) -> str:
    """The last reading of each criterion."""
    return "; ".join(f"{one.criterion.name}: {figure(one.criterion, one.last.value)}" for one in poc.standing.measured if one.last)  # type: ignore[attr-defined]


TABLE = register(Table(
    listing=POCS,
    url="/pocs/",
    noun="proof of concept,proofs of concept",
    rows=lambda request: visible(Poc, request.scope),
    gather=gather,
    columns=(
        Column("name", "POC", lambda row: row.name, sort="name", css=""),
        Column("account", "Account", lambda row: row.opportunity.account.name, sort="account"),
        Column("deal", "Deal", lambda row: row.opportunity.name, sort="deal"),
        Column("state", "State", lambda row: STATES[row.state][0], sort="state", css="max-sm:text-right"),
        Column("result", "Result", lambda row: result_of(row)[0] if row.result or not row.is_open else ""),
        Column("criteria", "Criteria met", lambda row: row.standing.met_words),
        Column("readings", "Readings", read_of),
        Column("data", "Patient data", lambda row: "In use" if row.data_since and row.is_open else ""),
        Column("kickoff", "Kickoff", lambda row: row.kickoff_on, sort="kickoff"),
        Column("ends", "Ends", lambda row: row.ended_on or row.ends_on, sort="ends", align="r"),
        Column("decision", "Decision due", lambda row: row.decision_due_on, sort="decision"),
        Column("lead", "Led by", lambda row: row.lead.name if row.lead else ""),
        Column("territory", "Territory", lambda row: row.opportunity.territory, sort="territory"),
        Column("owner", "Owner", lambda row: row.opportunity.owner.name if row.opportunity.owner else ""),
        Column("opened", "Opened", lambda row: row.at, sort="opened"),
    ),
    shipped=(
        Shipped("open", "Open", "f=state.is.draft,agreed,running,readout&sort=ends", star=True),
        Shipped("needs", "Need somebody", "f=needs.known&sort=ends"),
        Shipped("mine", "I lead", "f=lead.is.me&f=state.is.draft,agreed,running,readout&sort=ends"),
        Shipped("readout", "Decision due", "f=state.is.readout&sort=decision"),
        Shipped("over", "Over", "f=state.is.ended,abandoned&sort=-ends"),
        Shipped("all", "All", ""),
    ),
))  # fmt: skip
