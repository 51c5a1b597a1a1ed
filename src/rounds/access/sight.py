"""Sight: tells the database, for the length of a transaction, whose eyes it is looking through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django.db.models import Model

from rounds.access.renderings import as_settings
from rounds.kit.once import apart
from rounds.kit.scope import NOBODY, SYSTEM, Scope
from rounds.models.flow.active import read_once

EVERYTHING = Scope(everything=True)
_current: ContextVar[Scope] = ContextVar("scope", default=NOBODY)


def look_as(scope: Scope) -> None:
    """Set the sight of the running transaction. It ends with the transaction."""
    settings = as_settings(scope)
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + calls, [part for pair in settings.items() for part in pair])
    _current.set(scope)


def current() -> Scope:
    """Through whose eyes the running code looks."""
    return _current.get()


def blind() -> Scope:
    """Begin a transaction that sees nothing until it is told whose eyes to use. Costs no query: a new transaction has
    no sight of its own."""
    _current.set(NOBODY)
    return NOBODY


@contextmanager
def sight(scope: Scope) -> Iterator[Scope]:
    """Run a block in a transaction that sees what `scope` sees; the sight before it comes back after it.

    A block that fails is rolled back, and PostgreSQL takes the settings back with it. A transaction is judged by one
    playbook, asked for once; the next one sees what was published meanwhile.
    """
    before = _current.get()
    nested = connection.in_atomic_block
    try:
        with apart(), read_once(), transaction.atomic():
            look_as(scope)
            yield scope
            if nested:
                look_as(before)
    finally:
        _current.set(before)


@contextmanager
def whole_sight(row: Model) -> Iterator[None]:
    """See everything while a verdict on `row` is reached: what a score says must not hang on who asks for it.

    What was read of other rows does not stay on `row`, so that a door shows no more of it than its viewer may see.
    """
    if _current.get().everything:
        yield
        return
    kept = dict(row._state.fields_cache)
    row._state.fields_cache = {name: other for name, other in kept.items() if other is not None}
    try:
        with sight(EVERYTHING):
            yield
    finally:
        row._state.fields_cache = kept


def system_sight():
    """The worker's own sight. The database grants it to the worker role alone."""
    return sight(SYSTEM)
