"""How imports are shown: the list, the steps, how far it is, the preview, the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from rounds.access.allowed import may, writes
from rounds.actions.flow import imports
from rounds.actions.flow.imports.comparing import flat, standing
from rounds.actions.flow.imports.nouns import NOUNS, offered
from rounds.kit.clock import now
from rounds.models import Batch, Import, ImportRow, User
from rounds.models.flow.active import active

STEPS = ("Upload", "Match columns", "Match values", "Preview", "Run")
AT = {"reading": 0, "mapping": 1, "checking": 3, "ready": 3, "running": 4, "stopped": 4, "done": 5, "undoing": 5, "undone": 5}
KINDS = (
    ("new", "New", "plus", "c1", "a-tag"), ("update", "Update", "pencil", "c2", "cold"), ("same", "Same", "equal", "c3", "plain"),
    ("duplicate", "Duplicate?", "copy", "c4", "soon"), ("error", "Error", "circle-x", "c5", "late"),
)  # fmt: skip
NOTES = {"new": "to be created", "update": "of records that are here", "same": "left as they are", "duplicate": "look at each, or leave them out",
         "error": "left out, in the error file"}  # fmt: skip
WORDS = {"reading": "being read", "mapping": "waits for its columns", "checking": "being checked", "ready": "ready to run", "running": "running",
         "stopped": "stopped", "done": "done", "undoing": "being taken back", "undone": "taken back", "refused": "refused"}  # fmt: skip
FIRST, MOST = 5, 100


def nouns(user: User) -> list[tuple[str, str]]:
    """What the viewer may import."""
    return [(one.code, one.title) for one in NOUNS.values()
            if (writes(user, one.needs) if one.needs else True) and (one.code != "owner" or may(user, "people.manage"))]  # fmt: skip


def listed(rows: Iterable[Import]) -> list[dict[str, Any]]:
    """Imports for the list."""
    released = {}
    rows = list(rows)
    for key, at in Batch.objects.filter(pk__in=[one.pk for one in rows]).values_list("pk", "released_at"):
        released[key] = at
    return [
        {"one": one, "word": WORDS[one.state], "noun": NOUNS[one.noun].title if one.noun in NOUNS else "Deals", "counts": one.report.get("counts", {}),
         "released": released.get(one.pk)}
        for one in rows
    ]  # fmt: skip


def steps(of: Import, here: str = "") -> list[dict[str, Any]]:
    """The five steps, done, now, ahead."""
    at = {"columns": 1, "values": 2}.get(here, AT.get(of.state, 0))
    urls = {1: f"/imports/{of.id}/?step=columns", 2: f"/imports/{of.id}/?step=values"} if of.state in ("mapping", "ready") else {}
    return [{"n": n + 1, "name": name, "state": "done" if n < at else "now" if n == at else "", "url": urls.get(n, "")} for n, name in enumerate(STEPS)]


def job(of: Import) -> dict[str, Any]:
    """How far it is, how long it still takes."""
    titles = {"reading": f"Reading {of.name}", "checking": "Understanding and matching every row", "running": f"Importing {of.rows:,} rows",
              "undoing": "Taking the import back"}  # fmt: skip
    left, notes = "", "You may leave this page."
    if of.state == "running" and of.done and of.step_at:
        batch = Batch.objects.filter(pk=of.pk).values_list("at", flat=True).first()
        spent = (of.step_at - (of.finished_at or batch or of.at)).total_seconds()
        remaining = spent * (of.rows - of.done) / of.done if of.done else 0
        left = f"{round(remaining)} s" if 0 < remaining < 90 else f"{round(remaining / 60)} min" if remaining >= 90 else ""
        refused = of.counts.get("error", 0)
        notes = f"{refused:,} refused so far. {notes}" if refused else notes
    waiting = of.step_at is not None and now() - of.step_at > timedelta(seconds=20)
    if waiting:
        notes = "It waits for the worker. " + notes
    return {"title": titles[of.state], "done": of.done, "of": of.rows, "left": left, "note": notes, "poll": f"/imports/{of.id}/",
            "stop": f"/imports/{of.id}/stopping/" if of.state in ("running", "checking") else ""}  # fmt: skip


def preview(of: Import, wanted: str) -> dict[str, Any]:
    """The whole file in counts, and its first rows of a kind."""
    noun, counts = NOUNS[of.noun], of.counts
    parts, place = [], 0
    total = sum(counts.get(kind, 0) for kind, *_ in KINDS) or 1
    for kind, title, _, css, _ in KINDS:
        width = round(counts.get(kind, 0) * 1000 / total)
        width = max(width, 4) if counts.get(kind) else 0
        parts.append({"kind": kind, "title": title, "css": css, "x": place, "width": max(0, width - 2), "count": counts.get(kind, 0), "note": NOTES[kind]})
        place += width
    comes = counts.get("new", 0) + counts.get("update", 0)
    asked = ImportRow.objects.filter(of=of, verdict="duplicate", answer="").order_by("number").first()
    keys = [noun.keys[key] for key in of.plan["match"]]
    needs = counts.get("duplicate", 0) + counts.get("error", 0)
    tabs = [("first", "First rows of each kind", None), ("needs", "Needs you", needs), *((k, t, counts.get(k, 0)) for k, t, *_ in KINDS[:3])]
    return {
        "place": "imports", "of": of, "noun": noun, "steps": steps(of), "parts": parts, "comes": comes, "needs": needs, "held": counts.get("held", 0),
        "leavers": counts.get("tally: of_leavers", 0), "skipped": counts.get("skipped", 0),
        "rows": _rows(of, wanted), "asked": _asked(of, asked) if asked else None, "left": counts.get("duplicate", 0),
        "heads": [_label(of, name) for name in noun.shows], "match": ", then ".join(keys) or "nothing: every row is new",
        "rules": _rules(of), "days": active().playbook.imports.undo.days, "wanted": wanted,
        "tabs": [{"name": name, "url": f"?rows={code}", "count": n, "current": code == wanted} for code, name, n in tabs],
    }  # fmt: skip


def _label(of: Import, name: str) -> str:
    found = {one.name: one.label for one in NOUNS[of.noun].targets(active().playbook)}
    return found.get(name, name.replace("_", " ").capitalize())


def _rows(of: Import, wanted: str) -> list[dict[str, Any]]:
    every = ImportRow.objects.filter(of=of).order_by("number")
    kinds = {kind: (title, icon, css) for kind, title, icon, _, css in KINDS} | {"skipped": ("Left out", "minus", "plain")}
    if wanted == "first":
        found = sorted((row for kind in kinds for row in every.filter(verdict=kind)[:FIRST]), key=lambda row: row.number)
    else:
        found = list(every.filter(verdict__in=("duplicate", "error") if wanted == "needs" else (wanted,))[:MOST])
    shows = NOUNS[of.noun].shows
    return [
        {"row": row, "kind": kinds.get(row.verdict, ("", "minus", "plain")), "cells": [_short(row.said.get(name, "")) for name in shows] if row.said else _raw(of, row)}
        for row in found
    ]


def _raw(of: Import, row: ImportRow) -> list[str]:
    """What a row that was not understood says where a reader looks for it."""
    cells, place = row.cells.split("\x1f"), {one["to"]: n for n, one in enumerate(of.plan["columns"]) if one["to"]}
    return [_short(cells[place[name]] if name in place and place[name] < len(cells) else "") for name in NOUNS[of.noun].shows]


def _short(said: Any) -> str:
    text = str(said).replace("T", " ")[:16] if str(said)[4:5] == "-" and "T" in str(said) else str(said)
    return text if len(text) <= 60 else text[:59] + "…"


def _asked(of: Import, row: ImportRow) -> dict[str, Any]:
    """A possible duplicate: both sides, field by field."""
    model = getattr(NOUNS[of.noun].engine, "MODEL", None)
    record = model._default_manager.filter(pk=row.target).first() if model is not None and row.target else None
    labels = {name: one.label for name, one in offered(NOUNS[of.noun], active().playbook).items()}
    sides = []
    for name, value in flat(row.said)[:8]:
        here = standing(record, name) if record is not None else None
        label = labels.get(name, labels.get(name.partition(".")[2], name))
        sides.append({"label": label, "file": _short(value), "here": _short(here) if here not in (None, "") else "", "differs": record is not None and here != value})
    return {"row": row, "record": record, "sides": sides, "url": f"{NOUNS[of.noun].url}{row.target}/" if record is not None else ""}


def _rules(of: Import) -> list[tuple[str, str]]:
    """Rules of overwriting in words, the columns of each together."""
    from rounds.actions.flow.imports.nouns import RULES

    found: dict[str, list[str]] = {}
    for one in of.plan["columns"]:
        if one["to"]:
            found.setdefault(one["rule"], []).append(_label(of, one["to"]))
    if set(found) == {"always"}:
        return [("Every column", "overwrite")]
    most = 4
    return [(", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else ""), RULES[rule])
            for rule, names in found.items() if rule != "always"]  # fmt: skip


def report(request: HttpRequest, of: Import) -> dict[str, Any]:
    """What became of it, and what may still be done."""
    batch = Batch.objects.filter(pk=of.pk).first()
    counts = of.report.get("counts", {})
    left = counts.get("error", 0) + counts.get("refused", 0) + counts.get("duplicate", 0)
    days = active().playbook.imports.undo.days
    undoable = of.state in ("done", "stopped") and of.finished_at is not None and now() - of.finished_at <= timedelta(days=days)
    return {
        "place": "imports", "of": of, "batch": batch, "noun": NOUNS.get(of.noun), "counts": counts, "left": left, "word": WORDS[of.state],
        "tally": of.report.get("tally", {}), "reconciled": of.report.get("reconciled", []), "undone": of.report.get("undone", {}),
        "undoable": undoable, "until": of.finished_at + timedelta(days=days) if of.finished_at else None, "steps": steps(of),
        "starts": _starts(of) if of.state == "done" and batch and not batch.released_at else [],
        "rows": _left_out(of) if left else [], "seconds": of.report.get("seconds", 0),
    }  # fmt: skip


def _starts(of: Import) -> list[tuple[str, int]]:
    """(title, runs) of what a release would begin."""
    known = active().playbook.automations
    return [(known[code].title if code in known else code, n) for code, n in imports.would_start(of).items()]


def _left_out(of: Import) -> list[tuple[int, str]]:
    found = ImportRow.objects.filter(of=of, verdict__in=("error", "duplicate")) | ImportRow.objects.filter(of=of, outcome="refused")
    return list(found.order_by("number").values_list("line", "says")[:20])
