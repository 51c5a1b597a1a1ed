"""`rounds migrate`: tables, partitions, grants and policies, and the shipped playbook as version 1."""

from __future__ import annotations

import click

from rounds.cli.django import start


@click.command("migrate")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def command(as_json: bool) -> None:
    """Bring the database up to date. Safe to run again, and after a run that was killed."""
    import json

    start("owner")
    from django.core.management import call_command

    from rounds.access import row_security
    from rounds.actions.flow import playbooks

    call_command("migrate", verbosity=0, interactive=False)
    row_security.apply()
    version = playbooks.ensure_first()
    answer = {"migrated": True, "playbook_version": version.number, "playbook": version.hash}
    click.echo(json.dumps(answer) if as_json else f"The database is up to date; playbook v{version.number}.")
