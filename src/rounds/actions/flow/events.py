"""Events: the record of what happened. One row drives the timeline, automation and the outbox (law 2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from rounds.actions.flow import staged
from rounds.kit.actor import Actor
from rounds.kit.ids import new_id
from rounds.models import Event
from rounds.models.base import signature
from rounds.models.flow.active import PlaybookUnreadable, active
from rounds.models.flow.kinds import shaped
from rounds.models.sealed import SealedText
from rounds.rules.automation.starting import listened

TASK = "flow.automate"
"""The worker's task, deferred by its name: actions never import jobs."""

_batch: ContextVar[UUID | None] = ContextVar("batch", default=None)
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@contextmanager
def in_batch(batch: UUID) -> Iterator[None]:
    """Events of the block belong to `batch`, whichever action records them, so that all can be undone together."""
    token = _batch.set(batch)
    try:
        yield
    finally:
        _batch.reset(token)


def running_batch() -> UUID | None:
    """The batch whose block is running, if one is."""
    return _batch.get()


@contextmanager
def quietly(batch: UUID) -> Iterator[None]:
    """As `in_batch`, and the events start nothing, whichever action records them: a data load is nobody's act (PLUS-04)."""
    token = _quiet.set(True)
    try:
        with in_batch(batch):
            yield
    finally:
        _quiet.reset(token)


def record(
    kind: str,
    payload: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    account: UUID | None = None,
    lead: UUID | None = None,
    opportunity: UUID | None = None,
    subject: UUID | None = None,
    batch: UUID | None = None,
    quiet: bool = False,
) -> Event:
    """Append one event of `kind` (a key of `models.flow.kinds.KINDS`) and answer it."""
    event = made(kind, payload, by=by, at=at, account=account, lead=lead, opportunity=opportunity, subject=subject, batch=batch, quiet=quiet)
    event.save(force_insert=True)
    automate([event])
    return event


def record_all(rows: list[Event]) -> None:
    """Append events that were `made`, in one statement."""
    append(rows)
    automate(rows)


def append(rows: Sequence[Event]) -> None:
    """Append events whose automations were asked for already."""
    Event.objects.bulk_create(rows)


def pour(told: Iterable[tuple[str, UUID | None, UUID | None, str]], *, by: Actor, at: datetime, batch: UUID | None = None,
         quiet: bool = False) -> None:  # fmt: skip
    """Append thousands of events that start nothing: (kind, account, lead, payload as `shaped_text` gives it)."""
    rows = ((new_id(), *one) for one in told)
    same = {**signature(by, at), "batch_id": batch or _batch.get(), "quiet": quiet or _quiet.get()}
    staged.pour(Event, ("id", "kind", "account_id", "lead_id", "payload"), rows, same)


def automate(rows: Sequence[Event], beside: Sequence[Job] = ()) -> None:
    """Hand the events some automation listens to to the worker, in the running transaction: a rollback leaves no job.

    Whether it is switched on and its conditions hold is the worker's to ask. Quiet events start nothing. `beside`: other
    jobs of the same deed, handed over in the same statement.
    """
    heard = _heard([event for event in rows if not event.quiet])
    task = app.configure_task(TASK) if heard else None
    jobs = [*beside, *(task.make_new_job(event=str(event.id), at=event.at.isoformat()) for event in heard)]
    if jobs:
        app.job_manager.batch_defer_jobs(jobs)


def _heard(loud: Sequence[Event]) -> list[Event]:
    """Those some automation listens to."""
    if not loud:
        return []
    try:
        kinds = listened(active().playbook)
    except PlaybookUnreadable:
        return []
    return [event for event in loud if event.kind in kinds]


def made(
    kind: str,
    payload: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    account: UUID | None = None,
    lead: UUID | None = None,
    opportunity: UUID | None = None,
    subject: UUID | None = None,
    batch: UUID | None = None,
    quiet: bool = False,
) -> Event:
    """An event with its payload checked against the shape of its kind, not yet written."""
    return Event(
        kind=kind,
        payload=shaped(kind, unsaid(kind, payload)),
        account_id=account,
        lead_id=lead,
        opportunity_id=opportunity,
        subject_id=subject,
        batch_id=batch or _batch.get(),
        quiet=quiet or _quiet.get(),
        **signature(by, at),
    )


def unsaid(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """`payload` without the values of sealed columns, which an event would keep in the clear for years: that they
    changed is said as [None, None]; the value before stands, sealed, in the field history."""
    if kind == "text.released":
        return {**payload, "text": ""} if payload["field"] in _sealed(payload["what"]) else payload
    if "changed" not in payload:
        return payload
    sealed = _sealed(kind.partition(".")[0])
    changed = {name: [None, None] if name in sealed else pair for name, pair in payload["changed"].items()}
    return {**payload, "changed": changed}


def _sealed(noun: str) -> set[str]:
    """The sealed columns of a noun; none of what is no model ("text")."""
    model = apps.all_models["rounds"].get(noun)
    return {column.attname for column in model._meta.concrete_fields if isinstance(column, SealedText)} if model else set()
