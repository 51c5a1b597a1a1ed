"""A new automation, in the viewer's draft of the playbook: told by a form or as text, read back in words with what is
wrong with it, tried on a record, and published with the draft as any other change of the method."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import may, need
from rounds.actions.flow import drafts
from rounds.actions.flow.automating.trying import try_on
from rounds.analytics.flow import automations as told
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import PlaybookDraft
from rounds.models.flow.active import Active, active
from rounds.playbook.automation_text import STARTER
from rounds.rules.automation.words import start_words, step_words
from rounds.web.doors import page
from rounds.web.flow.automation_form import drawn
from rounds.web.flow.automation_said import TAKEN, said_in_text, written
from rounds.web.flow.automations_shown import STATES
from rounds.web.flow.tried_on import record_named, tried_lately

HERE = "/automations/drafted/{}/"


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest) -> HttpResponse:
    """The form, or the text; what is sent goes into the viewer's draft, begun now where there is none."""
    need(request.user, "playbook.draft")
    form, error = request.POST.dict(), None
    as_text = request.GET.get("as") == "text" or form.get("as") == "text"
    if request.method == "POST" and not {"draw", "more", "less"} & form.keys():
        try:
            return redirect(HERE.format(_added(request, form, as_text)))
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            error = refusal
    shown = {"place": "automations", "as_text": as_text, "text": form.get("text") or STARTER, **drawn(form, active().playbook, error)}
    template = "flow/automations/form.html" if request.htmx and not error else "flow/automations/new.html"
    return render(request, template, shown, status=422 if error else 200)


def _added(request: HttpRequest, form: dict[str, str], as_text: bool) -> str:
    """Put it into the draft; its name."""
    text = form.get("text", "")
    code, text = (said_in_text(text), text) if as_text else written(form)
    if code in TAKEN:
        raise drafts.DraftRefused(f"“{code}” is a word of Rounds' own; choose another title.", field="text" if as_text else "title")
    drafts.add(drafts.begin(by=request.user.actor, at=now()), _file(code), text, at=now())
    return code


def _file(code: str) -> str:
    return f"automations/{code}.yaml"


def _drafted(request: HttpRequest, code: str) -> tuple[PlaybookDraft, str]:
    """The viewer's draft and the text of the automation in it, else 404."""
    need(request.user, "playbook.draft")
    draft = drafts.open_draft(request.user.actor)
    if draft is None or _file(code) not in draft.files:
        raise Http404
    return draft, draft.files[_file(code)]


@require_http_methods(["GET", "POST"])
@page
def drafted(request: HttpRequest, code: str) -> HttpResponse:
    """One automation of the draft: its words, what is wrong, its text to change."""
    draft, _ = _drafted(request, code)
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            drafts.write(draft, _file(code), text, at=now())
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            return render(request, "flow/automations/drafted.html", _shown(request, code, typed=text, refused=refusal), status=422)
        return redirect(HERE.format(code))
    return render(request, "flow/automations/drafted.html", _shown(request, code))


def _shown(request: HttpRequest, code: str, **more) -> dict:
    draft, text = _drafted(request, code)
    held, at = active(), now()
    book, said = drafts.findings(draft)
    mine = [one for one in said if one.file == _file(code)]
    automation = book.automations.get(code) if book is not None else None
    errors = [one for one in mine if one.severity == "error"]
    shown = {
        "place": "automations", "code": code, "file": _file(code), "draft": draft, "text": more.get("typed", text), "automation": automation, "errors": errors,
        "noticed": [one for one in mine if one.severity != "error"], "elsewhere": sum(one.severity == "error" for one in said) - len(errors),
        "in_force": code in held.playbook.automations, "may_publish": may(request.user, "playbook.publish"), "may_try": may(request.user, "automations.manage"),
        "recent": tried_lately(request),
    }  # fmt: skip
    if automation is not None and not errors:
        shown |= {"starts": start_words(automation), "deeds": [step_words(step) for step in automation.then],
                  "would": told.would_have_run(automation, Active(held.number, held.hash, book), at)}  # fmt: skip
    return shown | more


@require_POST
@page
def trial(request: HttpRequest, code: str) -> HttpResponse:
    """Try it on a record before anybody publishes it: everything is done and taken back."""
    need(request.user, "automations.manage")
    draft, _ = _drafted(request, code)
    held = active()
    book, said = drafts.findings(draft)
    if book is None or code not in book.automations or any(one.severity == "error" and one.file == _file(code) for one in said):
        raise drafts.DraftRefused("Mend what is wrong with it first; then it can be tried.")
    noun, row = record_named(request, request.POST.get("on", "").strip())
    found = try_on(book.automations[code], **{noun: row}, user=request.user, by=request.user.actor, at=now(),
                   within=Active(held.number, held.hash, book))  # fmt: skip
    tried = [(step, STATES.get(step.state, STATES["done"])) for step in found.steps]
    return render(request, "flow/automations/drafted.html", _shown(request, code, trial=found, tried=tried, on=row))


@require_POST
@page
def removal(request: HttpRequest, code: str) -> HttpResponse:
    """Take it out of the draft again; what is in force stays."""
    draft, _ = _drafted(request, code)
    drafts.take_out(draft, _file(code), at=now())
    return redirect("/automations/")
