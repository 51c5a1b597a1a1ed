"""The heat of an account: what its people and ours did lately, kept on the row so that lists can sort by it (PLUS-04)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from rounds.actions.flow.deeds import deed
from rounds.actions.leads.scoring import LOADED, caught_up
from rounds.kit.actor import Actor
from rounds.models import Account, LeadActivity
from rounds.models.facts import acts_of
from rounds.models.flow.active import active
from rounds.rules import heat


def warm(accounts: Collection[UUID], *, at: datetime) -> int:
    """Count the heat of `accounts` anew; how many are another. Locks them, so that no act is forgotten.

    Effects: the heat column alone. Runs inside the caller's deed, with whole sight.
    """
    book, changed = active().playbook, 0
    for row in Account.objects.select_for_update(of=("self",), no_key=True).filter(id__in=accounts).order_by("id"):
        moment = caught_up(at, row.last_touch_at)
        since = moment - timedelta(days=heat.reach(book))
        acts = acts_of(row).filter(withdrawn_at=None, machine="", happened_at__gt=since, happened_at__lte=moment)
        acts = acts.exclude(by_kind=LOADED)
        points = heat.heat(book, acts.values_list("kind", "happened_at"), moment).kept
        if points != row.heat:
            changed += Account.objects.filter(pk=row.pk).update(heat=points)
    return changed


def cool(*, by: Actor, at: datetime) -> int:
    """Count the heat of every account anew that is warm, or had an act within the window; how many are another."""
    since = at - timedelta(days=heat.reach(active().playbook))
    acts = LeadActivity.objects.filter(withdrawn_at=None, machine="", happened_at__gt=since, happened_at__lte=at)
    names = ("account_id", "account__buying_unit_id", "lead__account_id", "lead__buying_unit_id")
    warm_ones = {key for row in acts.values_list(*names).distinct() for key in row if key}
    warm_ones |= set(Account.objects.filter(~Q(heat=0)).values_list("id", flat=True))
    with deed(by):
        return warm(warm_ones, at=at)
