"""A file that was sent: laid down under a name of ours, looked at, and its import begun. It is never held in memory."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from rounds.actions.flow import imports
from rounds.jobs import import_file
from rounds.jobs.imports import folder
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.models import Import, User
from rounds.models.flow.active import active


def begun(upload: Any, *, noun: str, person: User, by: Actor) -> Import:
    """An import of an uploaded file. Raises FileRefused, and the refusals of `begin`; then nothing of the file is left."""
    limits, stored = active().playbook.imports.limits, f"{uuid4()}.upload"
    path, name = folder() / stored, (upload.name or "file").replace("/", "_")[-200:]
    if upload.size > limits.megabytes << 20:
        raise import_file.FileRefused(f"{name} is larger than {limits.megabytes:,} MB; split it.")
    path.touch(mode=0o600)
    try:
        with path.open("wb") as out:
            for block in upload.chunks():
                out.write(block)
        looks = import_file.look(path, name, limits)
        return imports.begin(name, file=stored, size=upload.size, looks=looks, noun=noun, person=person, by=by, at=now())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
