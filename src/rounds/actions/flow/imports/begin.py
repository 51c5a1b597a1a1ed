"""The life of an import: begun with a file, told what its columns mean, checked, run, stopped, released, taken back.

Each verb is one short deed; the work itself is the worker's, deferred by name in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rounds.access.allowed import may
from rounds.actions.flow import automations
from rounds.actions.flow.deeds import deed
from rounds.actions.flow.imports.nouns import NOUNS, recognised
from rounds.actions.flow.imports.planning import (
    ImportRefused,
    likeliest,
    locked,
    need_columns,
    need_to_import,
    plan_for,
)
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import Batch, Import, ImportRow, User
from rounds.models.base import signature as signed
from rounds.models.flow.active import active

TASK = "imports.work"
"""The worker's task, deferred by its name: actions never import jobs."""
WORKING = ("reading", "checking", "running", "undoing")


def begin(name: str, *, file: str, size: int, looks: Any, noun: str = "", person: User | None, by: Actor, at: datetime) -> Import:
    """Take a file that was laid down under the name `file` in the data directory. `looks`: how it is read (encoding,
    delimiter, sheet, heads). What its columns mean is remembered, recognised or guessed.

    Effects: Import and its batch, an audit entry, the job that stages its rows. Raises ImportRefused, NotAllowed.
    """
    book = active().playbook
    known = recognised(book, looks.heads)
    code = noun or (known[2].noun if known else likeliest(looks.heads))
    if code not in NOUNS:
        raise ImportRefused(f"“{code[:40]}” is nothing that is imported; choose one of: {', '.join(NOUNS)}.", field="noun")
    if person is not None:
        need_to_import(person, NOUNS[code])
    with deed(by):
        one = Import.objects.create(
            user=person, noun=code, name=name[:200], file=file, bytes=size, heads=looks.heads, encoding=looks.encoding,
            delimiter=looks.delimiter, sheet=looks.sheet, system=f"{known[1]} {known[2].object}" if known else "",
            plan=plan_for(code, looks.heads, person), step_at=at, **signed(by, at),
        )  # fmt: skip
        Batch.objects.create(id=one.id, kind=f"import.{code}", label=one.name, **signed(by, at))
        audit.note("import.begin", by=by, at=at, kind="batch", subject=one.id, detail={"noun": code, "bytes": size, "columns": len(looks.heads)})
        defer(one)
    return one


def ask_check(of: Import, *, by: Actor, at: datetime) -> Import:
    """Ask the worker for the preview. Raises ImportRefused where a needed column means nothing, NotNow.

    Effects: the state, the job.
    """
    with deed(by):
        of = locked(of, "mapping", "ready")
        need_columns(of)
        return _hand_over(of, "checking", at)


def answer(of: Import, number: int, said: str, *, by: Actor, at: datetime) -> ImportRow:
    """Answer a possible duplicate: "same" (update the record found), "new", or "skip". Effects: the staged row, counts."""
    if said not in ("same", "new", "skip"):
        raise ImportRefused("Answer with same, new or skip.", field="answer")
    with deed(by):
        of = locked(of, "ready")
        row = ImportRow.objects.select_for_update().filter(of=of, number=number, verdict__in=("duplicate", "new", "update", "skipped")).first()
        if row is None or (said == "same" and row.target is None):
            raise ImportRefused("This row found no record it could be the same as.", field="answer")
        before, row.answer = row.verdict, said
        row.verdict = {"same": "update", "new": "new", "skip": "skipped"}[said]
        if said == "new":
            row.target = None
        row.save(update_fields=["answer", "verdict", "target"])
        of.counts = {**of.counts, before: of.counts.get(before, 0) - 1}
        of.counts[row.verdict] = of.counts.get(row.verdict, 0) + 1
        of.save(update_fields=["counts"])
    return row


def ask_run(of: Import, *, release: bool = False, by: Actor, at: datetime) -> Import:
    """Ask the worker to write a checked file, or one that was stopped. `release`: automations may run when it is done.

    Effects: the state, the job, an audit entry. Raises NotAllowed for more rows than the role imports, NotNow.
    """
    with deed(by):
        of = locked(of, "ready", "stopped")
        _enough(of)
        of.plan = {**of.plan, "release": release}
        of.save(update_fields=["plan"])
        audit.note("import.run", by=by, at=at, kind="batch", subject=of.id, detail={**of.counts, "automations": release})
        return _hand_over(of, "running", at, done=of.state == "stopped")


