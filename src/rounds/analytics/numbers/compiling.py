"""A metric as SQL: every period of a trend, as it is and as it was told, in one statement of one database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rounds.analytics.numbers import keeping, templates
from rounds.analytics.numbers.definition import DIMENSIONS, Metric
from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.pruning import Columns, every, pruned
from rounds.analytics.numbers.sources import Filters, Tables
from rounds.analytics.numbers.templates import Template
from rounds.kit.scope import Scope
from rounds.playbook import Playbook

if TYPE_CHECKING:
    import ibis

COLUMNS = ("cell", "part", "n", "top", "base", "x", "known", "middle", "ninth")
"""What every statement answers: the cell's place, the value of the dimension, and the sums the number is made of."""

HELD = "deals read once"
"""The deals as statements read them that do nothing but go through them."""
MOST = 5000
"""Templates of one process."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled expression, and the tables it reads with those of their columns."""

    sql: str
    used: Columns


def statement(metric: Metric, windows: Sequence[Window], by: str, filters: Filters, book: Playbook, dialect: str, scope: Scope | None, holds: bool = False) -> Statement:
    """The sums of every window as one statement of COLUMNS; each is compiled once and kept, so that a trend costs what is new of it."""
    return joined([compiled(metric, window, by, filters, book, dialect, scope) for window in windows], holds)


def joined(made: Sequence[Statement], holds: bool = False) -> Statement:
    """Several statements as one, told apart by their place. Where the engine `holds` the deals, those that only go through the deals go through them once
    (HELD); those that join them with something find them by their index."""
    columns = ", ".join(f"c.{name}" for name in COLUMNS[1:])  # bare: each engine quotes names its own way
    if holds:
        made = [_held(one) for one in made]
    sql = " UNION ALL ".join(f"SELECT {place} AS cell, {columns} FROM ({one.sql}) c" for place, one in enumerate(made))
    used: Columns = {}
    for one in made:
        used |= {name: used.get(name, frozenset()) | columns for name, columns in one.used.items()}
    return Statement(sql, used)


def _held(one: Statement) -> Statement:
    if "deals" not in one.used or " JOIN " in one.sql or "EXISTS(" in one.sql:
        return one
    return Statement(one.sql.replace('"deals"', f'"{HELD}"'), {HELD if name == "deals" else name: columns for name, columns in one.used.items()})


def expression(metric: Metric, window: Window, by: str, filters: Filters, book: Playbook, scope: Scope | None) -> tuple[Any, frozenset[str]]:
    """The sums of one window as an Ibis table of COLUMNS (without the cell), and the tables it reads."""
    rows, used = _rows(metric, window, filters, book, scope, templates.until(window.as_of, book))
    return _summed(metric, rows, by), frozenset(used)


def _rows(metric: Metric, window: Window, filters: Filters, book: Playbook, scope: Scope | None, until: datetime | None) -> tuple[ibis.Table, set[str]]:
    tables = Tables(filters, as_of=window.as_of, until=until, scope=scope)
    return metric.rows(tables, window, book), tables.used


def _summed(metric: Metric, rows: ibis.Table, by: str) -> ibis.Table:
    """The rows of one window as sums, by the values of a dimension where one is asked for."""
    import ibis

    whole, real = ibis.null("int64"), ibis.null("float64")
    made: dict[str, Any] = {"n": _counted(metric, rows), "top": whole, "base": whole, "x": whole, "known": whole, "middle": real, "ninth": real}
    if metric.how in ("share", "ratio"):
        made["top"] = rows.top.sum().cast("int64")
    if metric.how == "ratio":
        made["base"] = rows.base.sum().cast("int64")
    if metric.how in ("sum", "mean", "median"):
        made |= {"x": rows.x.sum().cast("int64"), "known": rows.x.count().cast("int64")}
    if metric.how == "median":
        made |= {"middle": rows.x.cast("float64").median(), "ninth": rows.x.cast("float64").quantile(0.9)}
    if by:
        part = rows[DIMENSIONS[by]].cast("string").fill_null("")
        summed = rows.group_by(part=part).aggregate(**made)
    else:
        summed = rows.aggregate(**made).mutate(part=ibis.literal(""))
    return summed.select(*COLUMNS[1:])


