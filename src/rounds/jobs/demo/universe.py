"""The synthetic universe: drawn, then written by the same actions that write the real one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from random import Random
from time import perf_counter
from typing import Any

from rounds.access.sight import sight
from rounds.actions.market import universe
from rounds.analytics.market.universe import measured
from rounds.jobs.demo.claims import claims_of
from rounds.jobs.demo.hospitals import LINKAGE, LIST, REPORT, Drawer
from rounds.jobs.demo.size import Size
from rounds.jobs.demo.systems import draw_market
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.scope import Scope
from rounds.models import UniverseRun
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

FOLDER = "synthetic market"
SEED = 2026
CHUNK = 2_000
ACCOUNTS_OF_CLAIMS = 250
EVERYTHING = Scope(everything=True)
PHASES = (
    ("survey", "Drawing hospitals"), ("accounts", "Hospitals and systems"), ("facts", "Facts with their sources"),
    ("verdicts", "Scores, tiers, territories"), ("report", "Report"),
)  # fmt: skip


def build_universe(size: Size, *, at: datetime, today: date) -> UniverseRun:
    """Draw the market of `size` and write it as of `at`; the run that is there already is answered as is. Some budget
    windows open soon after `today`.

    Killed midway, the next call goes on: what stands is compared, not written twice.
    """
    with sight(EVERYTHING):
        there = UniverseRun.objects.filter(folder=FOLDER, state="done").first()
        if there:
            return there
        for torn in UniverseRun.objects.filter(folder=FOLDER, state="running"):  # a demo that was killed goes on
            universe.finish(torn, "broken", by=SYSTEM_ACTOR, at=at, refusal="It ended without a word.")
        phases = [{"code": code, "says": says, "done": 0, "total": 1, "state": "waiting"} for code, says in PHASES]
        run = universe.begin(FOLDER, as_of=house_day(at), phases=phases, by=SYSTEM_ACTOR, at=at)
        book = active().playbook
    started, random = perf_counter(), Random(SEED)  # noqa: S311 - the same world every time, nothing secret
    hospitals, units = draw_market(Drawer(book, random, today), size)
    claims = claims_of(book, hospitals, units, random, house_day(at))
    wanted = universe.wanted_accounts(hospitals, units, systems_known=True)
    counted = _write(run, wanted, claims, at)
    with sight(EVERYTHING):
        report = {**_counts(hospitals, units), **measured(), **counted, "agreement": {"ehr_vendor": [], "beds": []},
                  "lacking": [], "seconds": round(perf_counter() - started, 2), "peak_rss_mb": _peak()}  # fmt: skip
        run.survey = _survey(hospitals, units, at)
        for phase in run.phases:
            phase |= {"done": phase["total"], "state": "done"}
        run.save(update_fields=["survey"])
        return universe.finish(run, "done", by=SYSTEM_ACTOR, at=at, report=report)


def _write(run: UniverseRun, wanted: Sequence[universe.Wanted], claims: list[dict], at: datetime) -> dict[str, Any]:
    written, facts = universe.Written(), universe.FactsWritten()
    said: dict[str, Any] = {"batch": run.id, "by": SYSTEM_ACTOR, "at": at}

    def step(verb: Callable, chunk: Any, **more: Any) -> Any:
        with sight(EVERYTHING):
            return verb(chunk, **more, **said)

    for level in ("system", "hospital"):
        rows = [want for want in wanted if want.level == level]
        for start in range(0, len(rows), CHUNK):
            written.add(step(universe.write_accounts, rows[start : start + CHUNK], systems_known=True))
    grouped: dict[Any, list[dict]] = {}
    for claim in claims:
        grouped.setdefault(written.ids[claim["level"], claim["id"]], []).append(claim)
    accounts = list(grouped)
    for start in range(0, len(accounts), ACCOUNTS_OF_CLAIMS):
        chunk = {account: grouped[account] for account in accounts[start : start + ACCOUNTS_OF_CLAIMS]}
        facts.add(step(universe.write_facts, chunk, speaking=universe.Speaking.of(claims)))
    with sight(EVERYTHING):
        ids = universe.needing_verdicts()
    scored = sum(step(universe.write_verdicts, ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))
    rows = {"created": written.created, "updated": written.updated, "unchanged": written.unchanged}
    claimed = {"created": facts.created, "updated": facts.updated, "unchanged": facts.unchanged}
    return {"rows": rows, "claims": claimed, "closed": 0, "verdicts": scored}


def _counts(hospitals: list[dict], units: list[dict]) -> dict[str, Any]:
    """`hospitals`, `systems`, `buying_units`, `independents`, `fill` and `ehr_vendor`, as a real load counts them."""
    core = [row for row in hospitals if row["programme"] == "core"]
    columns = {"beds": "beds", "net_patient_revenue": "net_patient_revenue_usd", "total_margin": "total_margin",
               "health_system": "system_id", "web_site": "domain", "ehr": "ehr_vendor", "ruca": "ruca",
               "county": "county", "fiscal_year_end": "fye_month", "stars": "stars", "point": "lat"}  # fmt: skip

    def filled(rows: list[dict], column: str) -> float:
        return round(sum(row[column] is not None for row in rows) / len(rows), 4)

    buying = [row for row in units if row["programme"] != "federal"]
    return {
        "hospitals": len(hospitals), "systems": sum(not row["independent"] for row in units),
        "buying_units": len(buying), "independents": sum(row["independent"] for row in buying),
        "fill": {what: {"all": filled(hospitals, c), "core": filled(core, c)} for what, c in columns.items()},
        "ehr_vendor": dict(Counter(row["ehr_vendor"] for row in core if row["ehr_vendor"]).most_common()),
    }  # fmt: skip


def _survey(hospitals: list[dict], units: list[dict], at: datetime) -> dict[str, Any]:
    files = ((LIST, "general", hospitals), (REPORT, "cost_report", hospitals), (LINKAGE, "linkage", units))
    found = [{"source": source, "path": path, "rows": len(rows), "as_of": house_day(at).isoformat(), "sha256": ""}
             for path, source, rows in files]  # fmt: skip
    return {"found": found, "lacking": [], "refused": [], "skipped": [], "list": None}


def _peak() -> float:
    import resource

    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
