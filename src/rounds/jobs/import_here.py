"""An import carried through by whoever asks, in one go: the command line's way, without a worker."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from rounds.access.sight import sight
from rounds.actions.flow import imports
from rounds.actions.flow.imports.begin import in_this_process
from rounds.actions.flow.imports.nouns import NOUNS, offered, plain
from rounds.jobs import import_file
from rounds.jobs.import_file import FileRefused
from rounds.jobs.imports import SentAway, Walk, alone
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Import, ImportRow, User
from rounds.models.flow.active import active


@dataclass
class Report:
    """What became of the lines of a file. `refused` names each bad line with its sentence; `held` counts texts that look
    like patient data and wait for a reviewer, while the rest of their line was taken in; `there` stood already."""

    file: str
    noun: str = "lead"
    rows: int = 0
    taken: int = 0
    updated: int = 0
    there: int = 0
    duplicates: int = 0
    skipped: int = 0
    held: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    reconciled: list[dict[str, Any]] = field(default_factory=list)
    dry_run: bool = False
    seconds: float = 0.0
    id: str = ""


def run(path: Path, *, scope: Scope, by: Actor, noun: str = "", columns: dict[str, str] | None = None, match: list[str] | None = None,
        strict: bool = False, plan: dict[str, Any] | None = None, dry_run: bool = False,
        progress: Callable[[int], None] = lambda done: None) -> Report:  # fmt: skip
    """Import `path` under `scope`. `columns` says what headers mean where the guess is not enough (header → field, "" for
    nothing); `strict`: headers are names of fields, and one that is none is refused. With `dry_run` everything is tried and
    nothing kept. Raises FileRefused, SentAway and the refusals of an import.
    """
    began = time.monotonic()
    with _kept_unless(dry_run), in_this_process():
        looks = import_file.look(path, path.name, active().playbook.imports.limits)
        with sight(scope):
            person = User.objects.filter(pk=by.id).first() if by.is_human else None
            said = _strictly(looks.heads, path.name) if strict else columns or {}
            of = imports.begin(path.name, file="", size=path.stat().st_size, looks=looks, noun=noun, person=person, by=by, at=now())
        with alone(of):
            walk = Walk(of, by, lambda: _still(by, scope), progress)
            walk.stage(path)
            with sight(scope):
                of = imports.understand_as(of, _plan(of, said, match, plan or {}), by=by, at=now())
                of = imports.ask_check(of, by=by, at=now())
            walk.of = of
            walk.check()
            with sight(scope):
                walk.of = imports.ask_run(of, by=by, at=now())
            walk.run()
        report = _report(Import.objects.get(pk=of.pk), dry_run)
    report.seconds = round(time.monotonic() - began, 2)
    return report


@contextmanager
def _kept_unless(dry_run: bool) -> Iterator[None]:
    if not dry_run:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _still(by: Actor, scope: Scope) -> Scope:
    if by.is_human and not User.objects.filter(pk=by.id, is_active=True).exists():
        raise SentAway(f"{by.name} was sent away; the import stopped.")
    return scope


def _strictly(heads: list[str], name: str) -> dict[str, str]:
    """Headers that are names of fields, as `rounds lead import` takes them. Raises FileRefused with what was meant."""
    known = offered(NOUNS["lead"], active().playbook)
    found = {head: plain(head) for head in heads if head}
    for head, field_name in found.items():
        if field_name not in known or known[field_name].kind in ("person", "when") or field_name == "status":
            near = difflib.get_close_matches(field_name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else "Known: name, email, phone, title, organization, state, source, and facts such as beds or ehr."
            raise FileRefused(f"{name}: the column “{head[:60]}” is not a field of a lead; rename or remove it. {hint}")
    if len(set(map(plain, filter(None, heads)))) < len(list(filter(None, heads))):
        twice = next(head for head in heads if list(map(plain, heads)).count(plain(head)) > 1)
        raise FileRefused(f"{name} has the column “{plain(twice)}” twice; remove one.")
    if "name" not in found.values():
        raise FileRefused(f"{name} needs a header line with at least the column “name”.")
    return found


def _plan(of: Import, said: dict[str, str], match: list[str] | None, plan: dict[str, Any]) -> dict[str, Any]:
    by_head = {plain(head): to for head, to in said.items()}
    columns = [
        {**one, "to": by_head.get(plain(head), "" if plan.get("rule") else one.get("to", "")), **({"rule": plan["rule"]} if plan.get("rule") else {})}
        for head, one in zip(of.heads, of.plan["columns"], strict=True)
    ]
    meant = [one["to"] for one in columns]
    columns = [{**one, "to": ""} if one["to"] in meant[:n] and one["to"] not in by_head.values() else one for n, one in enumerate(columns)]
    return {**plan, "columns": columns, "match": of.plan["match"] if match is None else match}


def _report(of: Import, dry_run: bool) -> Report:
    counts, tally = of.report["counts"], of.report["tally"]
    refused = ImportRow.objects.filter(of=of, verdict="error") | ImportRow.objects.filter(of=of, outcome="refused")
    return Report(
        of.name, of.noun, of.rows, counts["new"], counts["update"], counts["same"], counts["duplicate"], counts["skipped"], tally.get("held", 0),
        [{"line": line, "field": "" if fault == "unreadable" else fault, "says": says}
         for line, fault, says in refused.order_by("number").values_list("line", "fault", "says")],
        {one["head"]: one["to"] for one in of.plan["columns"] if one["to"]}, of.report["reconciled"], dry_run, id="" if dry_run else str(of.pk),
    )  # fmt: skip
