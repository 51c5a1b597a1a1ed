"""How the universe report is said: its finding, its bars with their links, its files, the load that runs."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from rounds.access.allowed import may
from rounds.actions.market.universe.runs import OPEN, SILENT_AFTER
from rounds.analytics.market.facts import SOURCES
from rounds.analytics.market.universe import bars
from rounds.kit.clock import now
from rounds.models import UniverseRun
from rounds.playbook import Playbook
from rounds.web.templatetags.words import MINUS, counted, share

OPEN_HOSPITALS = "/accounts/?f=status.is.open&f=level.is.hospital"
CORE = f"{OPEN_HOSPITALS}&f=programme.is.core"
UNITS = "/market/?f=programme.not.federal"
FILLS = {
    "beds": ("Beds", "beds.known"), "net_patient_revenue": ("Patient revenue", "revenue.known"),
    "total_margin": ("Total margin", "margin.known"), "fiscal_year_end": ("Fiscal year-end", "window.is.open,soon,later"),
    "ehr": ("EHR", "ehr.known"), "health_system": ("Health system", ""), "ruca": ("Rurality", ""), "county": ("County", ""),
    "point": ("Place on the map", ""), "stars": ("Star rating", ""), "web_site": ("Website", ""),
}  # fmt: skip
"""What a report calls filled → its words, and the filter of the accounts that have it."""
FILES = {
    "general": "CMS general information", "cost_report": "Cost report", "linkage": "AHRQ system linkage",
    "cehrt": "Promoting interoperability", "developer": "Developers of certified EHRs", "lantern": "ONC endpoint lists",
    "oracle_r4": "Oracle Health endpoints", "products": "Certified products", "ruca": "Rurality of ZIP codes",
    "cbsa_population": "Population of metro areas", "cbsa_county": "Counties of metro areas", "zip_county": "ZIP to county",
    "urban_rural": "Urban and rural counties", "zip_centroid": "Places of ZIP codes", "hifld": "HIFLD hospitals",
    "hifld_crosswalk": "HIFLD to CCN crosswalk", "breaches": "HHS breach list",
}  # fmt: skip
STATES = {"waiting": "Waits", "running": "Runs", "done": "Done", "stopped": "Stopped", "refused": "Refused", "broken": "Broke off"}
MARKS = {"done": "ok", "running": "run"}
SPEAKING = {"ehr_vendor": "EHR", "beds": "Beds"}
MOST_PAIRS = 7
"""Pairs of sources shown at once; the others open below."""


def loading(request: HttpRequest) -> dict[str, Any]:
    """The load that runs, if one does, and whether this person can begin one. One query."""
    run = UniverseRun.objects.filter(state__in=OPEN).defer("survey", "report").order_by("-at").first()
    folder = settings.CONFIG.public_data
    return {
        "job": progress(run, request) if run else None, "may_load": may(request.user, "universe.load"),
        "folder": folder.name if folder.is_dir() else "", "company": settings.CONFIG.company,
    }  # fmt: skip


def progress(run: UniverseRun, request: HttpRequest) -> dict[str, Any]:
    """Where a run stands: its phases with their marks, the one it is in, and whether to ask again."""
    at, url = now(), f"/universe/runs/{run.id}/"
    silent = run.state == "running" and (run.heartbeat_at is None or at - run.heartbeat_at > SILENT_AFTER)
    alive = run.state in OPEN and not silent
    following = next((phase["code"] for phase in run.phases if phase["state"] == "waiting"), None)
    phases = [
        {**phase, "css": MARKS.get(phase["state"], "wait"), "shown": reached(phase, phase["code"] == following)}
        for phase in run.phases
    ]  # fmt: skip
    here = next((phase for phase in run.phases if phase["state"] == "running"), None)
    done, of = sum(phase["state"] == "done" for phase in run.phases), len(run.phases)
    if here and here["total"] > 1:
        done, of = here["done"], here["total"]
    return {
        "run": run, "url": url, "phases": phases, "alive": alive, "silent": silent, "done": done, "of": of,
        "title": f"Hospital universe: {here['says']}" if here else "Hospital universe", "note": note(run, at),
        "poll": url if alive else "", "stop": "" if run.stop_asked_at or not may(request.user, "universe.load")
        else f"{url}stopping/",
    }  # fmt: skip


def reached(phase: dict[str, Any], following: bool) -> str:
    """How far a phase is, in figures where it counts rows."""
    if phase["state"] == "waiting":
        return "next" if following else ""
    if phase["total"] <= 1:
        return ""
    return f"{phase['done']:,} of {phase['total']:,}" if phase["state"] == "running" else f"{phase['total']:,}"


def note(run: UniverseRun, at: datetime) -> str:
    """What to know beside the bar."""
    if run.stop_asked_at:
        return "Stops after this chunk; what is written stays"
    if run.state == "waiting":
        slow = run.heartbeat_at is not None and at - run.heartbeat_at > SILENT_AFTER / 4
        return "No worker has taken it yet; start one with rounds worker" if slow else "The worker takes it in a moment"
    return "You can leave this page; the work goes on"


def heading(report: dict[str, Any], checks: list[dict[str, Any]]) -> str:
    """The finding: how many, and whether the first day's scores can be trusted."""
    if not report.get("hospitals") and not report.get("systems"):
        return "The hospital files are still to be loaded"
    said = f"{counted(report.get('hospitals', 0), 'hospital')} in {counted(report.get('buying_units', 0), 'buying unit')}"
    missed = sum(check["met"] is False for check in checks)
    if missed:
        return f"{said}; {counted(missed, 'bar')} of day one {'is' if missed == 1 else 'are'} missed"
    trusted = checks and all(check["met"] for check in checks)
    return f"{said}, and their scores can be trusted from day one" if trusted else said


