"""Handovers: everything one person owns goes to another, or to nobody, as a set; and back again.

Set-based, because a book may hold fifty thousand rows: one UPDATE and one INSERT of events for each noun. What stood
before is kept by field history, row by row, and that is what the way back reads.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.desk import tasks
from rounds.actions.flow import batches, events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import routing
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Assignment, Batch, Contact, Event, Lead, Task, User
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active
from rounds.rules.routing.assignment import MANAGER

KIND = "people.handover"
NOUNS: dict[str, str] = {"account": "account.assigned", "lead": "lead.assigned", "contact": ""}
"""What is handed over → the event each row leaves. Contacts go with their accounts and leave none."""


LeadsTo = Literal["heir", "routing"]
CHUNK = 2000
QUEUED = ", queue = %s"
STILL = ("EXISTS (SELECT 1 FROM rounds_assignment a WHERE a.lead_id = now.id AND a.batch_id = %s AND a.ended_at IS NULL"
         " AND a.owner_id IS NOT DISTINCT FROM now.owner_id)")  # fmt: skip
"""Nobody changed whose the lead is since the handover."""


class StillAway(Refusal):
    """Whoever these records came from has left. Invite them again before giving the records back."""


class HandoverGone(Refusal):
    """This handover was undone already."""


def counts(user: User) -> dict[str, int]:
    """How many accounts, leads and contacts `user` owns, whoever asks."""
    with sight(EVERYTHING):
        return {name: model.objects.filter(owner=user).count() for name, model in
                (("account", Account), ("lead", Lead), ("contact", Contact))}  # fmt: skip


def hand_over(user: User, heir: User | None, *, reason: str, by: Actor, at: datetime, leads_to: LeadsTo = "heir") -> Batch | None:
    """Give every account, lead and contact of `user` to `heir` (None: to nobody). None where there is nothing to give.

    `leads_to` "routing": their open leads go where the router gives them, after the accounts have changed hands. Effects: owner and team of the rows, account.assigned and lead.assigned for each, quiet, all in one Batch; an audit
    entry. What they had to do goes along: a lead's tasks and clocks to whom it went, the rest to `heir` (task.given). Field history keeps what stood before.
    """
    with deed(by), sight(EVERYTHING):
        to = heir.name if heir else "nobody"
        said = {"owner_before": str(user.id), "owner_after": str(heir.id) if heir else None,
                "owner_name": heir.name if heir else "", "reason": reason[:500]}  # fmt: skip
        if not any(rows.filter(owner=user).exists() for rows in (Account.objects, Lead.objects, Contact.objects, Task.objects.filter(OPEN))):
            return None
        batch = batches.begin(KIND, label=f"From {user.name} to {to}", by=by, at=at)
        context = _context()
        routed = 0
        done = {"account": _give("account", NOUNS["account"], user, heir, said, batch, by, at)}
        if leads_to == "routing":
            routed = _route(user, batch, by, at)
        done |= {noun: _give(noun, NOUNS[noun], user, heir, said, batch, by, at) for noun in ("lead", "contact")}
        done["lead"] += routed
        detail = {"from": str(user.id), "to": str(heir.id) if heir else None, "context": context, "rows": done,
                  "tasks": _give_tasks(user, heir, batch, by, at)}  # fmt: skip
        return batches.finish(batch, rows=sum(done.values()), detail=detail, at=at)


def undo(batch: Batch, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Give back what a handover took: (given back, left as somebody changed it since). Raises StillAway, HandoverGone.

    Effects: owner and team as they stood, the events of it, quiet; undone_at, an audit entry.
    """
    with deed(by), sight(EVERYTHING):
        batch = Batch.objects.select_for_update().get(pk=batch.pk, kind=KIND)
        if batch.undone_at is not None:
            raise HandoverGone
        user = User.objects.get(pk=batch.detail["from"])
        if not user.is_active:
            raise StillAway(f"{user.name} has left. Invite them again before giving the records back.")
        said = {"owner_before": batch.detail["to"], "owner_after": str(user.id), "owner_name": user.name,
                "reason": "undone"}  # fmt: skip
        back = sum(_back(noun, kind, batch, said, by, at) for noun, kind in NOUNS.items())
        _tasks_back(user, batch, by, at)
        batch.undone_at = at
        batch.save(update_fields=["undone_at"])
        left = batch.rows - back
        audit.note("people.handover_undo", by=by, at=at, kind="user", subject=user.id,
                   detail={"batch": str(batch.id), "back": back, "left": left})  # fmt: skip
    return back, left


def latest(user: User) -> Batch | None:
    """The newest handover of what `user` owned, undone or not."""
    return Batch.objects.filter(kind=KIND, detail__from=str(user.id)).order_by("-at").first()


