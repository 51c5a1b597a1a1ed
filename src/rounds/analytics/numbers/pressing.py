"""What presses: tasks by urgency × worth × band, with the reasons (ANALYTICS-37)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rounds.analytics.numbers.period import Window
from rounds.playbook import Playbook

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables

PRIORITIES = 10
"""More than there are: of two that press alike, the priority decides."""
THOUSAND = 1000 * 100
"""Cents."""


def by_pressure(t: Tables, w: Window, book: Playbook, tasks: ibis.Table) -> ibis.Table:
    """`tasks` with `x`, how much each presses, and `why`."""
    import ibis

    said = _figures(book)
    deals, leads = t.whole("deals"), t.whole("leads")
    sold = deals.filter(deals.outcome == "open").select(of_deal=deals.id, cents=deals.amount_cents)
    bands = leads.select(of_lead=leads.id, its_band=leads.band)
    tasks = tasks.left_join(sold, tasks.deal_id == sold.of_deal)
    tasks = tasks.left_join(bands, tasks.lead_id == bands.of_lead).drop("of_deal", "of_lead")
    late, soon = tasks.due_at < w.at, tasks.due_at < w.at + timedelta(days=1)
    urgency = ibis.cases((late, said.overdue), (soon, said.day), else_=1)
    cents = ibis.coalesce(tasks.cents, 0)
    band = ibis.cases(*((tasks.its_band == code, weight) for code, weight in said.bands.items()), else_=1)
    reasons = [ibis.cases((late, "overdue, "), (soon, "due today, "), else_=""), ibis.ifelse((late & (tasks.clock != "")).fill_null(False), "promised, ", ""),
               *(ibis.ifelse((tasks.its_band == code).fill_null(False), f"{code} lead, ", "") for code in said.bands),
               ibis.ifelse(cents >= THOUSAND, ibis.literal("a deal of $").concat((cents // THOUSAND).cast("string"), "k, "), "")]  # fmt: skip
    why = reasons[0].concat(*reasons[1:])
    return tasks.mutate(x=(urgency * worth(book, tasks.cents) * band * PRIORITIES - tasks["rank"]).cast("int64"), why=why).drop("cents", "its_band")


def worth(book: Playbook, cents: Any) -> Any:
    """1, and one more for each step of what a deal is worth a year, up to the most there may be."""
    import ibis

    said = _figures(book)
    return 1 + ibis.least(ibis.coalesce(cents, 0) // (100 * said.step), said.most)


def _figures(book: Playbook) -> Any:
    from rounds.playbook import default

    return book.measures.pressing or default().measures.pressing