def figures(report: dict[str, Any], book: Playbook) -> dict[str, Any]:
    """The parts of a report as rows with links."""
    checks = first_day(report, book)
    vendors = sorted(report.get("ehr_vendor", {}).items(), key=lambda pair: -pair[1])
    return {
        "report": report, "checks": checks, "finding": heading(report, checks), "fills": fills(report),
        "vendors": [{"name": n, "count": c, "url": f"{CORE}&f=ehr.is.{n}"} for n, c in vendors],
        "vendors_all": sum(count for _, count in vendors), "tiers": tiers(report), "grades": grades(report),
        "agreement": agreement(report, book), "urls": {"hospitals": OPEN_HOSPITALS, "core": CORE, "units": UNITS,
        "systems": "/accounts/?f=status.is.open&f=level.is.system", "closed": "/accounts/?f=status.is.closed",
        "alone": f"{UNITS}&f=level.is.hospital"},
    }  # fmt: skip


def fills(report: dict[str, Any]) -> list[dict[str, Any]]:
    """How full each column is, the fullest of the core hospitals first."""
    rows = []
    for name, part in report.get("fill", {}).items():
        label, known = FILLS.get(name, (name.replace("_", " ").capitalize(), ""))
        rows.append({"label": label, "all": part["all"], "core": part["core"],
                     "url": f"{OPEN_HOSPITALS}&f={known}" if known else "",
                     "core_url": f"{CORE}&f={known}" if known else ""})  # fmt: skip
    return sorted(rows, key=lambda row: (-row["core"], row["label"]))


def tiers(report: dict[str, Any]) -> dict[str, Any]:
    """Units by tier. Outside the programme means tier 0 or none."""
    found = report.get("tiers", {})
    words = (("1", "Tier 1", "v"), ("2", "Tier 2", "v2"), ("3", "Tier 3", "u"), ("none", "No tier", "g"))
    rows = [{"label": word, "count": found.get(name, 0), "tone": tone,
             "url": f"{UNITS}&f=tier.is.{name}" if name != "none" else f"{UNITS}&f=tier.is.0"} for name, word, tone in words]  # fmt: skip
    return {"rows": rows, "all": sum(row["count"] for row in rows)}


