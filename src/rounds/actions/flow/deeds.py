"""A deed: what every action runs inside. One transaction, and the field history knows who acts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID, uuid4

from django.db import connection, transaction

from rounds.kit.actor import Actor

_running: ContextVar[tuple[UUID, Actor] | None] = ContextVar("deed", default=None)


@contextmanager
def deed(by: Actor) -> Iterator[None]:
    """Everything in the block is written together or not at all, and field history names `by`.

    A deed within a deed of the same actor belongs to it; another actor's has a context of its own. The history's
    triggers read the two settings made here once; pghistory's own context manager would send them along with every
    statement.
    """
    outer = _running.get()
    with transaction.atomic():
        here = outer if outer and outer[1] == by else (uuid4(), by)
        if here != outer:
            _say(*here)
        token = _running.set(here)
        try:
            yield
        finally:
            _running.reset(token)
        if outer and here != outer:
            _say(*outer)


def _say(context: UUID, by: Actor) -> None:
    told = json.dumps({"kind": by.kind, "by": str(by.id or ""), "name": by.name})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [str(context), told],
        )
