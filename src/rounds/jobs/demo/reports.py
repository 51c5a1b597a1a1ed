"""The reports of the demo: the last ones of a rep, an executive and the compliance officer, as each may see it."""

from __future__ import annotations

from datetime import datetime

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.numbers import reports
from rounds.analytics.reports import making
from rounds.jobs.demo.cast import Cast
from rounds.models import Report
from rounds.models.flow.active import active


def tell_reports(cast: Cast, *, at: datetime) -> None:
    """One of each that is missing; none is mailed."""
    book = active().playbook
    for user, name in ((cast.owner, "monday"), (cast.owner, "thursday"), (cast.executive, "thursday"), (cast.executive, "monthly"), (cast.compliance, "compliance")):
        with sight(scope_of(user)) as scope:
            if not Report.objects.filter(user=user, kind=name).exists():
                reports.keep(making.made(reports.kind_of(name), scope, book, at), user, by=user.actor, at=at)
