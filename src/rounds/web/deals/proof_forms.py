"""What forms of demos and proofs of concept ask (dialogs made of fields), and what they say (days, figures, people)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from rounds.access.scope import visible
from rounds.kit.clock import sayable, sayable_day
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Opportunity, User

Kind = Literal["text", "area", "date", "moment", "number", "select", "check", "people", "hidden"]


class FormRefused(Refusal):
    """Something in this form cannot be read."""

    status = 422


@dataclass(frozen=True)
class Field:
    """One field of a dialog. `choices` of a select or of people: (value, word)."""

    name: str
    label: str
    kind: Kind = "text"
    value: Any = ""
    choices: Sequence[tuple[Any, str]] = ()
    help: str = ""
    required: bool = False


@dataclass(frozen=True)
class Ask:
    """A dialog: opened by a button with data-opens=`id`, posted to `action`."""

    id: str
    heading: str
    action: str
    button: str
    fields: Sequence[Field] = ()
    note: str = ""


def text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()


def day(request: HttpRequest, name: str) -> date | None:
    """A day, None where nothing is said. Raises FormRefused (422)."""
    said = text(request, name)
    try:
        found = date.fromisoformat(said) if said else None
    except ValueError:
        raise FormRefused("Give a day such as 2026-04-06.", field=name) from None
    if found is not None and not sayable_day(found):
        raise FormRefused("That day is too far away; give one such as 2026-04-06.", field=name)
    return found


def moment(request: HttpRequest, name: str) -> datetime:
    """A day and time in the viewer's zone. Raises FormRefused (422)."""
    try:
        when = datetime.fromisoformat(text(request, name))
    except ValueError:
        raise FormRefused("Give a day and a time.", field=name) from None
    # The day first: the ends of the calendar have no place in every zone, and cannot be compared.
    if not sayable_day(when) or not sayable(when := timezone.make_aware(when) if timezone.is_naive(when) else when):
        raise FormRefused("That moment is too far away; give one such as 2026-04-06, 10:00.", field=name)
    return when


def number(request: HttpRequest, name: str, *, share: bool = False) -> float | None:
    """A figure; a `share` is said in percent. Raises FormRefused (422)."""
    said = text(request, name).replace(",", "").removesuffix("%").strip().replace("\u2212", "-")
    if not said:
        return None
    try:
        found = float(Decimal(said) / 100 if share else Decimal(said))
    except (InvalidOperation, OverflowError):
        raise FormRefused("Write a number.", field=name) from None
    if not math.isfinite(found):
        raise FormRefused("Write a number.", field=name)
    return found


def whole(request: HttpRequest, name: str) -> int | None:
    """A whole number. Raises FormRefused (422)."""
    found = number(request, name)
    if found is not None and found != int(found):
        raise FormRefused("Write a whole number.", field=name)
    return None if found is None else int(found)


def cents(request: HttpRequest, name: str) -> int:
    """An amount of dollars as cents; nothing said is nothing. Raises FormRefused (422)."""
    said = text(request, name).replace(",", "").removeprefix("$").strip()
    try:
        amount = Decimal(said or 0) * 100
        return int(amount.quantize(Decimal(1)))
    except (InvalidOperation, OverflowError, ValueError):
        raise FormRefused("Write an amount such as 250,000.", field=name) from None


def key_of(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def people_of(request: HttpRequest, deal: Opportunity) -> list[Contact]:
    """The people of the customer one may name: of the account and of the system it buys through. One query."""
    unit = deal.buying_unit_id or deal.account_id
    rows = visible(Contact, request.scope).filter(Q(account=deal.account_id) | Q(buying_unit=unit), left_on=None)
    return list(rows.order_by("name", "id")[:200])


def people_choices(people: Sequence[Contact]) -> list[tuple[str, str]]:
    return [(str(one.id), f"{one.name}, {one.title}" if one.title else one.name) for one in people]


def contact(request: HttpRequest, deal: Opportunity, name: str) -> Contact | None:
    """Whom a form names, seen by the viewer. Raises FormRefused (422) for nobody one sees."""
    said = text(request, name)
    if not said:
        return None
    found = visible(Contact, request.scope).filter(pk=key_of(said)).first()
    if found is None:
        raise FormRefused("Choose somebody of this list.", field=name)
    return found


def need_contact(request: HttpRequest, deal: Opportunity, name: str) -> Contact:
    found = contact(request, deal, name)
    if found is None:
        raise FormRefused("Say who signed; add them to the account's contacts first if they are missing.", field=name)
    return found


def contacts(request: HttpRequest, name: str) -> list[Contact]:
    """Several people of the customer, those one sees."""
    keys = [key for said in request.POST.getlist(name) if (key := key_of(said)) is not None]
    return list(visible(Contact, request.scope).filter(pk__in=keys))


def colleagues() -> list[tuple[str, str]]:
    """The people of the house, by name; no customers, no machines. One query."""
    return [(str(key), name) for key, name in User.objects.filter(is_active=True).exclude(role__in=("portal", "integration")).order_by("name").values_list("id", "name")[:300]]


def colleague(request: HttpRequest, name: str) -> User | None:
    said = text(request, name)
    return User.objects.filter(pk=key_of(said), is_active=True).first() if said else None
