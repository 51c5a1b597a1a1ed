"""`rounds migrate`: tables, partitions, grants and policies, and the shipped playbook as version 1."""

from __future__ import annotations

import click

from rounds.cli.django import start


@click.command("migrate")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def command(as_json: bool) -> None:
    """Bring the database up to date. Safe to run again, and after a run that was killed.

    A playbook in force that was written for an older version of Rounds is completed and published as the next one.
    """
    import json

    start("owner")
    from django.core.management import call_command
    from django.db import connection

    from rounds.access import row_security
    from rounds.actions.flow import outward, playbooks
    from rounds.actions.trust import anchors
    from rounds.jobs import warehouse_views
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now
    from rounds.models import tables
    from rounds.models.sealed import marks

    tables.check()
    made = "django_migrations" not in connection.introspection.table_names()
    star = warehouse_views.there()
    if star:
        warehouse_views.drop_views()  # views hold on to the tables below them
    call_command("migrate", verbosity=0, interactive=False)
    tables.keep()
    row_security.apply()
    with connection.cursor() as cursor:
        for statement in marks():
            cursor.execute(statement)
    outward.first_release(by=SYSTEM_ACTOR, at=now())
    # Last: where it refuses, the tables are ready for the mended playbook to be published.
    version, added = playbooks.complete()
    if star:
        warehouse_views.make(now())
    if made:
        anchors.begin_anew(at=now())
    answer = {"migrated": True, "playbook_version": version.number, "playbook": version.hash, "completed": list(added)}
    if as_json:
        click.echo(json.dumps(answer))
        return
    click.echo(f"The database is up to date; playbook v{version.number}.")
    if added:
        click.echo("It was completed with what this version of Rounds asks for, as shipped: " + ", ".join(added) + ".")
