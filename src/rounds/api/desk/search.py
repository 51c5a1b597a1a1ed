"""Search over accounts, contacts, leads and opportunities: words and near spellings, under the caller's sight."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from rounds.access.allowed import reads
from rounds.access.scope import visible
from rounds.api.auth import AnyScope
from rounds.api.doors import noted
from rounds.api.shapes import answer
from rounds.models import Account, Contact, Lead, Opportunity
from rounds.models.search import search as hits_of

router = Router(tags=["search"])
NOUNS = {"account": (Account, "accounts"), "contact": (Contact, "contacts"), "lead": (Lead, "leads"), "opportunity": (Opportunity, "opportunities")}
"""Kind → its rows, and what they are called in addresses and scopes."""


class Found(BaseModel):
    """One record that holds the words."""

    kind: str
    id: UUID
    name: str
    url: str


class Results(BaseModel):
    """The records found, the best fit first."""

    data: list[Found]


@router.get("/search", auth=AnyScope(), response=Results)
def search(request: HttpRequest, q: str = Query(min_length=1, max_length=200)) -> HttpResponse:
    """At most 20 records whose names hold every word, of the kinds the token may read."""
    kinds = tuple(kind for kind in NOUNS if f"{NOUNS[kind][1]}:read" in request.auth.scopes and reads(request.user, kind))
    hits = hits_of(q, kinds=kinds, most=20) if kinds else []
    names = {}
    for kind in kinds:
        if ids := [hit.id for hit in hits if hit.kind == kind]:
            names.update(visible(NOUNS[kind][0], request.scope).filter(pk__in=ids).values_list("id", "name"))
    found = [{"kind": hit.kind, "id": hit.id, "name": names[hit.id], "url": f"/api/v1/{NOUNS[hit.kind][1]}/{hit.id}"}
             for hit in hits if hit.id in names]  # fmt: skip
    noted(request, "records.search", q=q, rows=len(found))
    return answer({"data": found})
