"""LinkedIn plays for one person: texts to copy, a task to do it there, and a word that it was done."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rounds.access.allowed import need_to_read, need_to_write
from rounds.access.scope import visible
from rounds.actions.reach import linkedin, people
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.models import Contact, Lead
from rounds.web.deals.proof_doors import done
from rounds.web.deals.proof_forms import key_of, text
from rounds.web.doors import noted, page


@require_http_methods(["GET", "POST"])
@page
def plays(request: HttpRequest) -> HttpResponse:
    """GET: the plays with their texts. POST: a task to do one, or that it was done."""
    need_to_read(request.user, "task")
    name, row = _subject(request)
    person = people.of_lead(row) if isinstance(row, Lead) else people.of_contact(row)
    url = f"/linkedin/?{name}={row.pk}"
    if request.method == "POST":
        need_to_write(request.user, row)
        who: dict[str, Any] = {"owner": request.user, "by": request.user.actor, "at": now()}
        if text(request, "deed") == "did":
            linkedin.did(person, text(request, "play"), once=text(request, "once")[:64], **who)
            return done(request, url, "Logged")
        linkedin.to_do(person, text(request, "play"), **who)
        return done(request, url, "A task of yours, with the text")
    noted(request, f"{name}.read", name, row.pk, part="linkedin")
    groups = [(title, list(found)) for title, found in groupby(linkedin.drafted(person, request.user), key=lambda one: one.group)]
    return render(request, "reach/linkedin.html", {"row": row, "name": name, "groups": groups, "once": new_id(), "place": f"{name}s", "back": f"/{name}s/{row.pk}/",
                                                   "toast": request.session.pop("toast", None)})  # fmt: skip


def _subject(request: HttpRequest) -> tuple[str, Lead | Contact]:
    said = request.POST or request.GET
    for name, model in (("lead", Lead), ("contact", Contact)):
        key = key_of(said[name]) if said.get(name) else None
        if key and (row := visible(model, request.scope).select_related("account").filter(pk=key).first()) is not None:
            return name, row
    raise Http404
