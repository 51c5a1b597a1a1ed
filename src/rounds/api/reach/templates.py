"""Texts of letters: which there are, their places and versions, and one as a person would get it (COMM-06)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel

from rounds.access.allowed import need
from rounds.actions.reach import people, previewing
from rounds.analytics.reach import templates as told
from rounds.api.auth import Bearer
from rounds.api.doors import noted, one
from rounds.api.shapes import answer
from rounds.documents import letters
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Lead, Opportunity
from rounds.models.flow.active import active
from rounds.models.flow.file_versions import versions_of
from rounds.playbook.places import places
from rounds.playbook.shapes.sequences import Template

router = Router(tags=["templates"])
READ, PREVIEW = Bearer("playbook:read"), Bearer("leads:read")


class NobodyChosen(Refusal):
    """Say for whom: one lead or contact by its id."""

    status = 422
    field = "lead"


class TemplateVariant(BaseModel):
    """One way to say it; `share` of its readers get it. `sent` and `answered` count letters the caller sees."""

    variant: str
    share: float
    subject: str
    text: str
    sent: int
    answered: int


class TemplateVersion(BaseModel):
    """A published playbook in which the text changed; its publication is its approval."""

    number: int
    by: str
    at: datetime
    reason: str


class TemplateSaid(BaseModel):
    """A text: `places` it names, of those a text may name; `state` unwritten where a part of it still says (Write …)."""

    code: str
    title: str
    channel: str
    state: str
    places: list[str]
    variants: list[TemplateVariant]


class TemplatesSaid(BaseModel):
    data: list[TemplateSaid]


class TemplateWhole(TemplateSaid):
    allowed: dict[str, str]
    versions: list[TemplateVersion]


class LetterPreview(BaseModel):
    """One variant for one person, as it would be sent: `missing` places, and each thing that `blocks` sending; `outcome` and `why`
    are what would be decided now (until: when it may go)."""

    variant: str
    share: float
    subject: str
    text: str
    html: str
    missing: list[str]
    blocks: list[str]
    outcome: str | None
    code: str | None
    why: str | None
    until: datetime | None


class PreviewSaid(BaseModel):
    template: str
    name: str
    data: list[LetterPreview]


@router.get("", auth=READ, response=TemplatesSaid)
def index(request: HttpRequest) -> HttpResponse:
    """Every text of the playbook in force."""
    need(request.user, "playbook.read")
    book = active().playbook
    noted(request, "templates.list", "template", rows=len(book.templates))
    return answer({"data": [_said(each, {}) for each in book.templates.values()]})


@router.get("/{template}", auth=READ, response=TemplateWhole)
def show(request: HttpRequest, template: str) -> HttpResponse:
    """One text with the versions that changed it and every place it may name."""
    each = _of(request, template)
    noted(request, "template.read", "template", code=each.template)
    versions = [{"number": row.number, "by": row.by, "at": row.at, "reason": row.reason} for row in versions_of(f"templates/{each.template}.yaml")]
    return answer({**_said(each, told.by_variant(each.template, request.scope)), "allowed": active().playbook.reach.fields, "versions": versions})


@router.get("/{template}/preview", auth=PREVIEW, response=PreviewSaid)
def preview(request: HttpRequest, template: str, lead: UUID | None = None, contact: UUID | None = None, opportunity: UUID | None = None) -> HttpResponse:
    """The text as a lead or a contact (perhaps for a deal) would get it from the caller, each variant. Nothing is written or sent."""
    each = _of(request, template)
    if (lead is None) == (contact is None):
        raise NobodyChosen
    row = one(request, Lead, lead, "owner", "account__buying_unit") if lead else one(request, Contact, contact, "owner", "account__buying_unit")
    deal = one(request, Opportunity, opportunity) if opportunity and contact else None
    person = people.of_lead(row) if lead else people.of_contact(row, opportunity=deal)
    noted(request, "lead.read" if lead else "contact.read", "lead" if lead else "contact", row.pk, part="letter")
    found = previewing.preview(each, person, request.user, at=now())
    return answer({"template": each.template, "name": person.name, "data": [_previewed(way) for way in found]})


def _of(request: HttpRequest, code: str) -> Template:
    need(request.user, "playbook.read")
    each = active().playbook.templates.get(code)
    if each is None:
        raise Http404
    return each


def _said(each: Template, lines: dict[str, told.TextLine]) -> dict[str, Any]:
    total, texts = sum(way.share for way in each.ways) or 1, " ".join(f"{way.subject} {way.text}" for way in each.ways)
    variants = [{"variant": way.variant, "share": way.share / total, "subject": way.subject, "text": way.text,
                 "sent": lines.get(way.variant, told.TextLine()).sent, "answered": lines.get(way.variant, told.TextLine()).answered} for way in each.ways]  # fmt: skip
    return {"code": each.template, "title": each.title, "channel": each.channel, "state": "unwritten" if previewing.UNWRITTEN in texts else "written",
            "places": list(places(texts)), "variants": variants}  # fmt: skip


def _previewed(way: previewing.Previewed) -> dict[str, Any]:
    said, company = way.decision, settings.CONFIG.company
    return {"variant": way.variant, "share": way.share, "subject": way.text.subject, "text": letters.text(way.letter, company=company) if way.letter else way.text.text,
            "html": letters.html(way.letter, company=company) if way.letter else "", "missing": list(way.text.missing), "blocks": list(way.blocks),
            "outcome": said and said.outcome, "code": said and said.code, "why": said and said.why, "until": said and said.until}  # fmt: skip
