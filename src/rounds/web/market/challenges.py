"""Challenge tags on the page of an account: they hold for all its deals (ACCT-21)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from rounds.actions.deals import challenges
from rounds.kit.clock import now
from rounds.models import Account, AccountChallenge
from rounds.models.flow.active import active
from rounds.playbook.shapes.rooms import Challenge
from rounds.web.doors import page
from rounds.web.market.account_acts import back
from rounds.web.market.account_shown import account_or_404


@dataclass(frozen=True)
class Tag:
    """A tag of the playbook, whether it is on, and whether it comes from the account this one buys with."""

    challenge: Challenge
    on: bool
    inherited: bool


def of_account(account: Account) -> list[Tag]:
    """Every tag as it stands for an account and so for its deals: its own, and those of its buying unit. One query."""
    unit = account.buying_unit_id or account.id
    rows = AccountChallenge.objects.filter(account_id__in={account.id, unit}, ended_at=None).values_list("account_id", "tag")
    own, above = ({tag for key, tag in rows if (key == account.id) == mine} for mine in (True, False))
    return [Tag(one, one.tag in own | above, one.tag in above - own) for one in active().playbook.challenges.tags]


@require_POST
@page
def tag(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a tag on, or (`on=no`) take it off."""
    account, code = account_or_404(request, key), request.POST.get("tag", "")
    act = challenges.untag if request.POST.get("on") == "no" else challenges.tag
    act(account, code, by=request.user.actor, at=now())
    return back(request, f"/accounts/{account.id}/#challenges")
