"""The walk of an import: stage the rows, understand and match them, write them chunk by chunk, take them back.

Each step is looked at anew under the eyes of the person who began it. Killed anywhere, it goes on by being run again: rows
are staged anew, a preview is worked out anew, and a chunk that stands is passed over.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.flow.imports import checking, reconciling, reporting, undoing, writing
from rounds.actions.flow.imports.begin import ask_check, ask_run
from rounds.actions.flow.imports.nouns import NOUNS
from rounds.actions.flow.imports.turns import Turn
from rounds.actions.flow.imports.work import Work
from rounds.jobs import import_file
from rounds.jobs.import_file import FileRefused
from rounds.jobs.import_lanes import few_collections, side_by_side
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.kit.scope import SYSTEM, Scope
from rounds.models import Batch, Import, ImportChunk, ImportRow, User
from rounds.models.flow.active import active
from rounds.models.flow.imports import SEPARATOR

STAGED_AT_ONCE = 5_000
LOCK = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"
Progress = Callable[[int], None]


class GoesOn(Refusal):
    """Another process carries this import on; it will finish it."""


class SentAway(Refusal):
    """Whoever began this import was sent away. What was written stays."""

    status = 403


class Stopped(Refusal):
    """The import was stopped; what is written stays, and it goes on when asked."""


def folder() -> Path:
    """Where uploads wait until their rows are staged: below the data directory, its owner's alone."""
    base = settings.CONFIG.data_dir or settings.ROOT / "var" / "postgres"
    place = Path(base).parent / f"{Path(base).name}-imports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def carry_on(key: UUID | str) -> None:
    """Do what an import waits for; the worker's way in. A fault is said on its page and raised."""
    of = Import.objects.filter(pk=key).first()
    if of is None:
        return
    person = User.objects.filter(pk=of.user_id).first() if of.user_id else None
    walk = Walk(of, person.actor if person else Actor(of.by_kind, of.by_id, of.by_name), _eyes(of))
    try:
        with alone(of):
            {"reading": walk.stage, "checking": walk.check, "running": walk.run, "undoing": walk.undo}.get(of.state, lambda: None)()
    except (Stopped, SentAway) as ended:
        walk.pause(str(ended) if isinstance(ended, SentAway) else "")
    except GoesOn:
        return
    except Refusal as refusal:
        walk.refuse(str(refusal))


def _eyes(of: Import) -> Callable[[], Scope]:
    """The sight of whoever began it, asked anew for each transaction. Raises SentAway."""
    if of.user_id is None:
        return lambda: SYSTEM

    def look() -> Scope:
        person = User.objects.filter(pk=of.user_id, is_active=True).first()
        if person is None:
            raise SentAway
        return scope_of(person)

    return look


