"""The job behind a change of many rows: under the eyes of the person who began it, looked at anew for each chunk."""

from __future__ import annotations

from uuid import UUID

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.desk import changes
from rounds.kit.clock import now
from rounds.models import Batch, User


def finish(batch_id: str | UUID) -> Batch:
    """Carry the batch on until it is done, or until whoever began it is sent away: the rest stays as it is."""
    while True:
        batch = Batch.objects.get(pk=batch_id)
        if batch.finished_at:
            return batch
        person = User.objects.filter(pk=batch.by_id, is_active=True).first()
        if person is None:
            return changes.abandon(batch, why="Whoever began this was sent away; the rest was left as it is.", at=now())
        with sight(scope_of(person)):
            changes.carry_on(batch, by=person.actor, at=now())
