"""A customer signs the go-live of its project in the portal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rounds.actions.customers import implementations, issues
from rounds.actions.desk.notifications import notify
from rounds.actions.portal.signing import ToSign, signable
from rounds.kit.actor import Actor
from rounds.models import Implementation, ProjectStep, SignOff
from rounds.models.customers.implementations import RUNNING


def find(account: UUID, key: UUID) -> ToSign | None:
    """The project of that account whose go-live may be signed: it was kicked off, and production is deployed or live."""
    row = Implementation.objects.filter(RUNNING, pk=key, customer__account_id=account).select_related("customer__account", "customer__owner").first()
    if row is None or row.kickoff_held_at is None:
        return None
    ready = row.live_on is not None or ProjectStep.objects.filter(implementation=row, code="production", done_on__isnull=False).exists()
    if not ready:
        return None
    done = ProjectStep.objects.filter(implementation=row, done_on__isnull=False).order_by("position")
    shown = {"project": row.name, "done": [[step.title, step.done_on.isoformat()] for step in done]}
    statement = f"{row.customer.account.name} works with the system in production and accepts the go-live of “{row.name}”."
    return ToSign(row, f"Go-live: {row.name}", statement, shown)


@signable("go_live", "Go-live", find=find)
def signed(project: Implementation, row: SignOff, *, by: Actor, at: datetime) -> None:
    """Accepted, the project is live from that day; otherwise what is missing is an issue. Whoever looks after them is told.

    Effects: those of implementations.go_live, or of issues.open_issue; a notice.
    """
    who = f"{row.name}{f', {row.title}' if row.title else ''}"
    if row.accepted:
        implementations.go_live(project, on=at.date(), evidence=f"Signed in the portal by {who}", by=by, at=at)
        said = f"{who} signed the go-live of {project.name}"
    else:
        issues.open_issue(project.customer, f"Go-live not accepted: {row.remark}"[:300], severity="major", implementation=project, by=by, at=at)
        said = f"{who} does not accept the go-live of {project.name} yet"
    owner = project.customer.owner
    notify([owner] if owner else [], kind="customer.signed", title=said, body=row.remark, url=f"/implementations/{project.pk}/",
           account=project.customer.account, by=by, at=at)  # fmt: skip
