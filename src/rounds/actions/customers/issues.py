"""What troubles a customer, until it is resolved (IMPL-01: issue resolution)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.customers.customers import CustomerRefused
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Customer, CustomerIssue, Implementation
from rounds.models.base import signature

SEVERITIES = {"critical": "Critical", "major": "Major", "minor": "Minor"}


@phi.texts("title", "note", needed=("title",))
def open_issue(customer: Customer, title: str, *, severity: str = "minor", note: str = "", implementation: Implementation | None = None,
               by: Actor, at: datetime) -> CustomerIssue:  # fmt: skip
    """Keep an issue. Effects: CustomerIssue, customer.issue_opened, an audit entry. Raises CustomerRefused (422)."""
    if not title.strip():
        raise CustomerRefused("Say what troubles them.", field="title")
    if severity not in SEVERITIES:
        raise CustomerRefused("An issue is critical, major or minor.", field="severity")
    with deed(by):
        row = CustomerIssue.objects.create(customer=customer, implementation=implementation, title=title.strip()[:300], severity=severity,
                                           note=note.strip()[:4000], **signature(by, at))  # fmt: skip
        events.record("customer.issue_opened", {"title": row.title, "severity": severity}, by=by, at=at, account=customer.account_id, subject=customer.id)
        audit.note("customer.issue_open", by=by, at=at, kind="customer", subject=customer.id, detail={"severity": severity})
    return row


@phi.texts("resolution", needed=("resolution",))
def resolve(issue: CustomerIssue, *, resolution: str, by: Actor, at: datetime) -> CustomerIssue:
    """Say how an issue was resolved. Effects: resolved_at, customer.issue_resolved, an audit entry. Raises CustomerRefused."""
    if not resolution.strip():
        raise CustomerRefused("Say how it was resolved; the customer will ask.", field="resolution")
    with deed(by):
        row = CustomerIssue.objects.select_for_update(of=("self",)).select_related("customer").get(pk=issue.pk)
        if row.resolved_at:
            return row
        row.resolved_at, row.resolved_by, row.resolution = at, by.name, resolution.strip()[:2000]
        row.save(update_fields=["resolved_at", "resolved_by", "resolution"])
        said = {"title": row.title, "resolution": row.resolution[:300]}
        events.record("customer.issue_resolved", said, by=by, at=at, account=row.customer.account_id, subject=row.customer_id)
        audit.note("customer.issue_resolve", by=by, at=at, kind="customer", subject=row.customer_id)
    return row
