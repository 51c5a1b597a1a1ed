"""The guard of patient data over many rows: every free text is looked at, alike texts once. What is found is held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.actions.flow.imports.work import Work
from rounds.actions.trust import audit
from rounds.actions.trust.free_text import HELD
from rounds.kit.actor import Actor
from rounds.models import Quarantine
from rounds.models.base import signature
from rounds.rules import phi

MOST_KNOWN = 50_000


def held(work: Work, texts: Mapping[str, Any]) -> dict[str, list[str]]:
    """Field → kinds of what looks like patient data in it."""
    clean: set[str] = work.memory.setdefault("clean", set())
    found: dict[str, list[str]] = {}
    for name, text in texts.items():
        if isinstance(text, list):
            text = " ; ".join(map(str, text))
        if not isinstance(text, str) or not text or text in clean:
            continue
        if phi.may_hold(work.book.phi, text) and (kinds := phi.kinds(phi.found(work.book.phi, text))):
            found[name] = kinds
        elif len(clean) < MOST_KNOWN:
            clean.add(text)
    return found


def taken_out(said: dict[str, Any], needed: tuple[str, ...] = ("name",)) -> dict[str, str]:
    """Take the held texts out of what a row says (changed in place); field → the text that waits for a reviewer."""
    waiting: dict[str, str] = {}
    for name in said.get("held", {}):
        place, _, inner = name.partition(".")
        where = said[place] if inner else said
        key = inner or place
        if key not in where:
            continue
        waiting[name] = str(where[key])
        if inner:
            del where[key]
        else:
            where[key] = HELD if key in needed else ""
    return waiting


def keep(work: Work, kind: str, waiting: list[tuple[UUID, str, str, list[str]]], *, by: Actor, at: datetime) -> None:
    """Keep held texts sealed for a reviewer: (record, field, text, kinds). Effects: Quarantine, one audit entry."""
    if not waiting:
        return
    for record, field, text, kinds in waiting:
        Quarantine.objects.create(door="import", kind=kind, subject_id=record, field=field, text=text, found=kinds,
                                  **signature(by, at))  # fmt: skip
    audit.note("phi.hold", by=by, at=at, kind="batch", subject=work.of.id,
               detail={"texts": len(waiting), "kinds": sorted({k for *_, kinds in waiting for k in kinds}), "door": "import"})  # fmt: skip
    work.tally()["held"] += len(waiting)
