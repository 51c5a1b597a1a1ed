"""When a file of the playbook got the text it has: the published versions that changed it, read without the other files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models.fields.json import KeyTextTransform

from rounds.models.flow.playbooks import PlaybookVersion

MOST = 200


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A published version in which a file got a new text: who published it, when and why. A publication is its approval."""

    number: int
    by: str
    at: datetime
    reason: str


def versions_of(file: str) -> list[FileVersion]:
    """The versions that changed `file`, the newest first; empty where it is as shipped and nothing was published. One query."""
    rows = PlaybookVersion.objects.annotate(said=KeyTextTransform(file, "files")).order_by("number")
    found, before = [], None
    for number, by, at, reason, said in rows.values_list("number", "by_name", "at", "reason", "said")[:MOST]:
        if said is not None and said != before:
            found.append(FileVersion(number, by, at, reason))
        before = said
    return found[::-1]
