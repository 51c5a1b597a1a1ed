"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
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
