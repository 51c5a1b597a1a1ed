"""What a check is given and what it answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db import connection

from rounds.playbook import Playbook

Outcome = Literal["pass", "fail", "unknown"]


@dataclass(frozen=True)
class Look:
    """What a run of the checks looks at: the moment, the playbook in force, and what others found out before.

    `chains`: chain → what counting it again found, as data; `due`: rule → rows kept too long. Empty: nobody looked.
    """

    at: datetime
    playbook: Playbook
    chains: dict[str, dict[str, Any]] = field(default_factory=dict)
    due: dict[str, dict[str, Any]] = field(default_factory=dict)
    backup: dict[str, Any] | None = None


@dataclass(frozen=True)
class Finding:
    """`says` is a sentence with its figures; `mend` the address where one mends it, "" where nowhere yet.

    `evidence`: figures, ids and moments as data, never a secret."""

    outcome: Outcome
    says: str
    evidence: dict[str, Any] = field(default_factory=dict)
    mend: str = ""
    mend_word: str = ""

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def passed(says: str, **evidence: Any) -> Finding:
    return Finding("pass", says, evidence)


def failed(says: str, mend: str = "", mend_word: str = "", **evidence: Any) -> Finding:
    return Finding("fail", says, evidence, mend, mend_word)


def unknown(says: str, mend: str = "", mend_word: str = "", **evidence: Any) -> Finding:
    """Nobody can say: it never counts as met."""
    return Finding("unknown", says, evidence, mend, mend_word)


def ask(sql: str, *said: Any) -> list[tuple]:
    """The rows of a query of our own."""
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        return cursor.fetchall()
