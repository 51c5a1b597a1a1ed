"""Queues: where leads wait that nobody owns, and what they are called."""

from __future__ import annotations

from rounds.models.flow.active import active
from rounds.rules.routing.assignment import MANAGER, NURTURE, TERRITORY


def queues() -> list[tuple[str, str]]:
    """(code, title) of every queue of the playbook in force."""
    book = active().playbook
    programmes = [(code, one.queue) for code, one in book.segments.programmes.items()]
    return [(MANAGER, book.roles.manager_queue), (TERRITORY, book.territories.queue), (NURTURE, book.roles.nurture), *programmes]


def queue_title(code: str) -> str:
    """What a queue is called; a code of another playbook stands for itself."""
    return dict(queues()).get(code, code)
