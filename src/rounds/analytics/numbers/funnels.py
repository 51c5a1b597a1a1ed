"""The steps of the funnel (ANALYTICS-51) and the state of a record behind each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.rows import stage_of, stages_from, that_reached, within
from rounds.playbook import Playbook

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables

COLUMNS = ("id", "segment", "territory", "tier", "owner_id", "team_id")


def steps(t: Tables, w: Window, book: Playbook) -> dict[str, ibis.Table]:
    """Step → the leads created in the period that reached it: (id, and what one breaks down by)."""
    leads, deals, customers = t.leads, t.whole("deals"), t.whole("customers")
    leads = leads.filter(within(leads.captured_at, w))
    deals = deals.filter(deals.lead_id != "")
    tried = that_reached(t, deals, stages_from(book, stage_of(book, "poc.agreed")))
    won = deals.filter(deals.outcome == "won")
    ripe = customers.filter(customers.phase != "churned", customers.since <= w.day - timedelta(days=book.measures.active_days.value))
    kept = won.semi_join(ripe, won.account_id == ripe.account_id)
    wider = _expanded(t)
    grew = kept.semi_join(wider, kept.account_id == wider.account_id)
    found = {"awareness": leads, "interest": leads.filter(leads.band.isin(["hot", "warm"]))}
    for step, rows in (("consideration", deals), ("intent", tried), ("purchase", won), ("retention", kept), ("expansion", grew)):
        found[step] = leads.semi_join(rows, leads.id == rows.lead_id)
    return {step: rows.select(*COLUMNS) for step, rows in found.items()}


def _expanded(t: Tables) -> ibis.Table:
    """(account_id): accounts with a deal of kind expansion."""
    deals = t.whole("deals")
    return deals.filter(deals.kind == "expansion").select("account_id").distinct()
