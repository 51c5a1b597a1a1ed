"""The company's own fields in a list: columns at its end, filters and sorts, for whoever is shown them (PLUS-22)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rounds.access import own_fields
from rounds.models.listing import own
from rounds.playbook.shapes.words import OwnField
from rounds.rules import own_fields as rules

if TYPE_CHECKING:
    from rounds.web.lists import Table


def with_own(table: Table, user: Any) -> Table:
    """`table` with the own fields of its noun that `user` is shown; itself where it has them, or there are none."""
    from rounds.web.lists import Column

    shown = own_fields.shown(user, table.object)
    if not shown or any(column.own for column in table.columns):
        return table
    more = tuple(
        Column(f"{own.BEFORE}{code}", one.title, _value(code, one), sort=f"{own.BEFORE}{code}" if one.kind != "lookup" else "",
               align="r" if one.kind in ("number", "money") else "", own=code)
        for code, one in shown.items()
    )  # fmt: skip
    return replace(table, columns=(*table.columns, *more), listing=own.with_own(table.listing, shown))


def _value(code: str, one: OwnField) -> Callable[[Any], Any]:
    if one.kind == "lookup":  # its name is another record's, which a list of thousands does not read
        return lambda row: "Linked" if row.custom.get(code) else ""
    return lambda row: rules.shown(one, row.custom.get(code))
