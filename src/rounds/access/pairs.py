"""Pairs of records: who sees both sees the pair, in the code as in the database."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from rounds.access.renderings import as_q
from rounds.kit.scope import Scope
from rounds.models import Account, Contact, DuplicatePair, Lead, Merge

PAIRED = {"account": Account, "contact": Contact, "lead": Lead}


def pairs(scope: Scope, noun: str) -> QuerySet[DuplicatePair]:
    """The pairs of `noun` of which both records are seen and neither was merged away, with them."""
    here, there = noun, f"other_{noun}"
    rows = DuplicatePair.objects.filter(_both(scope, noun), noun=noun, **{f"{here}__merged_into": None, f"{there}__merged_into": None})
    fetch = [f"{side}__{name}" for side in (here, there) for name in ("owner", *(() if noun == "account" else ("account",)))]
    return rows.select_related(here, there, *fetch)


def merges(scope: Scope) -> QuerySet[Merge]:
    """The merges of records that are seen, the latest first, with both records."""
    asked = Q(pk__in=())
    for noun in PAIRED:
        asked |= Q(noun=noun) & _both(scope, noun)
    return Merge.objects.filter(asked).select_related(*(f"{side}{noun}" for noun in PAIRED for side in ("", "other_"))).order_by("-at", "-id")


def _both(scope: Scope, noun: str) -> Q:
    """Both sides of a pair are rows that `scope` sees."""
    if noun in scope.unread:
        return Q(pk__in=())
    if scope.sees_all(noun):
        return Q()
    seen = PAIRED[noun]._default_manager.filter(as_q(scope, noun)).values("pk")
    return Q(**{f"{noun}__in": seen, f"other_{noun}__in": seen})
