"""The playbook as it is: its files, its findings, its choices, its versions."""

from __future__ import annotations

import difflib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds import playbook as playbooks
from rounds.access.allowed import may, need
from rounds.actions.flow import drafts
from rounds.models import PlaybookVersion
from rounds.models.flow.active import active
from rounds.web.doors import page
from rounds.web.flow.playbook_shown import coloured, shelf

LEVELS = {"error": "late", "warning": "soon", "note": "plain"}


def frame(request: HttpRequest, here: str) -> dict:
    """What every page of the playbook shows: the active version, the tabs and the viewer's open draft."""
    now = active()
    found = playbooks.findings(now.playbook)
    may_draft = may(request.user, "playbook.draft")
    tabs = [
        ("Read", "/playbook/", None), *([("What if", "/playbook/what-if/", None)] if may_draft else []),
        ("Territories", "/playbook/territories/", None),
        ("Choices", "/playbook/choices/", len(playbooks.keys(now.playbook))),
        ("Findings", "/playbook/findings/", len(found)), ("Fields", "/fields/", None),
        ("Versions", "/playbook/versions/", now.number),
    ]  # fmt: skip
    return {
        "place": "playbook",
        "active": now,
        "found": found,
        "tabs": [{"name": n, "url": u, "count": c, "current": n == here} for n, u, c in tabs],
        "draft": drafts.open_draft(request.user.actor),
        "may_draft": may_draft,
        "may_publish": may(request.user, "playbook.publish"),
    }


@require_GET
@page
def read(request: HttpRequest, file: str = "scoring/lead_fit.yaml") -> HttpResponse:
    """One file of the playbook in force, beside the shelf of all."""
    need(request.user, "playbook.read")
    shown = frame(request, "Read")
    files = shown["active"].playbook.files
    if file not in files:
        raise Http404
    said = [f for f in shown["found"] if f.file == file]
    shown |= {"file": file, "shelf": shelf(files, file), "lines": coloured(files[file]), "said": said}
    return render(request, "flow/playbook/read.html", shown)


@require_GET
@page
def findings(request: HttpRequest) -> HttpResponse:
    """What the checks say of the playbook in force, each with the way to mend it."""
    need(request.user, "playbook.read")
    shown = frame(request, "Findings")
    shown["rows"] = [{"finding": f, "kind": LEVELS[f.severity]} for f in shown["found"]]
    return render(request, "flow/playbook/findings.html", shown)


@require_GET
@page
def choices(request: HttpRequest) -> HttpResponse:
    """Every choice between readings of the seeds: its default and the other readings."""
    need(request.user, "playbook.read")
    shown = frame(request, "Choices")
    shown["rows"] = playbooks.keys(shown["active"].playbook)
    return render(request, "flow/playbook/choices.html", shown)


@require_GET
@page
def versions(request: HttpRequest) -> HttpResponse:
    """All published versions, the newest first: who, when, why."""
    need(request.user, "playbook.read")
    shown = frame(request, "Versions")
    shown["rows"] = PlaybookVersion.objects.order_by("-number").defer("files")[:200]
    return render(request, "flow/playbook/versions.html", shown)


@require_GET
@page
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: what it changed against the one before."""
    need(request.user, "playbook.read")
    both = {v.number: v for v in PlaybookVersion.objects.filter(number__in=(number, number - 1))}
    if number not in both:
        raise Http404
    before = both[number - 1].files if number - 1 in both else {}
    shown = frame(request, "Versions") | {"version": both[number], "changes": changes(before, both[number].files)}
    return render(request, "flow/playbook/version.html", shown)


def changes(before: dict[str, str], after: dict[str, str]) -> list[dict]:
    """Files that differ, each as lines {kind: add | del | same | at, text}."""
    found = []
    for name in sorted(set(before) | set(after)):
        was, becomes = before.get(name, ""), after.get(name, "")
        if was != becomes and before:
            said = difflib.unified_diff(was.splitlines(), becomes.splitlines(), lineterm="", n=2)
            lines = [_line(text) for text in list(said)[2:]]
            found.append({"file": name, "lines": lines, "count": sum(x["kind"] in ("add", "del") for x in lines)})
    return found


def _line(text: str) -> dict[str, str]:
    kind = {"+": "add", "-": "del", "@": "at"}.get(text[:1], "same")
    sign = {"add": "+", "del": "−"}.get(kind, " ")
    return {"kind": kind, "text": "…" if kind == "at" else f"{sign} {text[1:]}"}
