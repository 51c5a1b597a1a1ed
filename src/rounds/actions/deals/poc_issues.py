"""Issues of a proof of concept: raised, escalated, closed (POC-06)."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.deals.below import add_task, finish_tasks, manager_of, tell
from rounds.actions.deals.poc_given import PocRefused, locked
from rounds.actions.desk.notifications import notify
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Poc, PocIssue, User
from rounds.models.base import signature
from rounds.models.flow.active import active

RUNNING = ("agreed", "running", "readout")


@phi.texts("title", "note", needed=("title",), written="at")
def raise_issue(poc: Poc, *, title: str, severity: str, note: str = "", owner: User | None = None, by: Actor, at: datetime) -> PocIssue:
    """Something stands in the way; how long it may before others hear of it depends on its severity.

    Effects: PocIssue, a task for its owner, poc.issue_raised, an audit entry. Raises PocRefused (422), PocNotThere (409).
    """
    book = active().playbook.poc_terms.issues.severities
    if severity not in book:
        raise PocRefused(f"Severity is one of: {', '.join(book)}.", field="severity")
    if not title.strip():
        raise PocRefused("Say what stands in the way.", field="title")
    with deed(by):
        poc = locked(poc, *RUNNING, why="Issues belong to one that is agreed or running.")
        due = at + timedelta(hours=book[severity].hours)
        row = PocIssue.objects.create(opportunity=poc.opportunity, poc=poc, title=title.strip()[:300], note=note.strip()[:4000],
                                      severity=severity, owner=owner or poc.lead, due_at=due, **signature(by, at))  # fmt: skip
        add_task(poc.opportunity, f"{book[severity].title} issue: {row.title}"[:300], key=_key(row), owner=row.owner, due_at=due,
                 priority="urgent" if severity == next(iter(book)) else "high", by=by, at=at)  # fmt: skip
        tell("poc.issue_raised", row, {"title": row.title, "severity": severity}, by=by, at=at)
        audit.note("poc.raise_issue", by=by, at=at, kind="poc", subject=poc.id, detail={"severity": severity})
    return row


def escalate(issue: PocIssue, *, by: Actor, at: datetime) -> PocIssue:
    """Tell those the playbook names for its severity; once. One that is closed stays as it is.

    Effects: escalated_at, notices, poc.issue_escalated, an audit entry.
    """
    with deed(by):
        row = PocIssue.objects.select_for_update(of=("self",)).select_related("opportunity__owner", "poc__lead").get(pk=issue.pk)
        if row.closed_at or row.escalated_at:
            return row
        severity = active().playbook.poc_terms.issues.severities.get(row.severity)
        people = _people(row, severity.to if severity else ())
        row.escalated_at, row.escalated_to = at, ", ".join(person.name for person in people)[:500]
        row.save(update_fields=["escalated_at", "escalated_to"])
        notify(people, kind="poc.alarm", title=f"{row.poc.name}: {row.title}", url=f"/pocs/{row.poc_id}/#issues",
               account=row.opportunity.account_id, subject=row.id, by=by, at=at)  # fmt: skip
        tell("poc.issue_escalated", row, {"title": row.title, "severity": row.severity, "to": [person.name for person in people]}, by=by, at=at)
        audit.note("poc.escalate_issue", by=by, at=at, kind="poc", subject=row.poc_id)
    return row


@phi.texts("solution", needed=("solution",))
def close(issue: PocIssue, *, solution: str, by: Actor, at: datetime) -> PocIssue:
    """It is out of the way, and how; one that is closed stays so.

    Effects: closed_at, its task is done, poc.issue_closed, an audit entry. Raises PocRefused (422).
    """
    if not solution.strip():
        raise PocRefused("Say how it was settled.", field="solution")
    with deed(by):
        row = PocIssue.objects.select_for_update(of=("self",)).select_related("opportunity").get(pk=issue.pk)
        if row.closed_at:
            return row
        row.closed_at, row.closed_name, row.solution = at, by.name, solution.strip()[:4000]
        row.save(update_fields=["closed_at", "closed_name", "solution"])
        finish_tasks([_key(row)], outcome="Settled", by=by, at=at)
        tell("poc.issue_closed", row, {"title": row.title, "solution": row.solution}, by=by, at=at)
        audit.note("poc.close_issue", by=by, at=at, kind="poc", subject=row.poc_id)
    return row


def _people(row: PocIssue, words: tuple[str, ...]) -> list[User]:
    """Whom the playbook names, each once: the manager of whoever leads it, roles of those who see the deal's territory."""
    found: dict[object, User] = {}
    for word in words:
        if word == "manager":
            some = [manager_of(row.poc.lead) or manager_of(row.opportunity.owner)]
        else:
            some = list(User.objects.filter(role=word.removeprefix("role:"), is_active=True).order_by("name")[:20])
        found.update({person.pk: person for person in some if person is not None})
    return list(found.values())


def _key(row: PocIssue) -> str:
    return f"poc_issue:{row.id}"
