"""The accounts of the programme, which of them answer us and what happens with them (ANALYTICS-48, ABM-23 to ABM-25)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.rows import within
from rounds.playbook import Playbook

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables


def units_of_programme(t: Tables) -> ibis.Table:
    """Buying units with a tier."""
    units = t.accounts
    return units.filter(units.is_unit, units.tier > 0)


def engaged_units(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """(met_id): units with a two-way engagement in the period: a meeting, or an answer of theirs."""
    acts = t.whole("activities")
    answered = (acts.direction == "in") & acts.kind.isin(list(book.tasks.reminders.replies))
    acts = acts.filter(within(acts.happened_at, w), answered | acts.kind.isin(list(book.measures.acts.meetings)))
    return acts.select(met_id=unit_of(acts)).distinct()


def reached_units(t: Tables, w: Window, book: Playbook) -> ibis.Table:
    """(asked_id): units a person of ours called or wrote to in the period."""
    acts = t.whole("activities")
    acts = acts.filter(within(acts.happened_at, w), acts.human, acts.direction == "out", acts.kind.isin(list(book.measures.acts.outreach)))
    return acts.select(asked_id=unit_of(acts)).distinct()


def with_acts(t: Tables, w: Window, units: ibis.Table, kinds: Collection[str]) -> ibis.Table:
    """`units` with `x`, how many activities of these kinds there were with each or a house of it in the period; 0 where there was none."""
    acts = t.whole("activities")
    acts = acts.filter(within(acts.happened_at, w), acts.kind.isin(list(kinds))).mutate(with_id=unit_of(acts))
    many = acts.group_by("with_id").aggregate(x=acts.id.count().cast("int64"))
    both = units.left_join(many, units.id == many.with_id)
    return both.mutate(x=both.x.fill_null(0)).drop("with_id")


def acts_of_programme(t: Tables, w: Window, kinds: Collection[str]) -> ibis.Table:
    """The units of the programme with such activities in the period, and `x`, how many."""
    units = with_acts(t, w, units_of_programme(t), kinds)
    return units.filter(units.x > 0)


def unit_of(rows: ibis.Table) -> Any:
    """The buying unit a row belongs to; the account itself where it has none above it."""
    return (rows.buying_unit_id == "").ifelse(rows.account_id, rows.buying_unit_id)