def _route(user: User, batch: Batch, by: Actor, at: datetime) -> int:
    """The open leads of `user` by the router, which never gives one to somebody who left; how many."""
    closed = active().playbook.assignment.load.closed
    mine = Lead.objects.filter(owner=user).exclude(status__in=closed).order_by("captured_at", "id")
    keys = list(mine.values_list("id", flat=True))
    Lead.objects.filter(pk__in=keys).update(owner=None, updated_at=at)
    for start in range(0, len(keys), CHUNK):
        rows = list(Lead.objects.filter(pk__in=keys[start : start + CHUNK]).order_by("captured_at", "id"))
        routing.route_many(rows, by=by, at=at, cause="handover", batch=batch.id)
    Assignment.objects.filter(batch_id=batch.id).update(before=user)
    return len(keys)


def _give_tasks(user: User, heir: User | None, batch: Batch, by: Actor, at: datetime) -> int:
    """What `user` had to do, to the owner its lead has now, else to `heir`; how many. A clock runs on."""
    mine = list(Task.objects.filter(OPEN, owner=user).select_related("lead__owner").order_by("id"))
    with events.quietly(batch.id):
        for task in mine:
            tasks.give(task, (task.lead.owner if task.lead else None) or heir, by=by, at=at)
    return len(mine)


def _tasks_back(user: User, batch: Batch, by: Actor, at: datetime) -> None:
    """Give back the tasks that are where the handover put them."""
    told = Event.objects.filter(batch_id=batch.id, kind="task.given", at__gte=batch.at).values_list("subject_id", "payload")
    put = {key: said["owner_after"] for key, said in told if said["owner_before"] == str(user.id)}
    with events.quietly(batch.id):
        for task in Task.objects.filter(OPEN, pk__in=put).order_by("id"):
            if (task.owner_id and str(task.owner_id)) == put[task.id]:
                tasks.give(task, user, by=by, at=at)


def _give(noun: str, kind: str, user: User, heir: User | None, said: dict[str, Any], batch: Batch, by: Actor,
          at: datetime) -> int:  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE rounds_{noun} SET owner_id = %s, team_id = %s, updated_at = %s{QUEUED if noun == 'lead' else ''}"
            " WHERE owner_id = %s RETURNING id",
            [heir.id if heir else None, heir.team_id if heir else None, at, *([MANAGER if heir is None else ""] if noun == "lead" else []),
             user.id],
        )  # fmt: skip
        ids = [row[0] for row in cursor.fetchall()]
    if noun == "lead":
        _assign(ids, user, said["reason"], batch, by, at)
    _tell(noun, kind, ids, said, batch, by, at)
    return len(ids)


def _back(noun: str, kind: str, batch: Batch, said: dict[str, Any], by: Actor, at: datetime) -> int:
    """The first thing field history kept under the handover's context is what stood before it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE rounds_{noun} now SET owner_id = old.owner_id, team_id = old.team_id, updated_at = %s{QUEUED if noun == 'lead' else ''}"
            f"  FROM rounds_{noun}history old WHERE old.pgh_context_id = %s AND old.pgh_obj_id = now.id AND old.owner_id = %s"
            f"   AND {STILL if noun == 'lead' else 'now.owner_id IS NOT DISTINCT FROM %s'} RETURNING now.id",
            [at, *([""] if noun == "lead" else []), batch.detail["context"], batch.detail["from"],
             batch.id if noun == "lead" else batch.detail["to"]],
        )  # fmt: skip
        ids = [row[0] for row in cursor.fetchall()]
    if noun == "lead":
        _assign(ids, None, "given back", None, by, at)
    _tell(noun, kind, ids, said, batch, by, at)
    return len(ids)


def _assign(ids: list[UUID], before: User | None, reason: str, batch: Batch | None, by: Actor, at: datetime) -> None:
    """An Assignment for each of these leads as it stands now, and the end of the one before: two statements."""
    routing.end_open(ids, at=at)
    signed = [by.kind, by.id, by.name, at, before.id if before else None, "handover" if batch else "undone", reason]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rounds_assignment (id, by_kind, by_id, by_name, at, before_id, cause, reason, lead_id, owner_id, queue,"
            " steps, pool, weight, playbook_hash, decline_reason, batch_id) SELECT gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s,"
            " id, owner_id, queue, '[]', '[]', 0, '', '', %s FROM rounds_lead WHERE id = ANY(%s)",
            [*signed, batch.id if batch else None, ids],
        )


def _tell(noun: str, kind: str, ids: list[UUID], said: dict[str, Any], batch: Batch, by: Actor, at: datetime) -> None:
    """One event a row, in one statement: all have the same payload, which is checked once."""
    if not kind or not ids:
        return
    event: Event = events.made(kind, said, by=by, at=at, batch=batch.id, quiet=True)
    account, lead = ("id", "NULL::uuid") if noun == "account" else ("account_id", "id")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rounds_event (id, at, by_kind, by_id, by_name, kind, account_id, lead_id, payload, batch_id,"
            f" quiet) SELECT gen_random_uuid(), %s, %s, %s, %s, %s, {account}, {lead}, %s::jsonb, %s, true"
            f" FROM rounds_{noun} WHERE id = ANY(%s)",
            [at, event.by_kind, event.by_id, event.by_name, kind, json.dumps(event.payload), batch.id, ids],
        )


def _context() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('pghistory.context_id', true)")
        return cursor.fetchone()[0]
