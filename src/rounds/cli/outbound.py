"""`rounds outbound`: the kill switch, and how what leaves the house stands."""

from __future__ import annotations

import json
from typing import Any

import click

from rounds.cli.django import start
from rounds.cli.options import BY, JSON

WHY = click.option("--reason", required=True, help="Why; everybody reads it while it is stopped.")


@click.group("outbound")
def command() -> None:
    """Stop everything that leaves (mail, channels, webhooks), let it go on, see how it stands."""


@command.command()
@WHY
@BY
def hold(reason: str, who: str | None) -> None:
    """Stop everything outbound, from the next message on."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.flow import kill_switch
    from rounds.kit.clock import now

    with system_sight():
        kill_switch.hold(reason, at=now(), **_acting(who))
    click.echo("Nothing leaves from now on. `rounds outbound resume --reason …` lets it go on.")


@command.command()
@WHY
@BY
def resume(reason: str, who: str | None) -> None:
    """Let it go on; what was held is sent, unless it is too old by now."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.flow import kill_switch
    from rounds.kit.clock import now

    with system_sight():
        waited = kill_switch.resume(reason, at=now(), **_acting(who))
    click.echo(f"It goes on; {waited} had waited.")


@command.command()
@JSON
def status(as_json: bool) -> None:
    """Whether anything may leave, and what waits in which state."""
    start("worker")
    from django.db.models import Count

    from rounds.access.sight import system_sight
    from rounds.actions.flow import kill_switch, outward
    from rounds.models import Delivery

    with system_sight():
        held, speaks = kill_switch.held(), outward.may_speak()
        counts = dict(Delivery.objects.values_list("state").annotate(Count("id")).order_by("state"))
    said = {"held": held is not None, "reason": held.reason if held else "", "by": held.by_name if held else "",
            "speaks": speaks, "deliveries": counts}  # fmt: skip
    if as_json:
        click.echo(json.dumps(said))
        return
    stands = f"stopped by {held.by_name or 'the command line'}: {held.reason}" if held else "open" if speaks else "a copy: nothing leaves"
    click.echo(f"Outbound is {stands}. " + (", ".join(f"{count} {state}" for state, count in counts.items()) or "Nothing was posted yet") + ".")


def _acting(who: str | None) -> dict[str, Any]:
    """The actor, and the person whose permission is asked where one is named."""
    from rounds.cli.people import actor
    from rounds.models import User

    by = actor(who)
    return {"by": by, "user": User.objects.filter(pk=by.id).first() if by.id else None}
