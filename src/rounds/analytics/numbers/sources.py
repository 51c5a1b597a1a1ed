"""The tables a definition reads, as Ibis sees them: narrowed by a Scope, by the reader's filters, and to a day.

One `Tables` is made for one run. `t.deals` is the deals within the filters; `t.whole("deals")` those of everybody one
sees, for what is only looked up. What a run has read stands in `used`, so that no database fetches more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rounds.access.renderings import as_ibis
from rounds.analytics.metrics.tables import BY_NAME, Table
from rounds.analytics.numbers.definition import DIMENSIONS
from rounds.kit.scope import Scope

if TYPE_CHECKING:
    import ibis

Filters = tuple[tuple[str, tuple[str, ...]], ...]
"""(dimension, values) in order: a row counts where each dimension has one of its values."""


class Tables:
    """The tables of one run. `as_of`: the records as they stood at the end of that day, `until` that moment in UTC.

    `scope` narrows in the expression itself; None where the database narrows already (analytics/numbers/live.py).
    """

    def __init__(self, filters: Filters = (), *, as_of: date | None = None, until: datetime | None = None, scope: Scope | None = None) -> None:
        self.filters, self.as_of, self.until, self.scope = filters, as_of, until, scope
        self.used: set[str] = set()

    def __getattr__(self, name: str) -> ibis.Table:
        if name not in BY_NAME:
            raise AttributeError(name)
        return self._filtered(BY_NAME[name])

    def whole(self, name: str) -> ibis.Table:
        """A table without the reader's filters: what one looks up in it belongs to rows that were filtered already."""
        return self._seen(BY_NAME[name])

    def stood(self, day: date, few: Callable[[ibis.Table], Any] | None = None) -> ibis.Table:
        """The deals within the filters as they stood at the end of `day`: no rows where nothing was kept by then. `few`: a condition on
        them that only some meet, so that those are looked for instead of all."""
        return self._narrow(self._stood(day, few), BY_NAME["deals"])

    def _bare(self, name: str) -> ibis.Table:
        import ibis

        self.used.add(name)
        return ibis.table(BY_NAME[name].columns, name=name)

    def _seen(self, table: Table) -> ibis.Table:
        if table.name == "deals" and self.as_of is not None:
            return self._stood(self.as_of)
        rows = self._bare(table.name)
        if self.until is not None and table.known:
            rows = rows.filter(rows[table.known] < self.until)
        if self.scope is None:
            return rows
        if table.own_sight:
            return as_ibis(self.scope, rows, table.noun)
        if table.parent and not self.scope.sees_all(BY_NAME[table.parent].noun):
            seen = as_ibis(self.scope, self._bare(table.parent), BY_NAME[table.parent].noun)
            return rows.semi_join(seen, rows[table.key] == seen.id)
        return rows

    def _stood(self, day: date, few: Callable[[ibis.Table], Any] | None = None) -> ibis.Table:
        """The last row of each deal up to `day`. Which that is, is asked of (id, day) alone, so that no database sorts whole rows: of few
        rows whether a later one follows, which an index tells; of all, the last day of each deal."""
        kept, days = self._seen(BY_NAME["snapshots"]), self._seen(BY_NAME["snapshots"]).select("id", "day")
        kept, days = kept.filter(kept.day <= day), days.filter(days.day <= day)
        if few is not None:
            kept = kept.filter(few(kept))
            return kept.anti_join(days, [kept.id == days.id, days.day > kept.day]).drop("day")
        last = days.group_by(last_id=days.id).aggregate(last_day=days.day.max())
        return kept.inner_join(last, [kept.id == last.last_id, kept.day == last.last_day]).drop("last_id", "last_day", "day")

    def _filtered(self, table: Table) -> ibis.Table:
        rows = self._seen(table)
        if not self.filters:
            return rows
        if table.own_sight:
            return self._narrow(rows, table)
        if table.parent:
            above = self._filtered(BY_NAME[table.parent])
            return rows.semi_join(above, rows[table.key] == above.id)
        return rows

    def _narrow(self, rows: ibis.Table, table: Table) -> ibis.Table:
        """Only the rows whose dimensions have the values asked for; none, where the table does not have a dimension."""
        import ibis

        for name, values in self.filters:
            column = COLUMNS.get(table.name, {}).get(name, DIMENSIONS[name])
            if name == "product" and table.name in ("deals", "snapshots"):
                sold = self._seen(BY_NAME["deal_products"])
                sold = sold.filter(sold["product"].isin(values))
                rows = rows.semi_join(sold, rows.id == sold.deal_id)
            elif name in OF_ITS_LEAD and table.name in ("deals", "snapshots"):
                leads = self._seen(BY_NAME["leads"])
                of = leads.filter(leads[column].isin(values)).select(**{f"{name}_of": leads.id})  # a name of its own: both filters may be asked
                rows = rows.semi_join(of, rows.lead_id == of[f"{name}_of"])
            elif column not in table.columns:
                rows = rows.filter(ibis.literal(False))
            elif table.columns[column] == "int64":
                rows = rows.filter(rows[column].isin([int(value) for value in values]))
            else:
                rows = rows.filter(rows[column].isin(values))
        return rows


OF_ITS_LEAD = ("band", "playbook")
"""Dimensions a deal has by the lead it came from."""
COLUMNS: Mapping[str, dict[str, Any]] = {"activities": {"owner": "by_id"}, "meetings": {"owner": "host_id"}, "mails": {"owner": "by_id"}, "enrolments": {"owner": "sender_id"}}
"""Table → dimension → its column, where it is another: an activity is of whoever did it, not of whose lead it was; so are meetings and mails."""
