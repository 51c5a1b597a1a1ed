"""Whose number is meant, and which amount."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from rounds.access.allowed import need, need_to_write
from rounds.access.people import number_of
from rounds.actions.numbers.quotas import dollars
from rounds.kit.refusal import Refusal
from rounds.models import User


class AmountRefused(Refusal):
    """Write dollars, such as 450000, 450k or 1.2m."""

    status = 422
    field = "amount"


def dollars_of(request: HttpRequest, name: str) -> int | None:
    """Cents of the dollars a form says; None where it says none. Raises AmountRefused (422)."""
    said = request.POST.get(name, "").strip()
    cents = dollars(said) if said else None
    if said and cents is None:
        raise AmountRefused(f"“{said[:40]}” is no amount; write dollars, such as 450000, 450k or 1.2m.", field=name)
    return cents


def mine_or_held(request: HttpRequest, said: str, *, hold: bool) -> tuple[User, bool]:
    """(the person whose number is said, whether it is held against theirs). Oneself, or somebody in one's sight: for those it
    takes the permission to override. Raises 404, NotAllowed (403)."""
    user = request.user
    if hold:
        need(user, "forecast.override")
    else:
        need_to_write(user, "opportunity")
    try:
        owner = number_of(user, UUID(said) if said else None)
    except ValueError as error:
        raise Http404 from error
    if owner is None:
        raise Http404
    if owner.pk != user.pk and not hold:
        need(user, "forecast.override")
    return owner, hold
