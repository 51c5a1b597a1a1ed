"""A deed: what every action runs inside. One transaction, and the field history knows who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory
from django.db import transaction

from rounds.kit.actor import Actor


@contextmanager
def deed(by: Actor) -> Iterator[None]:
    """Everything in the block is written together or not at all, and field history names `by`."""
    with transaction.atomic(), pghistory.context(kind=by.kind, by=str(by.id or ""), name=by.name):
        yield
