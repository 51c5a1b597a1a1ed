"""The public forms: which there are, how a site embeds them, opened and closed."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Func, TextField, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import may, need, need_to_read
from rounds.access.scope import visible
from rounds.actions.leads import forms
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Lead, LeadForm
from rounds.models.flow.active import active
from rounds.web.doors import page


@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """The forms with their addresses; POST opens a new one."""
    need_to_read(request.user, "lead")
    said = {"name": "", "heading": "", "source": "Web form", "asks_for": "demo_request"}
    error: Refusal | None = None
    if request.method == "POST":
        need(request.user, "forms.manage")
        said |= {name: request.POST.get(name, "") for name in said}
        try:
            forms.open_form(said["name"], heading=said["heading"], source=said["source"], asks_for=said["asks_for"],
                            by=request.user.actor, at=now())  # fmt: skip
            return redirect("/leads/forms/")
        except forms.FormRefused as refusal:
            error = refusal
    return render(request, "leads/forms.html", _shown(request, said, error), status=error.status if error else 200)


@require_POST
@page
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close a form; its address answers that it is closed."""
    need(request.user, "forms.manage")
    form = LeadForm.objects.filter(pk=key).first()
    if form is None:
        raise Http404
    forms.close_form(form, by=request.user.actor, at=now())
    return redirect("/leads/forms/")


def _shown(request: HttpRequest, said: dict, error: Refusal | None) -> dict:
    through = visible(Lead, request.scope).filter(external_id__gte="form:", external_id__lt="form;")
    key = Func(F("external_id"), Value(":"), Value(2), function="split_part", output_field=TextField())
    came = dict(through.annotate(form=key).values_list("form").annotate(n=Count("pk")))
    base = settings.CONFIG.public_url.rstrip("/")
    rows = [{"form": form, "url": f"{base}/f/{form.key}/", "came": came.get(form.key, 0),
             "asks": forms.ASKS.get(form.asks_for, form.asks_for)}
            for form in LeadForm.objects.order_by(F("closed_at").asc(nulls_first=True), "name")]  # fmt: skip
    return {"rows": rows, "said": said, "error": error, "place": "leads", "may": may(request.user, "forms.manage"),
            "sources": active().playbook.picklists.lead_source.values, "asks": list(forms.ASKS.items())}  # fmt: skip
