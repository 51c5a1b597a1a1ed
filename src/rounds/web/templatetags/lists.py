"""Tags of lists: sorting, addresses that keep the filters, chips and the filter builder's fields.

Filters, sorts and pages are the one grammar of `rounds.models.listing`; what stands here only shows it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import QueryDict
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from rounds.models.listing.fields import SAYS, Field, Listing
from rounds.models.listing.grammar import Condition, Query

PLACE = ("after", "before", "page")  # where one stands in the pages: senseless once the rows change


def sorting(key: str, sort: str | Sequence[str]) -> dict[str, str]:
    """How a column head stands and what a click asks for: {"now": "ascending" | "descending" | "", "next": …}.

    `sort` is the list's present order: names, a minus for descending, as text parted by commas or as a sequence.
    """
    keys = sort.split(",") if isinstance(sort, str) else list(sort or [])
    first = keys[0] if keys else ""
    if first == key:
        return {"now": "ascending", "next": f"-{key}"}
    if first == f"-{key}":
        return {"now": "descending", "next": key}
    return {"now": "", "next": key}


def list_url(context: Context, **changes: object) -> str:
    """This page's address with `changes` to its query; None takes a parameter out."""
    request = context.get("request")
    query: QueryDict = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return "?" + query.urlencode(safe=".,")


def kept_params(context: Context, *dropped: str) -> SafeString:
    """Hidden fields for every parameter of this page that a GET form must keep: all but `dropped` and the place."""
    request = context.get("request")
    pairs = request.GET.lists() if request else []
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        ((name, value) for name, values in pairs if name not in dropped + PLACE for value in values),
    )


def _without(query: Query, gone: Condition) -> str:
    """The address of the same list without one condition; a group that becomes empty goes with it."""
    left = [tuple(c for c in group if c is not gone) for group in query.groups]
    groups = [group for group in left if group]
    every, others = (groups[0], tuple(groups[1:])) if groups else ((), ())
    # "f=" says "no filter": an address without any query opens the viewer's default view instead.
    return "?" + (query.query_string(every=every, others=others, after=None) or "f=")


def chips(query: Query) -> list[dict[str, str]]:
    """The conditions of `query` as sentences, each with the address of the list without it; groups joined by "or"."""
    found = []
    for place, group in enumerate(query.groups):
        for number, condition in enumerate(group):
            found.append(
                {
                    "field": condition.field.label,
                    "op": "" if condition.op == "is" else condition.says_op,
                    "value": condition.says_values.strip() if condition.values else "",
                    "remove": _without(query, condition),
                    "join": "or" if place and not number else "",
                }
            )
    return found


def _field(field: Field) -> dict:
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind,
        "ops": [(op, SAYS.get(op, op)) for op in field.operators],
        "choices": [(str(value), label) for value, label in (field.choices() if field.choices else ())],
    }


def builder_data(query: Query) -> dict:
    """What the filter builder needs: the list's fields, and the conditions as they stand."""
    listing: Listing = query.listing
    return {
        "fields": [_field(field) for field in listing.fields.values() if field.filterable],
        "groups": [[{"field": c.field.name, "op": c.op, "values": c.values} for c in group] for group in query.groups],
    }


def control(field) -> SafeString:
    """A bound Django field as our control: class by widget, aria for help and errors, nothing typed is lost."""
    widget = field.field.widget
    attrs = {"class": "check" if getattr(widget, "input_type", "") == "checkbox" else "field"}
    said = [f"{field.id_for_label}-error"] if field.errors else []
    if field.help_text:
        said.append(f"{field.id_for_label}-help")
    if said:
        attrs["aria-describedby"] = " ".join(said)
    if field.errors:
        attrs["aria-invalid"] = "true"
    return format_html("{}", field.as_widget(attrs=attrs))
