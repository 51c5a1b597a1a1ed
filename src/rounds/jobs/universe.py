"""The hospital universe: one run from a folder of public files to scored, tiered, placed accounts.

Each phase is a comparison with what stands, so a run that was stopped or killed goes on by being run again.
"""

from __future__ import annotations

import itertools
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from rounds.access.sight import system_sight
from rounds.actions.market import universe
from rounds.analytics.market.universe import measured
from rounds.connectors.public_files import Survey, survey
from rounds.kit import clock
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.refusal import Refusal
from rounds.models import UniverseRun
from rounds.models.flow.active import active
from rounds.rules.universe import Joined, agreement, join

PHASES = (
    ("survey", "Reading the files"),
    ("join", "Joining by CCN"),
    ("accounts", "Hospitals and systems"),
    ("facts", "Facts with their sources"),
    ("closing", "Closed hospitals"),
    ("verdicts", "Scores, tiers, territories"),
    ("report", "Report"),
)
CHUNK = 2_000
"""Accounts a transaction; claims are cut so that none writes more than 5,000 rows."""
ACCOUNTS_OF_CLAIMS = 150
Progress = Callable[[str, str, int, int], None]
"""Called with (phase code, what it is called, done, total)."""


class NoHospitals(Refusal):
    """The folder holds no list of hospitals."""

    status = 422


class FilesRefused(Refusal):
    """A file of the folder cannot be used; nothing was changed."""

    status = 422


class OlderList(Refusal):
    """The list of hospitals is older than the one loaded before."""

    status = 422


class NotTheWorker(Refusal):
    """The hospital files are loaded by the worker, whose role alone sees every account."""

    status = 403


class Stopped(Refusal):
    """The load was stopped; what is written stays, and the next load goes on from there."""


