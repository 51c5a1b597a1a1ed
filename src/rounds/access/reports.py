"""Which reports are for somebody's eyes at all; which rows they have, the scope says."""

from __future__ import annotations

from rounds.access.allowed import may, reads
from rounds.models import User
from rounds.playbook.shapes.reports import ReportKind


def may_read(user: User, kind: ReportKind) -> bool:
    """Whether `user` may read a report: by the permission it names, else as a reader of deals."""
    return may(user, kind.needs) if kind.needs else reads(user, "opportunity")
