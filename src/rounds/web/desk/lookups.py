"""A field that points at another record: found by its name while one types, kept as the record's id, shown as its name."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import need_to_read
from rounds.access.scope import visible
from rounds.models import Account, Contact, Lead
from rounds.models.search import search
from rounds.playbook.shapes.words import OwnField
from rounds.rules.own_fields import FieldRefused
from rounds.web.doors import page

NOUNS = {"account": Account, "contact": Contact, "lead": Lead}
"""What is found by name; a field that points at a colleague takes their id."""
MOST = 12
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def points(field: OwnField) -> bool:
    """Whether a field points at a record that is found by its name."""
    return field.kind == "lookup" and (field.of or "account") in NOUNS


@require_GET
@page
def suggest(request: HttpRequest, noun: str) -> HttpResponse:
    """What the words typed so far may mean, as options: names, with what tells two of one name apart."""
    if noun not in NOUNS:
        raise Http404
    need_to_read(request.user, noun)
    said = next((value.strip() for name, value in request.GET.items() if name == "value" or name.startswith("custom.")), "")
    ids = [hit.id for hit in search(said, kinds=(noun,), most=MOST)] if len(said) > 1 else []
    rows = visible(NOUNS[noun], request.scope).in_bulk(ids)
    return render(request, "desk/lookup_options.html", {"rows": [(rows[key], place_of(rows[key])) for key in ids if key in rows]})


def place_of(row: Account | Contact | Lead) -> str:
    """What tells it from another of its name."""
    parts = (row.city, row.state) if isinstance(row, Account) else (row.title, getattr(row, "organization", ""))
    return ", ".join(part for part in parts if part)


def name_of(request: HttpRequest, field: OwnField, value: str) -> str:
    """The name of the record a kept value points at; one that is not seen says so."""
    if not value:
        return ""
    row = visible(NOUNS[field.of or "account"], request.scope).filter(pk=value).only("name").first()
    return row.name if row is not None else "A record you do not see"


def key_of(request: HttpRequest, field: OwnField, said: str, before: str = "") -> str:
    """The id of the record that was typed: by its name, its address, or its id. Raises FieldRefused (422)."""
    said = said.strip()
    if not said or said == before:
        return said
    rows, place = visible(NOUNS[field.of or "account"], request.scope), f"custom.{field.field}"
    if found := KEY.search(said.lower()):
        key = UUID(found[0])
        if not rows.filter(pk=key).exists():
            raise FieldRefused(f"{field.title}: there is no such {field.of}.", field=place)
        return str(key)
    ids = list(rows.filter(name__iexact=said).values_list("id", flat=True)[:2])
    if len(ids) == 2:
        raise FieldRefused(f"{field.title}: several {field.of}s are called “{said[:60]}”; open the one you mean and paste its address.", field=place)
    if not ids:
        raise FieldRefused(f"{field.title}: no {field.of} you see is called “{said[:60]}”; choose one of the list.", field=place)
    return str(ids[0])
