"""One of the company's own fields of a record, edited where it stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from rounds.access import own_fields
from rounds.access.allowed import need_to_write
from rounds.actions.desk.own_fields import set_own
from rounds.kit.clock import now
from rounds.models import Account, Contact, Event, Lead
from rounds.models.flow.active import active
from rounds.playbook.shapes.words import OwnField
from rounds.rules import own_fields as rules
from rounds.web.desk import cells, lookups
from rounds.web.doors import noted, one, page

NOUNS = {"account": Account, "contact": Contact, "lead": Lead}
TYPES = {"date": "date", "number": "text", "money": "text"}


@require_http_methods(["GET", "POST"])
@page
def cell(request: HttpRequest, noun: str, key: UUID, code: str) -> HttpResponse:
    """One own field: its input, its save, 409 when somebody else was quicker."""
    if noun not in NOUNS:
        raise Http404
    record = one(request, NOUNS[noun], key, to="read")
    need_to_write(request.user, record)
    own_fields.need_to_be_shown_own(request.user, noun, [code])
    field = own_fields.shown(request.user, noun).get(code)
    if field is None:
        raise Http404
    if request.method == "GET":
        noted(request, f"{noun}.read", noun, record.pk, part=f"custom.{code}")
    return cells.answer(request, cell_of(request, record, field))


def given(request: HttpRequest, noun: str) -> dict[str, Any]:
    """The own fields a form of `noun` says, checked. Raises FieldRefused, NotAllowed."""
    said = {name.removeprefix("custom."): value for name, value in request.POST.items() if name.startswith("custom.") and value.strip()}
    own_fields.need_to_be_shown_own(request.user, noun, said)
    known = rules.own(active().playbook, noun)
    said = {code: lookups.key_of(request, known[code], value) if code in known and lookups.points(known[code]) else value for code, value in said.items()}
    rules.checked(active().playbook, noun, said)
    return said


def cell_of(request: HttpRequest, record: Any, field: OwnField) -> cells.Cell:
    """The cell of one own field."""
    noun, value = record._meta.model_name, str(rules.shown(field, record.custom.get(field.field)))

    pointing = lookups.points(field)
    named = lookups.name_of(request, field, value) if pointing else ""

    def save(said: str) -> cells.Cell:
        said = lookups.key_of(request, field, said, before=value) if pointing else said
        return cell_of(request, set_own(record, {field.field: said}, by=request.user.actor, at=now()), field)

    def who() -> tuple[str, Any]:
        said = {
            "account": lambda: Event.objects.filter(account_id=record.pk, kind="account.changed"),
            "lead": lambda: Event.objects.filter(lead_id=record.pk, kind="lead.changed"),
            "contact": lambda: Event.objects.filter(account_id=record.account_id, subject_id=record.pk, kind="contact.changed"),
        }
        last = said[noun]().order_by("-at").first()
        return (last.by_name, last.at) if last else ("", None)

    choices = {"picklist": [("", "Unknown"), *((word, word) for word in field.values)],
               "yes_no": [("", "Unknown"), ("yes", "Yes"), ("no", "No")]}.get(field.kind)  # fmt: skip
    return cells.Cell(f"/own/{noun}/{record.pk}/{field.field}/", field.title, value, named or _said(field, record, value), f"/{noun}s/{record.pk}/", save, who,
                      choices, TYPES.get(field.kind, "text"), suggest=f"/own/lookups/{field.of or 'account'}/" if pointing else "", typed=named)  # fmt: skip


def _said(field: OwnField, record: Any, value: str) -> str:
    if field.kind == "money" and value:
        return f"${record.custom[field.field] / 100:,.0f}"
    return value.capitalize() if field.kind == "yes_no" else value
