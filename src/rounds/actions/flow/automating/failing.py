"""What failed is not left to itself: a run whose deed failed, and an event whose automations never began."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import connection
from procrastinate.contrib.django import app

from rounds.access.allowed import roles_that_may
from rounds.actions.desk import notifications
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import AutomationRun, User

UNSTARTED = ("flow.automate", "flow.release", "flow.tick")
"""Jobs that plan runs: where one is given up, no run tells of it. Those of runs that began are taken up by themselves."""
KIND = "automation.failed"


class NothingFailed(Refusal):
    """Nothing is left that never began; somebody began it again already."""


def tell(run: AutomationRun, *, at: datetime) -> int:
    """Tell those who manage automations that a run failed; how many were told. Effects: those of notify, grouped by automation."""
    return notifications.notify(
        _managers(), kind=KIND, title=f"{run.title} failed", url=f"/automations/{run.automation}/?state=failed", body=run.reason,
        group=f"automation:{run.automation}", by=Actor("automation", run.id, run.title), at=at,
    )  # fmt: skip


def tell_unstarted(*, by: Actor, at: datetime) -> int:
    """Tell those who manage automations that a job was given up before a run began. Effects: those of notify, as one notice."""
    return notifications.notify(
        _managers(), kind=KIND, title="Automations of an event never began", url="/automations/", group="automation:unstarted",
        body="The job that starts them failed again and again. The page of automations begins them anew.", by=by, at=at,
    )  # fmt: skip


def start_again(*, by: Actor, at: datetime) -> int:
    """Ask the worker anew for everything that was given up before a run began; how many jobs. What began meanwhile is found
    and not begun twice.

    Effects: the jobs, an audit entry. Raises NothingFailed.
    """
    with deed(by), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id IN (SELECT id FROM procrastinate_jobs WHERE status = 'failed'"
                       " AND task_name = ANY (%s) ORDER BY id FOR UPDATE SKIP LOCKED) RETURNING task_name, lock, args::text", [list(UNSTARTED)])  # fmt: skip
        found = cursor.fetchall()
        if not found:
            raise NothingFailed
        for task, lock, args in found:
            app.configure_task(task, lock=lock).defer(**json.loads(args))
        audit.note("automation.start_again", by=by, at=at, kind="automation", detail={"jobs": len(found)})
    return len(found)


def _managers() -> list[User]:
    return list(User.objects.filter(role__in=roles_that_may("automations.manage"), is_active=True).order_by("id"))
