"""Keeps the folder that Tableau, Power BI and others read: the star through one person's eyes, whole or not at all.

FOLDER/current leads to the star in force; it is changed in one step when the next one is whole. What is under way stands in
FOLDER/.making: first the tables, all of one moment, then the star made of them. A refresh that was killed is carried on
from there while its moment is fresh and nothing was erased since; else it begins anew. What is no longer in force is
deleted at once, so that what was erased here is not kept there.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from rounds.access.allowed import need
from rounds.access.scope import scope_of
from rounds.access.sight import sight, system_sight
from rounds.actions.trust import audit, exports
from rounds.analytics.numbers.exporting import write
from rounds.analytics.warehouse.building import ABOUT, build
from rounds.jobs import warehouse_views
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.kit.scope import Scope
from rounds.models import Purge, SubjectRequest, User
from rounds.models.flow.active import active
from rounds.playbook import Playbook

TASK = "warehouse.refresh"
CURRENT, MAKING, LOCK, STATE = "current", ".making", ".lock", "state.json"
FRESH = timedelta(hours=1)
"""How old the tables of a refresh that was killed may be to be carried on with."""
NIGHTLY = timedelta(hours=20)
"""A folder as old as this is refreshed by the night's work."""


class Refreshing(Refusal):
    """This folder is being refreshed by another process; look again when it is done."""

    status = 409


class NotOurs(Refusal):
    """The folder holds other things: name an empty folder, or one that `rounds warehouse refresh` made."""

    status = 422
    field = "folder"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh wrote; `resumed`: it carried on where one before was killed."""

    folder: Path
    about: dict[str, Any]
    resumed: bool


def refresh(folder: Path, user: User, *, reason: str = "", csv: bool = False, by: Actor | None = None, at: datetime | None = None) -> Refreshed:
    """Refresh the star in `folder` with what `user` sees. Raises NotAllowed, ReasonAsked, Refreshing, NotOurs.

    Effects: the audit entry of a file that left; the folder.
    """
    at, scope, book = at or now(), scope_of(user), active().playbook
    with _held(folder):
        making = folder / MAKING
        state = _carried(making, scope, at)
        resumed = state is not None
        if state is None:
            shutil.rmtree(making, ignore_errors=True)
            state = {"as_of": at.isoformat(), "scope": scope.hash, "playbook": active().hash, "star": {}}
            _take(making / "tables", user, scope, book, reason=reason, by=by or user.actor, at=at)
            _keep(making, state)

        def done(name: str, rows: int) -> None:
            state["star"][name] = rows
            _keep(making, state)

        about = build(making / "tables", making / "star", book, datetime.fromisoformat(state["as_of"]), ready=state["star"], done=done)
        about = _marked(making / "star", about, user, scope)
        if csv:
            _as_csv(making / "star")
        _put_in_force(folder, at)
    return Refreshed(folder / CURRENT, about, resumed)


def _take(tables: Path, user: User, scope: Scope, book: Playbook, *, reason: str, by: Actor, at: datetime) -> None:
    """The tables as `user` sees them, all of one moment, and the audit entry that says so. Nothing stays of what may not leave."""
    try:
        with _one_moment(), sight(scope):
            need(user, "records.export")
            rows = write(tables, scope, book)
        with sight(scope):
            _note(user, rows, tables, by, at, reason, scope)
    except BaseException:
        shutil.rmtree(tables.parent, ignore_errors=True)
        raise


def due(folder: Path, at: datetime) -> bool:
    """Whether the folder is to be refreshed: there is none, it is a night old, or something was erased since."""
    try:
        made = datetime.fromisoformat(json.loads((folder / CURRENT / ABOUT).read_text(encoding="utf-8"))["as_of"])
    except (OSError, ValueError, KeyError):
        return True
    return at - made > NIGHTLY or erased_since(made)


def erased_since(moment: datetime) -> bool:
    """Whether anything went by retention, or anybody was erased, after `moment`."""
    with system_sight():
        return Purge.objects.filter(at__gt=moment, rows__gt=0).exists() or SubjectRequest.objects.filter(done_at__gt=moment).exists()


def ask() -> int:
    """Ask the queue for a refresh of the deployment's folder and of the views where it is due; 1 when it was asked."""
    from django.conf import settings
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    folder, at = settings.CONFIG.warehouse_dir, now()
    if not ((folder is not None and due(folder, at)) or warehouse_views.due(at)):
        return 0
    try:
        with transaction.atomic():
            app.configure_task(TASK, lock=TASK, queueing_lock=TASK).defer()
    except AlreadyEnqueued:
        return 0
    return 1