def _counted(metric: Metric, rows: ibis.Table) -> Any:
    if metric.how == "ratio" and "counts" in rows.columns:
        return rows.counts.ifelse(1, 0).sum().cast("int64")
    return rows.count().cast("int64")


@lru_cache(maxsize=4096)
def compiled(metric: Metric, window: Window, by: str, filters: Filters, book: Playbook, dialect: str, scope: Scope | None) -> Statement:
    """The statement of `expression`: written once for its shape, and filled in for this window and these filters."""

    def expressed(window: Window, filters: Filters, until: datetime | None) -> tuple[Any, set[str]]:
        rows, used = _rows(metric, window, filters, book, scope, until)
        return _summed(metric, rows, by), used

    return _filled(("sums", metric.name, by), expressed, window, filters, book, dialect, scope)


@lru_cache(maxsize=256)
def compiled_rows(metric: Metric, window: Window, filters: Filters, book: Playbook, dialect: str, scope: Scope | None, part: tuple[str, str], size: int | None) -> Statement:
    """The statement of the rows behind one number: (id, top, base, x, why), what weighs most first."""
    values = (*filters, ("part", (part[1],)))

    def expressed(window: Window, values: Filters, until: datetime | None) -> tuple[Any, set[str]]:
        rows, used = _rows(metric, window, values[:-1], book, scope, until)
        return _listed(metric, rows, (part[0], values[-1][1][0]), size), used

    return _filled(("rows", metric.name, part[0], size), expressed, window, values, book, dialect, scope)


def _listed(metric: Metric, rows: ibis.Table, part: tuple[str, str], size: int | None) -> ibis.Table:
    import ibis

    if part[0]:
        rows = rows.filter(rows[DIMENSIONS[part[0]]].cast("string").fill_null("") == part[1])
    if metric.private:
        rows = rows.select("id").distinct()
    said = {name: (rows[name] if name in rows.columns else ibis.null("int64")).cast("int64") for name in ("top", "base", "x")}
    why = rows["why"] if "why" in rows.columns else ibis.literal("")
    listed = rows.select(id=rows.id, **said, why=why)
    listed = listed.order_by([listed.x.desc(nulls_first=False), listed.top.desc(nulls_first=False), listed.id])
    return listed.limit(size) if size else listed


Expressed = Callable[[Window, Filters, datetime | None], tuple[Any, set[str]]]
_templates: dict[tuple[Any, ...], Template | None] = {}
"""What was compiled in this process; None where a statement has to be written for each window."""


def _filled(what: tuple[Any, ...], expressed: Expressed, window: Window, filters: Filters, book: Playbook, dialect: str, scope: Scope | None) -> Statement:
    key = (what, templates.shape(window, filters), book.hash, dialect, scope)
    if key not in _templates:
        if len(_templates) >= MOST:
            _templates.clear()
        _templates[key] = _template(key, expressed, window, filters, dialect)
    held = _templates[key]
    if held is None:
        made, used = expressed(window, filters, templates.until(window.as_of, book))
        return Statement(_sql(made, dialect), every(used))
    return Statement(held.filled(window, filters, book, dialect), held.used)


def _template(key: tuple[Any, ...], expressed: Expressed, window: Window, filters: Filters, dialect: str) -> Template | None:
    """The template of a shape: as it is kept on disk (of those who see all), else compiled and kept there."""
    if dialect not in templates.DIALECTS:
        return None
    *shape, scope = key
    name = None if scope is not None and not scope.everything else repr((*shape, scope))
    found = keeping.read(name) if name else None
    if found is not None:
        return found
    made, _ = expressed(*templates.stand_in(window, filters))
    try:
        cut = templates.cut(*pruned(_sql(made, dialect), dialect))
    except templates.NoPlace:
        return None
    if name:
        keeping.keep(name, cut)
    return cut


def _sql(made: Any, dialect: str) -> str:
    import ibis

    return str(ibis.to_sql(made, dialect=dialect))
