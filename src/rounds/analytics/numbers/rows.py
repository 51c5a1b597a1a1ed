"""Words definitions are written with: when something lay, how long it took, which stages a deal had reached."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rounds.analytics.numbers.period import Window
from rounds.playbook import Playbook
from rounds.rules.pipeline.planner import DAYS, weeks_of

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables

DIMS = ("segment", "territory", "tier", "owner_id", "team_id", "stage", "source", "kind")
OF_CUSTOMER = ("segment", "territory", "tier", "owner_id", "team_id")
ADVANCES = ("forward", "skipped", "won")
"""Ways into a stage that are progress."""


def within(column: Any, w: Window) -> Any:
    """Whether a moment lies in the period."""
    return (column >= w.start) & (column < w.end)


def on_days(column: Any, w: Window) -> Any:
    """Whether a day lies in the period."""
    return (column >= w.period.starts) & (column <= w.period.ends)


def open_and_closing(w: Window) -> Any:
    """The condition of deals that are open and are to close in the period."""
    return lambda deals: (deals.outcome == "open") & on_days(deals.close_on, w)


def one_if(condition: Any) -> Any:
    """1 where a condition holds, 0 where it does not or is not known."""
    return condition.fill_null(False).ifelse(1, 0).cast("int64")


def seconds(start: Any, end: Any) -> Any:
    """Whole seconds from one moment to another, the same in every database."""
    return (end.truncate("s").epoch_seconds() - start.truncate("s").epoch_seconds()).cast("int64")


def days_between(first: Any, last: Any) -> Any:
    """Whole days from one day to another, in seconds, as what is measured in days is summed."""
    from rounds.analytics.numbers.definition import DAY

    return (last.delta(first, unit="day") * DAY).cast("int64")


def open_deals(t: Tables) -> ibis.Table:
    """Deals that are open."""
    return t.deals.filter(t.deals.outcome == "open")


def on_committee(t: Tables) -> ibis.Table:
    """Who is on the committee of a deal still, deal by deal."""
    people = t.whole("deal_people")
    return people.filter(people.ended_at.isnull())


def closed_deals(t: Tables, w: Window) -> ibis.Table:
    """Deals that were won or lost in the period."""
    deals = t.deals
    return deals.filter(deals.outcome != "open", within(deals.closed_at, w))


def won_deals(t: Tables, w: Window) -> ibis.Table:
    """Deals that were won in the period."""
    closed = closed_deals(t, w)
    return closed.filter(closed.outcome == "won")


def stages_from(book: Playbook, stage: str) -> tuple[str, ...]:
    """`stage` and the open stages after it, and the one a won deal stands in."""
    codes = book.stages.open
    return (*codes[codes.index(stage):], book.stages.ending("won"))


def reached(t: Tables, stages: Collection[str]) -> ibis.Table:
    """(deal_id, reached_at): when each deal first entered one of `stages`."""
    entries = t.whole("stage_changes")
    entries = entries.filter(entries.now.isin(list(stages)))
    return entries.group_by("deal_id").aggregate(reached_at=entries.entered_at.min())


def that_reached(t: Tables, deals: ibis.Table, stages: Collection[str]) -> ibis.Table:
    """Of `deals` those that ever entered one of `stages`."""
    there = reached(t, stages)
    return deals.semi_join(there, deals.id == there.deal_id)


def marked(t: Tables, deals: ibis.Table, name: str, stages: Collection[str]) -> ibis.Table:
    """`deals` with a column `name`: 1 where the deal ever entered one of `stages`."""
    there = reached(t, stages).rename(there_id="deal_id", **{f"{name}_at": "reached_at"})
    joined = deals.left_join(there, deals.id == there.there_id)
    return joined.mutate(**{name: one_if(joined.there_id.notnull())}).drop("there_id")


def of_deals(t: Tables, rows: ibis.Table, keep: Collection[str] = ()) -> ibis.Table:
    """Rows that name a `deal_id`, with `id` and the dimensions of their deal; columns of `keep` stay the rows' own."""
    return _with(t, rows, "deals", "deal_id", [name for name in DIMS if name not in keep], deal=True)


def of_customers(t: Tables, rows: ibis.Table) -> ibis.Table:
    """Rows that name a `customer_id`, with the dimensions of their customer."""
    return _with(t, rows, "customers", "customer_id", list(OF_CUSTOMER))


def _with(t: Tables, rows: ibis.Table, table: str, key: str, columns: list[str], *, deal: bool = False) -> ibis.Table:
    above = t.whole(table)
    above = above.select(above_id=above.id, **{name: above[name] for name in columns})
    joined = rows.inner_join(above, rows[key] == above.above_id)
    return joined.mutate(id=joined.above_id).drop("above_id") if deal else joined.drop("above_id")


def longest_seconds(book: Playbook, column: Any) -> Any:
    """The longest a stage usually takes (pipeline/process.yaml), in seconds, by its code."""
    import ibis

    found = [(column == code, ibis.literal(weeks_of(book, code).high * DAYS * 86_400, "int64")) for code in book.stages.open]
    return ibis.cases(*found)


def ago(w: Window, days: int) -> Any:
    """The moment `days` before the last one that counts."""
    return w.at - timedelta(days=days)


def stage_of(book: Playbook, event: str) -> str:
    """The stage an event leads to: the one of `demo.completed`, of `poc.agreed`, of `proposal.delivered`."""
    return next(entry.stage for entry in book.stages.stages if event in entry.trigger)
