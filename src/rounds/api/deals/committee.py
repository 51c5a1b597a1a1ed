"""The committee of a deal: who is on it in which part, who listens to whom, what is covered and what it warns of."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from rounds.access.allowed import need_to_read
from rounds.access.fields import SEAT as HIDEABLE
from rounds.access.fields import need_to_be_shown
from rounds.access.scope import visible
from rounds.actions.deals import committee
from rounds.analytics.deals.committee import committee as as_seen
from rounds.api.auth import Bearer
from rounds.api.doors import Input, one
from rounds.api.shapes import Shape, answer
from rounds.kit.clock import now
from rounds.models import Contact, DealContact, Opportunity
from rounds.models.flow.active import active

of_deals = Router(tags=["committee"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
SEAT = Shape("DealSeat", DealContact, {
    "id": "id", "contact.id": "contact_id", "contact.name": "contact__name", "roles": "roles", "influence": "influence", "stance": "stance",
    "level": "level", "preference": "preference", "motivation": "motivation", "reports_to": "reports_to__contact_id", "ended_at": "ended_at",
    "updated_at": "updated_at",
})  # fmt: skip


class Line(BaseModel):
    """Who influences whom, both by their contact."""

    who: UUID
    whom: UUID


class Covered(BaseModel):
    """A group of roles: who is in it, which of its roles nobody fills."""

    group: str
    names: list[str]
    open_roles: list[str]


class Warned(BaseModel):
    """What a thin committee warns of: `code` the rule, `says` a sentence that names people."""

    code: str
    says: str


class CommitteeShown(BaseModel):
    """Everybody, the most influential first; the map's lines; coverage and warnings as the rules of the playbook see them."""

    seats: list[SEAT.schema]
    lines: list[Line]
    coverage: list[Covered]
    covered: int
    warnings: list[Warned]
    benchmark: str


class CommitteeSeatGiven(Input):
    """A part on the committee; what is not said stays. Roles, stance, level and preference are of the playbook's lists;
    influence runs from 0 to 5. `reports_to`: a contact on the committee, null for nobody."""

    roles: list[str] | None = Field(None, max_length=20)
    influence: int | None = Field(None, ge=0, le=5)
    stance: str | None = Field(None, max_length=40)
    level: str | None = Field(None, max_length=40)
    preference: str | None = Field(None, max_length=40)
    motivation: str | None = Field(None, max_length=2000)
    reports_to: UUID | None = None


@of_deals.get("/{opportunity}/committee", auth=READ, response=CommitteeShown)
def show(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """The committee as the caller may see it."""
    deal = one(request, Opportunity, opportunity, "account", "buying_unit")
    need_to_read(request.user, "contact")
    held = as_seen(deal, active().playbook, request.scope, now(), known=False)
    contacts = {person.row.id: person.row.contact_id for person in held.people}
    lines = [{"who": contacts[who], "whom": contacts[whom]} for who, whom in held.lines if who in contacts and whom in contacts]
    rows = {row["id"]: row for row in SEAT.rows(visible(DealContact, request.scope).filter(opportunity=deal, ended_at=None))}
    return answer({
        "seats": [rows[person.row.id] for person in held.people if person.row.id in rows], "lines": lines, "covered": held.covered,
        "coverage": [{"group": part.group, "names": part.names, "open_roles": part.open_roles} for part in held.coverage],
        "warnings": [{"code": one_.code, "says": one_.says} for one_ in held.warnings], "benchmark": held.benchmark,
    })  # fmt: skip


@of_deals.put("/{opportunity}/committee/{contact}", auth=WRITE, response=SEAT.schema)
def seat(request: HttpRequest, opportunity: UUID, contact: UUID, given: CommitteeSeatGiven) -> HttpResponse:
    """Put a contact on the committee, or change their part."""
    deal = one(request, Opportunity, opportunity)
    person = one(request, Contact, contact, to="read")
    said: dict[str, Any] = given.model_dump(exclude_unset=True, exclude={"reports_to"})
    need_to_be_shown(request.user, "contact", [name for name in HIDEABLE if name in said])
    row = committee.seat(deal, person, by=request.actor, at=now(), **said)
    if "reports_to" in given.model_fields_set:
        chief = _seat(request, deal, given.reports_to) if given.reports_to else None
        row = committee.report_to(row, chief, by=request.actor, at=now())
    return answer(SEAT.of(row))


@of_deals.delete("/{opportunity}/committee/{contact}", auth=WRITE, response={204: None})
def leave(request: HttpRequest, opportunity: UUID, contact: UUID, reason: str = Query("", max_length=500)) -> HttpResponse:
    """Take somebody off the committee; their lines go with them."""
    deal = one(request, Opportunity, opportunity)
    committee.leave(_seat(request, deal, contact), reason=reason, by=request.actor, at=now())
    return HttpResponse(status=204)


@of_deals.put("/{opportunity}/committee/{contact}/lines/{whom}", auth=WRITE, response={204: None})
def draw(request: HttpRequest, opportunity: UUID, contact: UUID, whom: UUID) -> HttpResponse:
    """Say that one person of the committee influences another."""
    deal = one(request, Opportunity, opportunity)
    committee.draw(_seat(request, deal, contact), _seat(request, deal, whom), by=request.actor, at=now())
    return HttpResponse(status=204)


@of_deals.delete("/{opportunity}/committee/{contact}/lines/{whom}", auth=WRITE, response={204: None})
def erase(request: HttpRequest, opportunity: UUID, contact: UUID, whom: UUID) -> HttpResponse:
    """Take a line of influence away."""
    deal = one(request, Opportunity, opportunity)
    committee.erase(_seat(request, deal, contact), _seat(request, deal, whom), by=request.actor, at=now())
    return HttpResponse(status=204)


def _seat(request: HttpRequest, deal: Opportunity, contact: UUID) -> DealContact:
    row = visible(DealContact, request.scope).filter(opportunity=deal, contact_id=contact).select_related("contact", "opportunity").first()
    if row is None:
        raise Http404
    return row