def refresh_due() -> int:
    """The worker's refresh of the views and of the folder the deployment names (ROUNDS_WAREHOUSE_DIR, through the eyes of ROUNDS_WAREHOUSE_AS); 1 when it was made."""
    from django.conf import settings

    folder, email, at = settings.CONFIG.warehouse_dir, settings.CONFIG.warehouse_as, now()
    if warehouse_views.due(at):
        warehouse_views.fill(at)
    if folder is None or not due(folder, at):
        return 0
    with system_sight():
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return 0
    refresh(folder, user, reason="The folder for BI is refreshed as the deployment says", by=SYSTEM_ACTOR, at=at)
    return 1


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """One refresh at a time, in a folder that is ours."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    if any(one.name not in (CURRENT, MAKING, LOCK) and not one.name.startswith("star-") for one in folder.iterdir()):
        raise NotOurs
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refreshing from None
        yield


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction in which every table is read as of one moment (within another transaction it is that one's)."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _carried(making: Path, scope: Scope, at: datetime) -> dict[str, Any] | None:
    """The state of a refresh that was killed, if it may be carried on with."""
    try:
        state = json.loads((making / STATE).read_text(encoding="utf-8"))
        begun = datetime.fromisoformat(state["as_of"])
    except (OSError, ValueError, KeyError):
        return None
    same = state["scope"] == scope.hash and state["playbook"] == active().hash
    return state if same and at - begun < FRESH and not erased_since(begun) else None


def _keep(making: Path, state: dict[str, Any]) -> None:
    part = making / f"{STATE}.part"
    part.write_text(json.dumps(state), encoding="utf-8")
    part.replace(making / STATE)


def _note(user: User, rows: dict[str, int], tables: Path, by: Actor, at: datetime, reason: str, scope: Scope) -> None:
    import pyarrow.parquet as pq

    reason = exports.need_to_take(user, sum(rows.values()), reason)
    ids, accounts = (pq.read_table(tables / f"{name}.parquet", columns=["id"]).column("id").to_pylist() for name in ("deals", "accounts"))
    audit.note_file("warehouse.refresh", by=by, at=at, kind="opportunity", ids=map(UUID, ids), accounts=map(UUID, accounts), form="parquet", reason=reason,
                    scope=scope.hash, detail={"tables": rows, "for": str(user.pk)})  # fmt: skip


def _marked(star: Path, about: dict[str, Any], user: User, scope: Scope) -> dict[str, Any]:
    about = {**about, "scope": scope.hash, "seen_by": user.name}
    (star / ABOUT).write_text(json.dumps(about, indent=1, sort_keys=True), encoding="utf-8")
    return about


def _as_csv(star: Path) -> None:
    """The same tables as CSV beside them, for what reads no Parquet."""
    import duckdb

    (star / "csv").mkdir(exist_ok=True)
    with duckdb.connect() as base:
        for file in sorted(star.glob("*.parquet")):
            at, to = (str(one).replace("'", "''") for one in (file, star / "csv" / f"{file.stem}.csv"))
            base.execute(f"COPY (SELECT * FROM '{at}') TO '{to}' (FORMAT csv, HEADER)")


def _put_in_force(folder: Path, at: datetime) -> None:
    """`current` leads to the new star from one moment to the next; what stood before, and the tables it was made of, are deleted."""
    kept, link = folder / f"star-{at:%Y%m%dT%H%M%S%f}", folder / MAKING / "link"
    shutil.rmtree(kept, ignore_errors=True)
    (folder / MAKING / "star").rename(kept)
    link.unlink(missing_ok=True)
    link.symlink_to(kept.name)
    link.replace(folder / CURRENT)
    for old in (*folder.glob("star-*"), folder / MAKING):
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)
