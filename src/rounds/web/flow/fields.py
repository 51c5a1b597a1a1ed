"""The company's own fields: which there are, and one more without a developer. A field is a line of the playbook: it is
added to a draft and published as any other change of the method."""

from __future__ import annotations

import re
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rounds.access.allowed import may, need
from rounds.actions.flow import drafts
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Lead
from rounds.models.flow.active import active
from rounds.web.doors import page

FILE = "fields.yaml"
NOUNS = {"account": ("Accounts", Account), "lead": ("Leads", Lead), "contact": ("Contacts", Contact)}
KINDS = {"text": "Text", "number": "Number", "money": "Money", "date": "Date", "yes_no": "Yes or no", "picklist": "Picklist", "lookup": "Lookup"}


class FieldNotAdded(Refusal):
    """Name the field and say what it holds."""

    status = 422


@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """The own fields by noun with how many records hold one; POST puts one more into the viewer's draft."""
    need(request.user, "playbook.read")
    error: Refusal | None = None
    if request.method == "POST":
        need(request.user, "playbook.draft")
        try:
            _add(request, _asked(request.POST))
            return redirect("/playbook/what-if/")
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            error = refusal
    book = active().playbook
    groups = [
        {"noun": noun, "title": title, "fields": [
            {"one": one, "kind": KINDS[one.kind], "held": model._default_manager.filter(custom__has_key=one.field).count(), "hides": ", ".join(one.hides)}
            for one in getattr(book.fields, noun)]}
        for noun, (title, model) in NOUNS.items()
    ]  # fmt: skip
    said = {"place": "playbook", "groups": groups, "total": sum(len(group["fields"]) for group in groups), "kinds": list(KINDS.items()), "error": error,
            "may_draft": may(request.user, "playbook.draft"), "said": request.POST.dict(), "roles": [(code, role.title) for code, role in book.access.roles.items()]}  # fmt: skip
    return render(request, "flow/fields/index.html", said, status=error.status if error else 200)


def _asked(post: Any) -> tuple[str, dict[str, Any]]:
    """The noun and the field a form asks for. Raises FieldNotAdded."""
    noun, title, kind = post.get("noun", ""), post.get("title", "").strip(), post.get("kind", "")
    code = re.sub(r"[^a-z0-9]+", "_", (post.get("field", "") or title).lower()).strip("_")
    if noun not in NOUNS or kind not in KINDS or not title or not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", code):
        raise FieldNotAdded
    one: dict[str, Any] = {"field": code, "title": title[:80], "kind": kind}
    values = [value.strip() for value in re.split(r"[\n;]", post.get("values", "")) if value.strip()]
    if kind == "picklist":
        if not values:
            raise FieldNotAdded("A picklist needs its values, one a line.", field="values")
        one["values"] = values
    if kind == "lookup":
        one["of"] = post.get("of") or "account"
    if kind == "text" and post.get("finds"):
        one["finds"] = True
    if hides := post.getlist("hides"):
        one["hides"] = hides
    return noun, one


def _add(request: HttpRequest, asked: tuple[str, dict[str, Any]]) -> None:
    noun, one = asked
    draft = drafts.begin(by=request.user.actor, at=now())
    text = drafts.files_of(draft)[FILE]
    said = yaml.safe_load(text) or {}
    if any(other.get("field") == one["field"] for other in said.get(noun) or []):
        raise FieldNotAdded(f"There is a field “{one['field']}” already; choose another name.", field="field")
    line = "  - " + yaml.safe_dump(one, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000).strip()
    lines = text.splitlines()
    place = next((n for n, old in enumerate(lines) if re.match(rf"{noun}\s*:", old)), None)
    if place is None:
        lines += [f"{noun}:", line]
    else:
        if "[]" in lines[place]:
            lines[place] = f"{noun}:"
        lines.insert(place + 1, line)
    drafts.write(draft, FILE, "\n".join(lines) + "\n", at=now())
