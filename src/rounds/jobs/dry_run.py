"""A dry run of the routing on a file of leads: taken in, scored, placed, given out, and all of it rolled back."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from rounds.access.sight import sight
from rounds.analytics.leads.dry_run import DryRun, dry_run
from rounds.jobs import lead_import
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.kit.scope import Scope
from rounds.models import Lead


def of_file(path: Path, *, scope: Scope, by: Actor) -> tuple[DryRun, list[str]]:
    """Who would get the leads of `path`, and a sentence for each line that is not taken. Nothing is kept."""
    with transaction.atomic():
        begun = new_id()  # keys are in the order of time: what lies behind this one came with the file
        report = lead_import.run(path, scope=scope, by=by)
        with sight(scope):
            found = dry_run(list(Lead.objects.filter(pk__gt=begun).order_by("id")), at=now())
        transaction.set_rollback(True)
    return found, [said["says"] for said in report.refused]
