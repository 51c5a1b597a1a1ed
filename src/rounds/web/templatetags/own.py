"""The company's own fields on pages: on a record, in a form, in a row of a list."""

from __future__ import annotations

from typing import Any

from django import template

from rounds.access import own_fields
from rounds.access.allowed import may_change
from rounds.rules import own_fields as rules
from rounds.web.desk.own_cells import cell_of

register = template.Library()


@register.inclusion_tag("desk/own_fields.html", takes_context=True)
def own_record(context: Any, record: Any) -> dict[str, Any]:
    """The own fields of a record, edited where they stand."""
    request, noun = context["request"], record._meta.model_name
    found = own_fields.shown(request.user, noun)
    return {"cells": [cell_of(request, record, one) for one in found.values()], "writable": bool(found) and may_change(request.user, record)}


@register.inclusion_tag("desk/own_inputs.html", takes_context=True)
def own_inputs(context: Any, noun: str) -> dict[str, Any]:
    """The own fields of a noun as inputs of a form that adds one."""
    request = context["request"]
    return {"fields": [{"one": one, "name": f"custom.{code}", "value": request.POST.get(f"custom.{code}", "")}
                       for code, one in own_fields.shown(request.user, noun).items()]}  # fmt: skip


@register.inclusion_tag("desk/own_cells.html")
def own_cells(row: Any, columns: Any) -> dict[str, Any]:
    """The cells of a row under the own columns of its list."""
    return {"cells": [{"value": column.value(row), "column": column} for column in columns if column.own], "rules": rules}
