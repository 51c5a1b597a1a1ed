"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import click


def placed(command: Callable[..., Any]) -> Callable[..., Any]:
    """EMAIL and NAME of a person, and where they stand: role, team, territories."""
    for one in (
        click.option("--territory", "territories", multiple=True, help="A territory of the playbook; may be given several times."),
        click.option("--team", default="", help="The name of their team."),
        click.option("--role", default="ae", show_default=True, help="A role of access/roles.yaml."),
        click.argument("name"),
        click.argument("email"),
    ):
        command = one(command)
    return command


JSON = click.option("--json", "as_json", is_flag=True, help="Answer with data.")
BY = click.option("--by", "who", help="The e-mail address of the person who does this (else: the command line).")


class Money(click.ParamType):
    """An amount such as 12,500.50; answered in cents."""

    name = "amount"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        if isinstance(value, int):
            return value
        try:
            cents = Decimal(str(value).replace(",", "").lstrip("$")) * 100
            if cents != cents.to_integral_value() or not 0 <= cents <= 10**14:
                raise InvalidOperation
        except InvalidOperation:
            self.fail(f"“{value}” is no amount; write one like 12500.50.", param, ctx)
        return int(cents)


class Percent(click.ParamType):
    """A percentage such as 12.5; answered in basis points."""

    name = "percent"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        if isinstance(value, int):
            return value
        try:
            points = Decimal(str(value).rstrip("% ")) * 100
            if points != points.to_integral_value() or not 0 <= points <= 10_000:
                raise InvalidOperation
        except InvalidOperation:
            self.fail(f"“{value}” is no percentage; write one like 12.5, of two places at most.", param, ctx)
        return int(points)


MONEY, PERCENT = Money(), Percent()
