"""A deed: what every action runs inside. One transaction, and the field history knows who acts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID, uuid4

from django.db import ProgrammingError, connection, transaction

from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal

_running: ContextVar[tuple[UUID, Actor] | None] = ContextVar("deed", default=None)


class OnHold(Refusal):
    """This is on legal hold: it stays as it is until the hold is lifted."""


@contextmanager
def deed(by: Actor) -> Iterator[None]:
    """Everything in the block is written together or not at all, and field history names `by`.

    A deed within a deed of the same actor belongs to it; another actor's has a context of its own. The history's
    triggers read the two settings made here once; pghistory's own context manager would send them along with every
    statement. Raises OnHold (409) where the database refuses because of a legal hold.
    """
    outer = _running.get()
    with transaction.atomic():
        here = outer if outer and outer[1] == by else (uuid4(), by)
        if here != outer:
            _say(*here)
        token = _running.set(here)
        try:
            yield
        except ProgrammingError as error:
            if "on legal hold" in str(error):
                raise OnHold from error
            raise
        finally:
            _running.reset(token)
        if outer and here != outer:
            _say(*outer)


@contextmanager
def at_once() -> Iterator[None]:
    """The statements of the block are sent one behind the other, and nobody waits for the answer of each.

    For what only writes: a read in it waits for all before it, and a COPY is refused. What the database refuses is
    raised at the end of the block.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def _say(context: UUID, by: Actor) -> None:
    told = json.dumps({"kind": by.kind, "by": str(by.id or ""), "name": by.name})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [str(context), told],
        )
