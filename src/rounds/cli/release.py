"""`rounds release`: let a restored copy speak to the outside."""

from __future__ import annotations

import json

import click

from rounds.cli.django import start


@click.command("release")
@click.option("--reason", help="Why this copy may speak; it is kept. Without it: only say how it stands.")
@click.option("--by", "who", help="The e-mail address of the person who does this (else: the command line).")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def command(reason: str | None, who: str | None, as_json: bool) -> None:
    """Let this database, as it stands now, send mail, webhooks and syncs. A restored or cloned copy sends nothing before."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.flow import outward
    from rounds.cli.people import actor
    from rounds.kit.clock import now

    with system_sight():
        if reason is not None:
            by = actor(who)
            from rounds.models import User

            user = User.objects.filter(pk=by.id).first() if by.id else None
            outward.release(reason=reason, by=by, at=now(), user=user)
        stands = outward.standing()
    said = {"speaks": stands.speaks, "system": stands.system, "timeline": stands.timeline,
            "released": stands.last.at.isoformat() if stands.last else None}  # fmt: skip
    words = "may speak to the outside" if stands.speaks else "is a copy: nothing leaves it until `rounds release --reason …`"
    click.echo(json.dumps(said) if as_json else f"This database (server {stands.system}, line {stands.timeline}) {words}.")