def _enough(of: Import) -> None:
    few = active().playbook.imports.few.rows
    person = User.objects.filter(pk=of.user_id).first()
    if of.rows > few and person is not None and not may(person, "records.import_many"):
        raise ImportRefused(f"Your role imports {few:,} rows at most; this file has {of.rows:,}. Split it, or ask your manager.")


def stop(of: Import, *, by: Actor, at: datetime) -> Import:
    """Ask a running import to stop after its chunk; what is written stays, and it goes on when asked."""
    with deed(by):
        if Import.objects.filter(pk=of.pk, state__in=WORKING, stop_asked_at=None).update(stop_asked_at=at):
            audit.note("import.stop", by=by, at=at, kind="batch", subject=of.id)
    of.refresh_from_db()
    return of


def release(of: Import, *, by: Actor, at: datetime) -> int:
    """Let automations see the imported records from now on, and their clocks begin; how many events they see.

    Effects: those of the batch's release. Raises NotNow where it is not done, ReleasedAlready.
    """
    with deed(by):
        of = locked(of, "done")
        return automations.release(Batch.objects.get(pk=of.pk), by=by, at=at)


def would_start(of: Import) -> dict[str, int]:
    """Automation → how many runs of it a release would begin, before their conditions are asked."""
    return automations.would_start(Batch.objects.get(pk=of.pk))


def ask_undo(of: Import, *, by: Actor, at: datetime) -> Import:
    """Ask the worker to take the whole import back, within the playbook's days. Raises NotNow, ImportRefused.

    Effects: the state, the job, an audit entry.
    """
    with deed(by):
        of = locked(of, "done", "stopped")
        days = active().playbook.imports.undo.days
        if of.finished_at and at - of.finished_at > timedelta(days=days):
            raise ImportRefused(f"An import is taken back within {days} days; this one ended {of.finished_at:%d %b %Y}.")
        audit.note("import.undo", by=by, at=at, kind="batch", subject=of.id)
        return _hand_over(of, "undoing", at)


def discard(of: Import, *, by: Actor, at: datetime) -> None:
    """Throw a file away that was not run. Effects: the import and its rows are gone, its batch ends, an audit entry."""
    with deed(by):
        of = locked(of, "mapping", "ready", "refused", "kept", "checking", "reading")
        Batch.objects.filter(pk=of.pk).update(finished_at=at, detail={"discarded": True})
        audit.note("import.discard", by=by, at=at, kind="batch", subject=of.id)
        ImportRow.objects.filter(of=of)._raw_delete("default")
        of.delete()


def _hand_over(of: Import, state: str, at: datetime, *, done: bool = False) -> Import:
    of.state, of.step_at, of.stop_asked_at, of.refusal = state, at, None, ""
    of.done = of.done if done else 0
    of.save(update_fields=["state", "step_at", "stop_asked_at", "refusal", "done"])
    defer(of)
    return of


_here: ContextVar[bool] = ContextVar("imported_here", default=False)


@contextmanager
def in_this_process() -> Iterator[None]:
    """The block carries its import through by itself: the queue is not asked."""
    token = _here.set(True)
    try:
        yield
    finally:
        _here.reset(token)


def defer(of: Import) -> None:
    """Ask the queue to carry the import on; a job of it that waits already does."""
    if _here.get():
        return
    from django.db import transaction
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    key = f"{TASK}.{of.id}"
    try:
        with transaction.atomic():
            app.configure_task(TASK, lock=key, queueing_lock=key).defer(key=str(of.id))
    except AlreadyEnqueued:
        return


def mine(user: User) -> Any:
    """The imports somebody sees: their own; whoever imports many and sees all records sees everybody's."""
    everybody = may(user, "records.import_many") and may(user, "records.assign_others") and may(user, "universe.load")
    return Import.objects.all() if everybody else Import.objects.filter(user=user)


def one_of(user: User, key: UUID) -> Import | None:
    """The import `key` if `user` sees it."""
    return mine(user).filter(pk=key).first()
