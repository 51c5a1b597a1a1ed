"""What makes a sale hard: the challenge tags of a deal, what they suggest and flag, put on and taken off."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel

from rounds.access.allowed import reads
from rounds.actions.deals import challenges
from rounds.analytics.deals.challenges import challenges as of_deal
from rounds.api.auth import Bearer
from rounds.api.doors import one
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.flow.active import active

of_deals = Router(tags=["challenges"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")


class Tag(BaseModel):
    """A tag of the playbook as it stands. `inherited`: it comes from the account; `flag`: what it warns of now, "" nothing."""

    tag: str
    title: str
    on: bool
    inherited: bool
    flag: str


class Tags(BaseModel):
    data: list[Tag]


@of_deals.get("/{opportunity}/challenges", auth=READ, response=Tags)
def index(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """Every tag of the playbook, and whether it is this deal's."""
    deal = one(request, Opportunity, opportunity, "account")
    found = of_deal(deal, active().playbook, request.scope, now(), people=reads(request.user, "contact"))
    return answer({"data": [{"tag": one_.challenge.tag, "title": one_.challenge.title, "on": one_.on, "inherited": one_.inherited, "flag": one_.flag}
                            for one_ in found]})  # fmt: skip


@of_deals.put("/{opportunity}/challenges/{tag}", auth=WRITE, response={204: None})
def put_on(request: HttpRequest, opportunity: UUID, tag: str) -> HttpResponse:
    """Tag the deal; a tag that is on stays."""
    challenges.tag(one(request, Opportunity, opportunity), tag, by=request.actor, at=now())
    return HttpResponse(status=204)


@of_deals.delete("/{opportunity}/challenges/{tag}", auth=WRITE, response={204: None})
def take_off(request: HttpRequest, opportunity: UUID, tag: str) -> HttpResponse:
    """Take a tag off the deal; that of its account stays."""
    challenges.untag(one(request, Opportunity, opportunity), tag, by=request.actor, at=now())
    return HttpResponse(status=204)
