"""Trying a change of the playbook: edit, see who moves, publish or let go."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import need
from rounds.actions.flow import drafts
from rounds.actions.trust import audit, exports
from rounds.analytics.flow import what_if as trying
from rounds.documents import csv
from rounds.kit.clock import now
from rounds.models import PlaybookDraft
from rounds.web.doors import page
from rounds.web.flow.playbook import changes, frame
from rounds.web.flow.playbook_shown import SAYS
from rounds.web.flow.playbook_shown import figures as figures_of
from rounds.web.flow.what_if_shown import shown_comparison
from rounds.web.proof import proved

HERE = "/playbook/what-if/"
FIRST = "scoring/lead_fit.yaml"


def mine(request: HttpRequest) -> PlaybookDraft:
    """The viewer's open draft, begun now where there is none."""
    need(request.user, "playbook.draft")
    return drafts.begin(by=request.user.actor, at=now())


@require_GET
@page
def what_if(request: HttpRequest) -> HttpResponse:
    """The draft beside what it would do: findings, band and tier diff, the records that move."""
    need(request.user, "playbook.draft")
    shown = frame(request, "What if")
    if shown["draft"] is None:
        return render(request, "flow/playbook/no_draft.html", shown)
    return render(request, "flow/playbook/what_if.html", shown | _draft_shown(request, shown))


def _draft_shown(request: HttpRequest, shown: dict) -> dict:
    draft, now_active = shown["draft"], shown["active"]
    files = drafts.files_of(draft)
    file = request.GET.get("file", next(iter(draft.files), FIRST))
    file = file if file in files else FIRST
    book, said = drafts.findings(draft)
    errors = [f for f in said if f.severity == "error"]
    moved = trying.compare(now_active.playbook, book) if book is not None and draft.files and not errors else None
    if moved:
        audit.note_read("what_if.read", by=request.user.actor, at=now(), scope=request.scope.hash, detail={"rows": len(moved.moved)})
    form = request.GET.get("as", "form") == "form"
    return {
        "file": file, "files": [(name, SAYS.get(name, name)) for name in files], "text": files[file],
        "form": figures_of(book, file) if form and book is not None else None, "as_form": form,
        "changes": changes(now_active.playbook.files, files), "errors": errors,
        "noticed": [f for f in said if f.severity == "warning" and f.file in draft.files],
        "moved": moved, "compared": shown_comparison(moved, request.GET.get("show", "lead")) if moved else None,
        "leaving": exports.asks(request.user, len(moved.moved) if moved else 0),
        "stale": draft.base_hash != now_active.hash, "next_number": now_active.number + 1,
    }  # fmt: skip


@require_POST
@page
def draft(request: HttpRequest) -> HttpResponse:
    """Begin a draft."""
    mine(request)
    return redirect(HERE)


@require_POST
@page
def text(request: HttpRequest) -> HttpResponse:
    """Put the text of one file into the draft."""
    file = request.POST.get("file", "")
    drafts.write(mine(request), file, request.POST.get("text", ""), at=now())
    return redirect(f"{HERE}?file={file}&as=text")


@require_POST
@page
def figures(request: HttpRequest) -> HttpResponse:
    """Set figures of one file; each field's name is the path of its figure."""
    file = request.POST.get("file", "")
    said = {}
    for name, value in request.POST.items():
        if "|" in name and value.strip():
            said[tuple(name.split("|"))] = whole(name, value)
    drafts.set_figures(mine(request), file, said, at=now())
    return redirect(f"{HERE}?file={file}&as=form")


def whole(name: str, value: str) -> int:
    """A figure typed into the form. Raises DraftRefused naming it."""
    if not value.strip().lstrip("-").isdigit() or len(value) > 9:
        what = " › ".join(name.split("|")[1:]).replace("_", " ")
        raise drafts.DraftRefused(f"{what} takes a whole number, not “{value[:40]}”.", field=name)
    return int(value)


@require_POST
@page
def rebasing(request: HttpRequest) -> HttpResponse:
    """Put the draft onto the version somebody published meanwhile."""
    drafts.rebase(mine(request), at=now())
    return redirect(HERE)


@require_POST
@page
def closing(request: HttpRequest) -> HttpResponse:
    """Discard the draft."""
    drafts.discard(mine(request), by=request.user.actor, at=now())
    return redirect("/playbook/")


@require_POST
@page
@proved
def publication(request: HttpRequest) -> HttpResponse:
    """Publish the draft as the next version, with its reason."""
    need(request.user, "playbook.publish")
    version = drafts.publish(mine(request), reason=request.POST.get("reason", ""), by=request.user.actor, at=now())
    return redirect(f"/playbook/versions/{version.number}/")


@require_GET
@page
@proved
def moved_csv(request: HttpRequest) -> HttpResponse:
    """The records that would move, as CSV: every line names who took it; above some rows a reason is asked."""
    need(request.user, "records.export")
    shown, at = frame(request, "What if"), now()
    book, said = drafts.findings(mine(request))
    broken = book is None or any(f.severity == "error" for f in said)
    rows = [] if broken else trying.compare(shown["active"].playbook, book).moved
    reason = exports.need_to_take(request.user, len(rows), request.GET.get("reason", ""))
    audit.note_file("what_if.export", by=request.user.actor, at=at, scope=request.scope.hash, form="csv", reason=reason,
                    ids=[m.id for m in rows], accounts=exports.accounts_of((m.kind, m.id) for m in rows))  # fmt: skip
    heads = ["kind", "name", "organization", "before", "after", "score_before", "score_after", "owner"]
    mark = exports.mark(request.user, request.scope.hash, at)
    body = "".join(csv.lines([*heads, "Rounds scope"], ([*(getattr(m, h) for h in heads), mark] for m in rows)))
    name = f'attachment; filename="what-if-{request.scope.hash}.csv"'
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})
