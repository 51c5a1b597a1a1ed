"""Tags of lists: sorting, addresses that keep the filters, and the filter builder's fields and operators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import QueryDict
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

# What may be asked of a field, by its kind; the words make a filter read as a sentence.
OPERATORS: dict[str, list[tuple[str, str]]] = {
    "text": [("contains", "contains"), ("is", "is"), ("is_not", "is not"), ("begins", "begins with")],
    "number": [("at_least", "at least"), ("at_most", "at most"), ("is", "is"), ("known", "is known")],
    "choice": [("is", "is"), ("is_not", "is not"), ("known", "is known"), ("unknown", "is unknown")],
    "date": [("after", "after"), ("before", "before"), ("within", "within days")],
    "flag": [("is", "is")],
}


def sorting(key: str, sort: str) -> dict[str, str]:
    """How a column head stands and what a click asks for: {"now": "ascending" | "descending" | "", "next": …}.

    `sort` is the list's present order, its columns parted by commas, a minus for descending ("-beds,name").
    """
    first = (sort or "").split(",")[0]
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
    return "?" + query.urlencode()


def kept_params(context: Context, *dropped: str) -> SafeString:
    """Hidden fields for every parameter of this page that a GET form must keep; those with a dropped prefix go,
    and so does the place within the pages, which a new filter makes senseless."""
    request = context.get("request")
    pairs = request.GET.lists() if request else []
    gone = (*dropped, "after", "before", "page")
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        ((name, value) for name, values in pairs if not name.startswith(gone) for value in values),
    )


def _field(fields: Iterable[Mapping], key: str | None) -> Mapping:
    given = list(fields)
    return next((f for f in given if f["key"] == key), given[0] if given else {"key": "", "kind": "text"})


def filter_ops(fields: Iterable[Mapping], key: str | None) -> list[tuple[str, str]]:
    """Operators of a field: its own `ops`, else those of its kind."""
    field = _field(fields, key)
    return list(field.get("ops") or OPERATORS[field.get("kind", "text")])


def filter_choices(fields: Iterable[Mapping], key: str | None) -> list[tuple[str, str]]:
    """The values a field can have, when they can be listed."""
    field = _field(fields, key)
    if field.get("kind") == "flag":
        return [("yes", "yes"), ("no", "no")]
    return list(field.get("choices") or [])


def filter_data(fields: Iterable[Mapping]) -> dict[str, dict]:
    """What the script needs to change operator and value when another field is picked."""
    given = list(fields)
    return {
        f["key"]: {"ops": filter_ops(given, f["key"]), "choices": filter_choices(given, f["key"]), "kind": f["kind"]}
        for f in given
    }


def filter_groups(groups: list[list[Mapping]] | None) -> list[list[Mapping]]:
    """The groups as they stand, or one empty condition to begin with."""
    return groups or [[{"field": "", "op": "", "value": ""}]]


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
