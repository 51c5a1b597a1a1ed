"""Days and numbers out of a form, each refused by name."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from rounds.kit.refusal import Refusal


class FormRefused(Refusal):
    """This form is not filled in."""

    status = 422


def day_of(request: HttpRequest, name: str) -> date:
    """The day in the field `name`. Raises FormRefused."""
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError:
        raise FormRefused("Choose a day.", field=name) from None


def whole_of(request: HttpRequest, name: str, *, empty: int | None = None) -> int:
    """The whole number in the field `name`; `empty` where nothing is said and something stands for that. Raises FormRefused."""
    said = request.POST.get(name, "").strip().replace(",", "")
    if not said and empty is not None:
        return empty
    if not (said.isascii() and said.isdigit() and len(said) <= 12):
        raise FormRefused("Enter a whole number.", field=name)
    return int(said)


def cents_of(request: HttpRequest, name: str) -> int | None:
    """Dollars in the field `name` as cents; None where nothing is said. Raises FormRefused."""
    said = request.POST.get(name, "").strip().replace(",", "").removeprefix("$")
    if not said:
        return None
    whole, _, part = said.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 12 and len(part) <= 2 and (not part or (part.isascii() and part.isdigit()))):
        raise FormRefused("Enter an amount, such as 480000 or 480000.50.", field=name)
    return int(whole) * 100 + int((part + "00")[:2])
