"""The import wizard: upload, columns, values, preview, run, report, undo. One set of pages for every noun."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.actions.flow import imports
from rounds.actions.trust import audit
from rounds.jobs import import_file, import_upload
from rounds.jobs.imports import folder
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Import, ImportRow
from rounds.models.flow.active import active
from rounds.models.flow.imports import SEPARATOR
from rounds.web.doors import page
from rounds.web.flow import import_columns as columns
from rounds.web.flow import imports_shown as shown


class NoFile(Refusal):
    """Choose a file first."""

    status = 422
    field = "file"


@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """GET: the imports so far and the way to begin one. POST: the file; its columns are guessed at once."""
    need(request.user, "records.import")
    error: Refusal | None = None
    if request.method == "POST":
        try:
            if "file" not in request.FILES:
                raise NoFile
            of = import_upload.begun(request.FILES["file"], noun=request.POST.get("noun", ""), person=request.user, by=request.user.actor)
            return redirect(f"/imports/{of.id}/")
        except (NoFile, import_file.FileRefused, imports.ImportRefused) as refusal:
            error = refusal
    rows = imports.mine(request.user).order_by("-at", "-id")[:50]
    said = {"place": "imports", "rows": shown.listed(rows), "error": error, "limits": active().playbook.imports, "nouns": shown.nouns(request.user)}
    return render(request, "flow/imports/index.html", said, status=error.status if error else 200)


def one(request: HttpRequest, key: UUID) -> Import:
    """An import the viewer sees, else 404."""
    need(request.user, "records.import")
    of = imports.one_of(request.user, key)
    if of is None:
        raise Http404
    return of


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The step an import stands at: working, columns, values, preview, report. HTMX gets the progress alone."""
    of = one(request, key)
    if of.state in ("reading", "checking", "running", "undoing"):
        said = {"place": "imports", "of": of, "job": shown.job(of), "steps": shown.steps(of)}
        return render(request, "flow/imports/progress.html" if request.htmx else "flow/imports/working.html", said)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": f"/imports/{of.id}/"})
    audit.note_read("import.read", by=request.user.actor, at=now(), kind="batch", subject=of.id, detail={"state": of.state})
    if of.state == "mapping" or (of.state == "ready" and request.GET.get("step")):
        name = "values" if request.GET.get("step") == "values" else "columns"
        return render(request, f"flow/imports/{name}.html", columns.page(request, of, name))
    if of.state == "ready":
        return render(request, "flow/imports/preview.html", shown.preview(of, request.GET.get("rows", "first")))
    return render(request, "flow/imports/report.html", shown.report(request, of))


@require_POST
@page
def mapping(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the columns mean, then their values. A fault comes back on the page, nothing chosen is lost."""
    of = one(request, key)
    try:
        if request.POST.get("noun") and request.POST["noun"] != of.noun:
            imports.understand_as(of, {}, noun=request.POST["noun"], by=request.user.actor, at=now())
            return redirect(f"/imports/{key}/")
        of = imports.understand_as(of, columns.said(of, request.POST), by=request.user.actor, at=now())
    except imports.ImportRefused as refusal:
        return render(request, "flow/imports/columns.html", columns.page(request, of, "columns", error=refusal), status=refusal.status)
    return redirect(f"/imports/{key}/?step=values") if columns.asks(of) else _checking(request, of)


@require_POST
@page
def values(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the words of the file mean; then the preview is asked for."""
    of = one(request, key)
    return _checking(request, imports.understand_as(of, columns.values_said(of, request.POST), by=request.user.actor, at=now()))


def _checking(request: HttpRequest, of: Import) -> HttpResponse:
    """Ask for the preview; a column that lacks is said on the page of columns."""
    try:
        imports.ask_check(of, by=request.user.actor, at=now())
    except imports.ImportRefused as refusal:
        return render(request, "flow/imports/columns.html", columns.page(request, of, "columns", error=refusal), status=refusal.status)
    return redirect(f"/imports/{of.id}/")


@require_POST
@page
def answers(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Answer one possible duplicate."""
    of = one(request, key)
    imports.answer(of, number, request.POST.get("answer", ""), by=request.user.actor, at=now())
    return redirect(f"/imports/{key}/?rows=needs")


@require_POST
@page
def doing(request: HttpRequest, key: UUID, deed: str) -> HttpResponse:
    """Run, stop, release, take back, throw away."""
    of, who = one(request, key), {"by": request.user.actor, "at": now()}
    if deed == "running":
        imports.ask_run(of, release=bool(request.POST.get("release")), **who)
    elif deed == "discarding":
        imports.discard(of, **who)
        (folder() / of.file).unlink(missing_ok=True) if of.file else None
        return redirect("/imports/")
    elif deed in DEEDS:
        DEEDS[deed](of, **who)
    else:
        raise Http404
    return redirect(f"/imports/{key}/")


DEEDS = {"stopping": imports.stop, "releasing": imports.release, "undoing": imports.ask_undo}


@require_GET
@page
def errors(request: HttpRequest, key: UUID) -> HttpResponse:
    """The rows that were left out, as they were, with why beside them: mended, the same file comes in again."""
    from rounds.documents import csv

    of = one(request, key)
    rows = ImportRow.objects.filter(of=of, verdict__in=("error", "duplicate")) | ImportRow.objects.filter(of=of, outcome="refused")
    audit.note_read("import.errors", by=request.user.actor, at=now(), kind="batch", subject=of.id)
    width = len(of.heads)
    cells = ([*(cells.split(SEPARATOR) + [""] * width)[:width], says]
             for cells, says in rows.order_by("number").values_list("cells", "says").iterator(chunk_size=2000))  # fmt: skip
    response = HttpResponse("".join(csv.lines([*of.heads, "Why it was left out"], cells)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="left-out-{of.id}.csv"'
    return response
