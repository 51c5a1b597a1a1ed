"""A lead's qualification sheet over the API: read and answered. By hand it is passed on its page alone."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.access.fields import unshown_items
from rounds.actions.leads import gate, qualifying
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, once, one
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models import Lead
from rounds.models.flow.active import active
from rounds.models.leads.sheets import Sheet
from rounds.rules.qualification.explain import as_dict

router = Router(tags=["qualification"])
READ, WRITE = Bearer("leads:read"), Bearer("leads:write")


class SheetShown(BaseModel):
    """The verdict and every item: what holds, whether a person said so, the id of the answer that stands."""

    qualified: bool
    bant: str
    reading: str
    unmet: list[str]
    states: dict[str, str]
    items: dict[str, dict[str, Any]]


class AnswerGiven(Input):
    """One answer. `was`: the id of the answer you saw ("" none); another in between is refused (409) with both."""

    item: str = Field(min_length=1, max_length=60)
    answer: str = Field(min_length=1, max_length=10)
    note: str | None = Field(None, max_length=2000)
    was: str | None = Field(None, max_length=40)


@router.get("/{lead}/qualification", auth=READ, response=SheetShown)
def show(request: HttpRequest, lead: UUID) -> HttpResponse:
    """The sheet as it stands."""
    row = one(request, Lead, lead)
    return answer(_shown(gate.standing_sheet(row, at=now()), request.scope.hidden))


@router.post("/{lead}/qualification/answers", auth=WRITE, response={201: SheetShown}, openapi_extra=ONCE_HELP)
@once
def say(request: HttpRequest, lead: UUID, given: AnswerGiven) -> HttpResponse:
    """Answer one item: yes, no or unknown."""
    row = one(request, Lead, lead)
    sheet = qualifying.answer(row, given.item, given.answer, note=given.note, was=given.was, by=request.actor, at=now())
    return answer(_shown(sheet, request.scope.hidden), 201)


def _shown(sheet: Sheet, hidden: frozenset[str]) -> dict[str, Any]:
    book, silent = active().playbook, unshown_items(active().playbook, hidden)
    said = as_dict(book, sheet.verdict)
    items = {
        code: {"answer": (one.answer if one.by_person or code not in silent else None) or "unknown", "by_person": one.by_person,
               "stale": one.stale, "derived": "" if code in silent else one.derived,
               "note": sheet.said[code].note if code in sheet.said else "", "id": str(sheet.said[code].id) if code in sheet.said else ""}
        for code, one in sheet.holds.items()
    }  # fmt: skip
    return {**{name: said[name] for name in ("qualified", "bant", "reading", "unmet", "states")}, "items": items}