@contextmanager
def alone(of: Import) -> Iterator[None]:
    """Only one process works on an import at a time; the database lets go of the lock of one that died. Raises GoesOn."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [str(of.pk)])
        if not cursor.fetchone()[0]:
            raise GoesOn
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(UNLOCK, [str(of.pk)])


class Walk:
    """One import on its way. `eyes()` answers the sight of the next transaction."""

    def __init__(self, of: Import, by: Actor, eyes: Callable[[], Scope], progress: Progress = lambda done: None) -> None:
        self.of, self.by, self.eyes, self.progress = of, by, eyes, progress
        self.memory: dict = {}

    @contextmanager
    def looking(self) -> Iterator[None]:
        """One transaction under the importer's sight."""
        with transaction.atomic(), sight(self.eyes()):
            yield

    @contextmanager
    def step(self, memory: dict | None = None) -> Iterator[Work]:
        """The same, with how the file is understood."""
        with self.looking():
            yield Work.on(self.of, self.by, self.memory if memory is None else memory)

    def stage(self, path: Path | None = None) -> None:
        """Stage the rows of the file; the upload is gone afterwards. Raises FileRefused."""
        path, limits = path or folder() / self.of.file, active().playbook.imports.limits
        looks = import_file.Looks(self.of.encoding, self.of.delimiter, self.of.sheet, self.of.heads)
        with self.looking():
            ImportRow.objects.filter(of=self.of)._raw_delete("default")
        count, lines = 0, import_file.lines(path, looks, self.of.name, limits)
        sample: list[list[str]] = []
        while chunk := list(islice(lines, STAGED_AT_ONCE)):
            sample = sample or [line.cells for line in chunk[:20] if not line.fault][:5]
            with self.looking():
                _copied(self.of, chunk, count)
            count += len(chunk)
            self._told(done=count)
        if not count:
            raise FileRefused(f"{self.of.name} has a header and no rows below it.")
        try:
            self._hand_on(ask_check, "check", "run", rows=count, done=0, sample=sample, state="mapping", file="")
        finally:
            if path.parent == folder() and not Import.objects.filter(pk=self.of.pk, state="reading").exists():
                path.unlink(missing_ok=True)  # its rows are staged, whatever the next step said

    @few_collections()
    def check(self) -> None:
        """Understand every row, match them as one set, say what becomes of each. Raises Stopped."""
        self._looked_at(checking.understand, 0)
        with self.step() as work:
            checking.find(work)
        self._looked_at(checking.compare, self.of.rows // 2)
        with self.step() as work:
            figures = reconciling.in_file(work)
        counts = checking.counted(self.of) | {f"tally: {name}": n for name, n in work.tally().items()}
        self._hand_on(ask_run, "run", counts=counts, done=0, state="ready", report={"file": figures})

    def _looked_at(self, look: Callable, before: int) -> None:
        """`look` at every chunk of the file. Rows hang on nothing that another chunk's look changes."""
        size = active().playbook.imports.chunk.rows

        def one(chunk: int, turn: Turn, memory: dict) -> None:
            with self.step(memory) as work:
                look(work, chunk * size + 1, (chunk + 1) * size, at=now())

        for chunk in side_by_side((self.of.rows + size - 1) // size, self._lanes(), one, self.memory):
            self._told(done=before + min((chunk + 1) * size, self.of.rows) // 2)

    @few_collections()
    def run(self) -> None:
        """Write the checked rows, each chunk once. Raises Stopped."""
        began, size = time.monotonic(), active().playbook.imports.chunk.rows
        for chunk in side_by_side((self.of.rows + size - 1) // size, self._lanes(), self._write, self.memory):
            self._told()
            self.progress(min((chunk + 1) * size, self.of.rows))
        with self.step() as work:
            report = reporting.report(work, seconds=time.monotonic() - began)
            reporting.finish(work, report, at=now())
        self.of.refresh_from_db()

    def _write(self, chunk: int, turn: Turn, memory: dict) -> None:
        with self.step(memory) as work:
            writing.write(replace(work, turn=turn), chunk, by=self.by, at=now())

    def _lanes(self) -> int:
        """How many chunks are written at a time: nouns whose rows hang on one another go one by one."""
        return active().playbook.imports.chunk.lanes if NOUNS[self.of.noun].side_by_side else 1

    def undo(self) -> None:
        """Take back every chunk, the last first."""
        for chunk in ImportChunk.objects.filter(of=self.of, undone_at=None).order_by("-number"):
            with self.step() as work:
                undoing.take_back(work, chunk, by=self.by, at=now())
            self._told()
        told = sum((Counter(chunk.left) for chunk in ImportChunk.objects.filter(of=self.of)), Counter())
        with self.step() as work:
            undoing.tell(work, dict(told), by=self.by, at=now())
            Batch.objects.filter(pk=self.of.pk).update(undone_at=now())
        self._told(state="undone", report={**self.of.report, "undone": dict(told)})

    def _hand_on(self, ask: Callable, *asked: str, **said) -> None:
        """Write where the import stands now, and go on by itself where whoever sent the file asked for it (an API's way). Both at once:
        one that dies between them would leave an import nobody takes up. Raises the refusals of the next step."""
        try:
            with self.looking():
                self._told(**said)
                plan = Import.objects.filter(pk=self.of.pk).values_list("plan", flat=True).first() or {}
                if plan.get("then") in asked:
                    ask(self.of, by=self.by, at=now())
        except Refusal:
            self._told(**said)  # it stands there all the same, and its page says why it does not go on
            raise

    def _told(self, **said) -> None:
        """Write where the import stands (its own small transaction). Raises Stopped when somebody asked for it."""
        for name, value in said.items():
            setattr(self.of, name, value)
        with transaction.atomic():
            Import.objects.filter(pk=self.of.pk).update(**said, step_at=now())
            asked = Import.objects.filter(pk=self.of.pk, stop_asked_at__isnull=False).exists()
        if asked and "state" not in said and self.of.state in ("running", "checking"):
            raise Stopped

    def pause(self, why: str) -> None:
        """It was stopped: a preview goes back to the columns, a run stays where it is."""
        state = {"checking": "mapping", "reading": "refused"}.get(self.of.state, "stopped")
        Import.objects.filter(pk=self.of.pk).update(state=state, refusal=why, stop_asked_at=None, **({"finished_at": now()} if state == "stopped" else {}))

    def refuse(self, why: str) -> None:
        """It cannot go on; what it wrote stays."""
        state = {"running": "stopped", "undoing": "done", "checking": "mapping"}.get(self.of.state, "refused")
        Import.objects.filter(pk=self.of.pk).update(state=state, refusal=why[:1000], finished_at=now())
        if state == "refused" and self.of.file:
            (folder() / self.of.file).unlink(missing_ok=True)


def _copied(of: Import, lines: list[import_file.Line], before: int) -> None:
    with connection.cursor() as cursor, cursor.copy("COPY rounds_importrow (of_id, number, line, cells, verdict, says, fault) FROM STDIN") as copy:
        for number, line in enumerate(lines, before + 1):
            cells = SEPARATOR.join(cell.replace(SEPARATOR, " ").replace("\0", "") for cell in line.cells)
            says = f"Line {line.number} {line.fault}" if line.fault else ""
            copy.write_row((of.pk, number, line.number, cells, "error" if says else "", says, checking.UNREADABLE if says else ""))