def load(
    folder: Path | str,
    *,
    as_of: date | None = None,
    by: Actor = SYSTEM_ACTOR,
    progress: Progress = lambda *_: None,
) -> UniverseRun:
    """Load a folder of public files and answer the finished run, whose `report` is the answer of `--json`.

    Raises a Refusal (nothing changed) for files that cannot be used, Stopped when somebody asked for it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = 'rounds_web'")
        if cursor.fetchone()[0]:
            raise NotTheWorker
    phases = [{"code": code, "says": says, "done": 0, "total": 0, "state": "waiting"} for code, says in PHASES]
    with system_sight():
        run = universe.begin(str(Path(folder).resolve()), as_of=as_of, phases=phases, by=by, at=clock.now())
    walk = _Walk(run, by, progress, time.perf_counter())
    try:
        walk.through(Path(folder), as_of)
    except Stopped as stopped:
        walk.end("stopped", str(stopped))
        raise
    except Refusal as refusal:
        walk.end("refused", str(refusal))
        raise
    except BaseException as fault:
        walk.end("broken", f"{type(fault).__name__}: {fault}"[:500])
        raise
    return run


@dataclass
class _Walk:
    """One run on its way through the phases."""

    run: UniverseRun
    by: Actor
    progress: Progress
    started: float

    def through(self, folder: Path, as_of: date | None) -> None:
        day = as_of or clock.today()
        self.tell("survey", 0, 1)
        seen = survey(folder, at=day)
        self.run.survey = told(seen)
        self.tell("survey", 1, 1, survey=self.run.survey)
        check(seen)
        self.tell("join", 0, 1)
        book = active().playbook
        joined = join(seen.tables(), book.universe, book.ehr, at=day, place=book.territories.unit_place.reading)
        with system_sight():
            universe.check_closing(joined.hospitals["ccn"].to_pylist(), refuse_above=book.universe.closing.refuse_above)
        self.tell("join", 1, 1)
        rows = self.write(joined, seen)
        self.tell("report", 0, 1)
        with system_sight():
            report = {
                **joined.counts,
                "fill": joined.fill,
                "ehr_vendor": joined.ehr_vendor,
                **measured(),
                **rows,
                "agreement": {key: agreement(joined.claims, key) for key in ("ehr_vendor", "beds")},
                "lacking": list(seen.lacking),
                "seconds": round(time.perf_counter() - self.started, 2),
                "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            }
        self.tell("report", 1, 1)
        self.end("done", report=report)

    def write(self, joined: Joined, seen: Survey) -> dict[str, Any]:
        """The phases that write; answers `rows`, `claims`, `closed`, `verdicts` of the report."""
        known = bool(seen.of("linkage"))
        wanted = universe.wanted_accounts(joined.hospitals.to_pylist(), joined.units.to_pylist(), systems_known=known)
        claims = joined.claims.to_pylist()
        speaking = universe.Speaking.of(claims)
        with system_sight():
            outdated = universe.newer_here(ids_now(), claims)
        written = universe.Written()
        for chunk, done in chunks(wanted, CHUNK, split=lambda want: want.level):
            written.add(
                self.step(
                    "accounts", done, len(wanted), universe.write_accounts, chunk,
                    systems_known=known, outdated=outdated,
                )
            )  # fmt: skip
        facts = universe.FactsWritten()
        grouped = by_account(claims, written.ids)
        for chunk, done in chunks(list(grouped.items()), ACCOUNTS_OF_CLAIMS):
            facts.add(self.step("facts", done, len(grouped), universe.write_facts, dict(chunk), speaking=speaking))
        closed = self.step(
            "closing", 1, 1, universe.close_missing, set(joined.hospitals["ccn"].to_pylist()),
            set(joined.systems["unit_id"].to_pylist()), on=seen.of("general")[0].as_of, systems_known=known,
        )  # fmt: skip
        with system_sight():
            universe.settle_branches(by=self.by, at=clock.now())
            ids = universe.needing_verdicts()
        scored = sum(
            self.step("verdicts", done, len(ids), universe.write_verdicts, chunk) for chunk, done in chunks(ids, CHUNK)
        )
        before = self.run.checkpoint
        rows = {name: before.get("created" if name == "created" else "updated", 0) for name in ("created", "updated")}
        return {
            "rows": {**rows, "unchanged": len(wanted) - sum(rows.values())},
            "claims": asdict(facts),
            "closed": closed,
            "verdicts": scored,
        }

    def step(self, phase: str, done: int, total: int, verb: Callable, chunk: Any, *more: Any, **said: Any) -> Any:
        """One chunk in its own transaction, counted in the checkpoint; then the heart beats. Raises Stopped."""
        with system_sight():
            answer = verb(chunk, *more, **said, batch=self.run.id, by=self.by, at=clock.now())
            if isinstance(answer, universe.Written):
                point = self.run.checkpoint
                counts = {name: point.get(name, 0) + getattr(answer, name) for name in ("created", "updated")}
                self.run.checkpoint = {**point, **counts}
                self.run.save(update_fields=["checkpoint"])
        self.tell(phase, done, total)
        return answer

    def tell(self, code: str, done: int, total: int, **said: Any) -> None:
        for phase in self.run.phases:
            if phase["code"] == code:
                phase |= {"done": done, "total": total, "state": "done" if done == total else "running"}
        self.progress(code, dict(PHASES)[code], done, total)
        with system_sight():
            goes_on = universe.note_progress(self.run, at=clock.now(), phases=self.run.phases, **said)
        if not goes_on:
            raise Stopped

    def end(self, state: str, refusal: str = "", report: dict[str, Any] | None = None) -> None:
        with system_sight():
            universe.finish(self.run, state, by=self.by, at=clock.now(), report=report, refusal=refusal)


def check(seen: Survey) -> None:
    """Whether a load may go on with what the folder holds. Raises FilesRefused, NoHospitals, OlderList."""
    if seen.refused:
        more = f" ({len(seen.refused)} files in all)" if len(seen.refused) > 1 else ""
        said = " ".join(sentence for _, sentence in seen.refused[:3])
        raise FilesRefused(f"{said}{more} Nothing was changed; mend or remove the file and load again.")
    newest = next(iter(seen.of("general")), None)
    if newest is None:
        raise NoHospitals(
            "The folder holds no CMS Hospital General Information, the list of hospitals that everything else joins. "
            "Download it from the CMS provider data catalogue (dataset xubh-q36u) into the folder."
        )
    last = UniverseRun.objects.filter(state="done").order_by("-at").first()
    before = (last.survey.get("list") if last else None) or {}
    if before and (newest.layout, newest.as_of.isoformat()) < (before["layout"], before["as_of"]):
        raise OlderList(
            f"{newest.path} speaks of {newest.as_of}, the list loaded before of {before['as_of']}. An older list "
            "would close hospitals that are open; put the newer file into the folder too."
        )


def told(seen: Survey) -> dict[str, Any]:
    """A survey as plain data for the run's row."""
    newest = next(iter(seen.of("general")), None)
    return {
        "found": [
            {"source": one.source, "path": one.path, "rows": one.rows, "as_of": one.as_of.isoformat(),
             "sha256": one.sha256}
            for one in seen.found
        ],
        "lacking": list(seen.lacking),
        "refused": [list(pair) for pair in seen.refused],
        "skipped": [list(pair) for pair in seen.skipped],
        "list": {"layout": newest.layout, "as_of": newest.as_of.isoformat()} if newest else None,
    }  # fmt: skip


def ids_now() -> dict[tuple[str, str], UUID]:
    """(level, CCN or system id) → account, of all that were loaded before."""
    from rounds.models import Account

    rows = Account.objects.values_list("id", "ccn", "system_id").exclude(ccn=None, system_id=None)
    return {("hospital", ccn) if ccn else ("system", system): key for key, ccn, system in rows}


def by_account(
    claims: Sequence[Mapping[str, Any]], ids: Mapping[tuple[str, str], UUID]
) -> dict[UUID, list[Mapping[str, Any]]]:
    """Claims under the account they are about; claims about nobody we keep are dropped."""
    found: dict[UUID, list[Mapping[str, Any]]] = {}
    for claim in claims:
        account = ids.get((claim["level"], claim["id"]))
        if account:
            found.setdefault(account, []).append(claim)
    return found


def chunks(
    rows: Sequence[Any], size: int, split: Callable[[Any], Any] = lambda _: None
) -> Iterator[tuple[list[Any], int]]:
    """`rows` in pieces of at most `size`, never across a change of `split`, with how many are done after each."""
    done = 0
    for _, group in itertools.groupby(rows, key=split):
        members = list(group)
        for start in range(0, len(members), size):
            piece = members[start : start + size]
            done += len(piece)
            yield piece, done
