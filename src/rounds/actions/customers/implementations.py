"""Implementations: opened with a won deal, kicked off, of value, live, complete (IMPL-01, 02, 04)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from rounds.access.sight import whole_sight
from rounds.actions.customers import customers
from rounds.actions.customers.first_value import count_days
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Customer, Implementation, Opportunity, ProjectDeal, ProjectPhase, ProjectStep
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.implementation import plan as planning


class ProjectRefused(Refusal):
    """That cannot be said of this project."""

    status = 422


class ProjectOver(Refusal):
    """This project is complete or was stopped; nothing of it changes any more."""


class NotYet(Refusal):
    """Something else comes first."""


@phi.texts("name")
def open_for(deal: Opportunity, *, signed_on: date, kickoff_on: date | None = None, weeks: int | None = None, name: str = "",
             by: Actor, at: datetime) -> Implementation:  # fmt: skip
    """The project of a won deal, laid out from its kickoff; the one that is there where the deal has one: a stopped one goes on.

    Effects: those of customers.won and begin, ProjectDeal, or of resume. Raises LengthRefused (422).
    """
    from rounds.actions.customers import stopping

    with deed(by), whole_sight(deal):
        there = ProjectDeal.objects.filter(opportunity=deal).select_related("implementation__customer__account").first()
        if there is not None:
            return stopping.resume(there.implementation, kickoff_on=kickoff_on, by=by, at=at)
        customer = customers.won(deal, signed_on=signed_on, by=by, at=at)
        project = begin(customer, name.strip() or deal.name, signed_on=signed_on, kickoff_on=kickoff_on, weeks=weeks, deals=[deal], by=by, at=at)
    return project


@phi.texts("name", needed=("name",))
def begin(customer: Customer, name: str, *, signed_on: date, kickoff_on: date | None = None, weeks: int | None = None,
          deals: Iterable[Opportunity] = (), by: Actor, at: datetime) -> Implementation:  # fmt: skip
    """A project of a customer, laid out from its kickoff, or so many days of the playbook after the signature.

    Effects: Implementation with phases and steps, a ProjectDeal for each of `deals`, implementation.opened, an audit
    entry. Raises LengthRefused, ProjectRefused (422).
    """
    shown(name, "what the project is called", "name")
    book = active().playbook
    plan = planning.plan(book, kickoff_on or signed_on + timedelta(days=book.implementation.kickoff_after.days), weeks=weeks, signed=signed_on)
    with deed(by):
        project = Implementation.objects.create(
            customer=customer, name=name.strip()[:300], kickoff_on=plan.kickoff, weeks=plan.weeks, planned_to=plan.ends, ends_on=plan.ends,
            signed_on=signed_on, playbook_hash=active().hash, updated_at=at, **signature(by, at),
        )  # fmt: skip
        lay_out(project, plan)
        for deal in deals:
            ProjectDeal.objects.create(customer=customer, implementation=project, opportunity=deal, **signature(by, at))
        said = {"name": project.name, "kickoff_on": plan.kickoff.isoformat(), "ends_on": plan.ends.isoformat(), "weeks": plan.weeks,
                "deals": [str(deal.id) for deal in deals]}  # fmt: skip
        tell("implementation.opened", project, said, by=by, at=at)
        audit.note("implementation.open", by=by, at=at, kind="implementation", subject=project.id, detail={"customer": str(customer.id)})
    return project


def lay_out(project: Implementation, plan: planning.Plan) -> None:
    """Write the phases and steps of a fresh plan. Effects: ProjectPhase, ProjectStep."""
    phases = {}
    for position, span in enumerate(plan.phases):
        phases[span.code] = ProjectPhase(
            customer_id=project.customer_id, implementation=project, code=span.code, title=span.title, position=position,
            starts_on=span.starts, ends_on=span.ends, planned_from=span.starts, planned_to=span.ends,
        )  # fmt: skip
    ProjectPhase.objects.bulk_create(phases.values())
    ProjectStep.objects.bulk_create([
        ProjectStep(
            customer_id=project.customer_id, implementation=project, phase=phases[span.phase], code=span.code, title=span.title,
            position=position, whose=span.whose, milestone=span.milestone, moves_patient_data=span.baa, needs=list(span.needs),
            starts_on=span.starts, ends_on=span.ends, planned_from=span.starts, planned_to=span.ends,
        ) for position, span in enumerate(plan.steps)
    ])  # fmt: skip


def take_in(project: Implementation, other: Implementation, *, by: Actor, at: datetime) -> Implementation:
    """Fulfil the contracts of `other` in `project` as well; `other` is closed and points here.

    Effects: the deals move, `other` stops, implementation.merged, an audit entry. Raises ProjectRefused, ProjectOver.
    """
    with deed(by):
        project, other = opened(project), opened(other)
        if project.pk == other.pk or project.customer_id != other.customer_id:
            raise ProjectRefused("Only projects of one customer become one.", field="other")
        deals = list(ProjectDeal.objects.filter(implementation=other).select_related("opportunity"))
        ProjectDeal.objects.filter(implementation=other).update(implementation=project)
        other.merged_into, other.stopped_at, other.stopped_why, other.updated_at = project, at, f"Taken into {project.name}", at
        other.save(update_fields=["merged_into", "stopped_at", "stopped_why", "updated_at"])
        tell("implementation.merged", project, {"name": other.name, "deals": [one.opportunity.name for one in deals]}, by=by, at=at)
        audit.note("implementation.merge", by=by, at=at, kind="implementation", subject=project.id, detail={"other": str(other.id)})
    return project


def kick_off(project: Implementation, *, on: date, by: Actor, at: datetime) -> Implementation:
    """The kickoff was held. On another day than planned, the rest of the plan moves along.

    Effects: kickoff_held_at, the step, perhaps a Replan, implementation.kicked_off. Raises ProjectOver, ProjectRefused.
    """
    from rounds.actions.customers import planning as moving

    past(on, at)
    with deed(by):
        project = opened(project)
        if project.kickoff_held_at:
            return project
        if on != project.kickoff_on:
            project = moving.move_kickoff(project, on=on, reason="The kickoff was held on another day", by=by, at=at)
        project.kickoff_held_at, project.updated_at = at, at
        project.save(update_fields=["kickoff_held_at", "updated_at"])
        mark(project, "kickoff", on, "", by=by, at=at)
        tell("implementation.kicked_off", project, {"name": project.name, "on": on.isoformat()}, by=by, at=at)
        audit.note("implementation.kick_off", by=by, at=at, kind="implementation", subject=project.id)
    return project


@phi.texts("evidence", needed=("evidence",))
def reach_value(project: Implementation, *, on: date, evidence: str, by: Actor, at: datetime) -> Implementation:
    """Somebody at the customer got value of it for the first time, perhaps on a pilot unit: when, and what shows it.

    Effects: first_value_on, the step, the reading of time to first value, implementation.first_value. Raises ProjectOver,
    ProjectRefused (422).
    """
    past(on, at)
    shown(evidence, "what shows that they got value of it")
    with deed(by):
        project = opened(project)
        if project.signed_on and on < project.signed_on:
            raise ProjectRefused(f"The contract was signed on {project.signed_on}; value came later.", field="on")
        project.first_value_on, project.first_value_note, project.updated_at = on, evidence.strip()[:2000], at
        project.save(update_fields=["first_value_on", "first_value_note", "updated_at"])
        mark(project, planning.FIRST_VALUE, on, evidence, by=by, at=at)
        count_days(project, by=by, at=at)
        tell("implementation.first_value", project, {"name": project.name, "on": on.isoformat(), "evidence": evidence[:500]}, by=by, at=at)
        audit.note("implementation.first_value", by=by, at=at, kind="implementation", subject=project.id)
    return project


@phi.texts("evidence", needed=("evidence",))
def go_live(project: Implementation, *, on: date, evidence: str, by: Actor, at: datetime) -> Implementation:
    """The customer works with it: when, and what shows it. It cannot be before the kickoff.

    Effects: live_on, the steps, the customer's phase, implementation.live, an audit entry. Raises NotYet (409), ProjectOver.
    """
    past(on, at)
    shown(evidence, "what shows that it is live")
    with deed(by):
        project = opened(project)
        if project.kickoff_held_at is None:
            raise NotYet("Hold the kickoff first; a project that has not begun is not live.")
        if project.live_on:
            return project
        if on < project.kickoff_on:
            raise ProjectRefused(f"The kickoff was on {project.kickoff_on}; the go-live comes later.", field="on")
        project.live_on, project.live_note, project.updated_at = on, evidence.strip()[:2000], at
        project.save(update_fields=["live_on", "live_note", "updated_at"])
        mark(project, planning.GO_LIVE, on, evidence, by=by, at=at)
        Customer.objects.filter(pk=project.customer_id).exclude(phase="churned").update(phase="live", updated_at=at)
        count_days(project, by=by, at=at)
        tell("implementation.live", project, {"name": project.name, "on": on.isoformat(), "evidence": evidence[:500]}, by=by, at=at)
        audit.note("implementation.go_live", by=by, at=at, kind="implementation", subject=project.id)
    return project


def complete(project: Implementation, *, by: Actor, at: datetime) -> Implementation:
    """Close a project that is live and of which every step is done. Effects: completed_at, implementation.completed.

    Raises NotYet (409) naming what is left, ProjectOver.
    """
    with deed(by):
        project = opened(project)
        if project.live_on is None:
            raise NotYet("It is not live yet; record the go-live first.")
        left = list(ProjectStep.objects.filter(implementation=project, done_on=None).order_by("position").values_list("title", flat=True))
        if left:
            raise NotYet(f"Still to do: {', '.join(left[:6])}{' …' if len(left) > 6 else ''}.")
        project.completed_at, project.updated_at = at, at
        project.save(update_fields=["completed_at", "updated_at"])
        tell("implementation.completed", project, {"name": project.name, "on": house_day(at).isoformat()}, by=by, at=at)
        audit.note("implementation.complete", by=by, at=at, kind="implementation", subject=project.id)
    return project


def opened(project: Implementation) -> Implementation:
    """The row, locked. Raises ProjectOver (409) where it is closed."""
    row = Implementation.objects.select_for_update(of=("self",)).select_related("customer__account").get(pk=project.pk)
    if not row.is_open:
        raise ProjectOver
    return row


def mark(project: Implementation, code: str, on: date, note: str, *, by: Actor, at: datetime) -> None:
    """The step `code` was done on a day. Effects: the step, and what it pushes."""
    from rounds.actions.customers import planning as moving

    step = ProjectStep.objects.filter(implementation=project, code=code, done_on=None).first()
    if step is not None:
        moving.set_done(project, step, on=on, note=note, by=by, at=at)


def past(day: date, at: datetime, field: str = "on") -> None:
    """Raises ProjectRefused for a day that has not come."""
    if day > house_day(at) + timedelta(days=1):
        raise ProjectRefused("That day has not come yet; say when it has happened.", field=field)


def shown(text: str, what: str, field: str = "evidence") -> None:
    """Raises ProjectRefused for nothing said."""
    if not text.strip():
        raise ProjectRefused(f"Say {what}.", field=field)


def tell(kind: str, project: Implementation, said: dict, *, by: Actor, at: datetime) -> None:
    """Record an event of a project on its customer's account."""
    events.record(kind, said, by=by, at=at, account=project.customer.account_id, subject=project.id)