def grades(report: dict[str, Any]) -> dict[str, Any]:
    """Fit of core hospitals and of units, A to D, then what is not known."""
    core, units = report.get("fit", {}), report.get("fit_units", {})
    rows = []
    for grade in [*"ABCD", *(["unknown"] if core.get("unknown") or units.get("unknown") else [])]:
        asked = f"fit.is.{grade}" if grade != "unknown" else "fit.unknown"
        rows.append({"grade": grade if grade != "unknown" else "", "core": core.get(grade, 0), "units": units.get(grade, 0),
                     "core_url": f"{CORE}&f={asked}", "units_url": f"{UNITS}&f={asked}"})  # fmt: skip
    return {"rows": rows, "core": sum(core.values()), "units": sum(units.values())}


def first_day(report: dict[str, Any], book: Playbook) -> list[dict[str, Any]]:
    """The bars of PLUS-12, each with what came out and whether it holds (None: the report does not say)."""
    held, said = bars(book), report.get("first_day", {})
    if not said:
        return []
    shares = {grade: part for grade, part in said.get("share_of_grades", {}).items() if grade in "ABCD"}
    wide = [grade for grade, part in shares.items() if part >= held.share_at_least]
    link, thin = said.get("fit_and_completeness"), said.get("thin_a")
    return [
        {"asks": f"At least {held.grades_at_least} fit grades each hold {share(held.share_at_least)} of the core hospitals",
         "says": ", ".join(f"{grade} {share(part)}" for grade, part in sorted(shares.items())) or "No core hospitals",
         "met": len(wide) >= held.grades_at_least if shares else None},
        {"asks": f"Fit follows the hospital, not how much we know of it: correlation under {held.correlation_below}",
         "says": "Not measured" if link is None else f"{link:.2f}".replace("-", MINUS),
         "met": None if link is None else abs(link) < held.correlation_below},
        {"asks": f"No grade A on less than {share(held.grade_a_known_at_least)} of the points that public files can fill",
         "says": "Not measured by this load" if thin is None else f"{counted(thin, 'hospital')} of grade A",
         "met": None if thin is None else thin == 0},
    ]  # fmt: skip


def agreement(report: dict[str, Any], book: Playbook) -> dict[str, list[dict[str, Any]]]:
    """How far two sources say the same, the most compared first, and the rest of the pairs."""
    titles = {one.source: one.title for one in book.universe.ehr_sources.order}
    rows = []
    for key, pairs in report.get("agreement", {}).items():
        for pair in pairs:
            one, other = (titles.get(pair[side]) or SOURCES.get(pair[side], pair[side]) for side in ("a", "b"))
            rows.append({"fact": SPEAKING.get(key, key), "one": one, "other": other, "same": pair["same"],
                         "compared": pair["compared"]})  # fmt: skip
    rows.sort(key=lambda row: -row["compared"])
    return {"first": rows[:MOST_PAIRS], "rest": rows[MOST_PAIRS:]} if rows else {}


def files(survey: dict[str, Any]) -> dict[str, Any]:
    """What the folder held: found, lacking, refused, left aside."""
    found = [{**one, "title": FILES.get(one["source"], one["source"]), "day": day_of(one.get("as_of"))}
             for one in survey.get("found", [])]  # fmt: skip
    return {"found": found, "lacking": survey.get("lacking", []), "refused": survey.get("refused", []),
            "skipped": survey.get("skipped", []), "list_day": day_of((survey.get("list") or {}).get("as_of"))}  # fmt: skip


def day_of(text: str | None) -> date | None:
    """An ISO day of a survey."""
    return date.fromisoformat(text) if text else None


def history(runs: list[UniverseRun]) -> list[dict[str, Any]]:
    """Runs as rows: when, by whom, how it ended, what it wrote."""
    rows = []
    for run in runs:
        written = run.report.get("rows", {}) if run.state == "done" else {}
        seconds = run.report.get("seconds") if run.state == "done" else None
        rows.append({"run": run, "word": STATES.get(run.state, run.state), "rows": written, "seconds": seconds,
                     "name": Path(run.folder).name or run.folder})  # fmt: skip
    return rows
