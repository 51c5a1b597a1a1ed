"""What one does on an account's page: answer a question, correct a fact; and what every such door shares."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import need_to_write
from rounds.access.fields import need_to_answer, need_to_be_shown
from rounds.access.scope import visible
from rounds.actions.market import accounts, answers
from rounds.analytics.market.facts import told
from rounds.analytics.market.standing import standing, with_answer
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, AccountFact, Answer, Contact, User
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.web import scores_shown
from rounds.web.doors import page
from rounds.web.market import facts_shown
from rounds.web.market.account_shown import account_or_404


class NotThere(Refusal):
    """What was chosen is gone, or is not yours to choose; reload the page."""

    status = 422


class FieldRefused(Refusal):
    """A field that was not filled in as it must be."""

    status = 422


def back(request: HttpRequest, url: str) -> HttpResponse:
    """To `url`: as a redirect, or for HTMX as a reload of that page."""
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def picked(request: HttpRequest, model: type, name: str):
    """The row a form points at, None where it points at nothing. Raises NotThere."""
    said = request.POST.get(name, "").strip()
    if not said:
        return None
    try:
        key = UUID(said)
    except ValueError as error:
        raise NotThere(field=name) from error
    rows = User.objects.filter(is_active=True) if model is User else visible(model, request.scope)
    row = rows.filter(pk=key).first()
    if row is None:
        raise NotThere(field=name)
    return row


def on_day(request: HttpRequest, name: str) -> date:
    """A day of a form. Raises FieldRefused naming the field."""
    try:
        return date.fromisoformat(request.POST.get(name, ""))
    except ValueError as error:
        raise FieldRefused(f"{name.replace('_', ' ')} takes a day like 2026-11-20.", field=name) from error


def scored(request: HttpRequest, said: dict) -> HttpResponse:
    """The answered question, and the word to the page that the score has moved."""
    response = render(request, "market/account/answered.html", said)
    response["HX-Trigger"] = "scored"
    return response


@require_POST
@page
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer a question where it stands; the score follows at once."""
    account = account_or_404(request, key)
    need_to_answer(request.user, active().playbook, request.POST.get("model") or "lead_fit", [request.POST.get("criterion", "")])
    before = account.score_total
    row, score = answers.answer(
        account, request.POST.get("criterion", ""), request.POST.get("level", ""), by=request.user.actor, at=now(),
        heard_from=picked(request, Contact, "source"), model=request.POST.get("model") or "lead_fit",
    )  # fmt: skip
    if not request.htmx:
        return redirect(f"/accounts/{account.id}/")
    said = {"moved": scores_shown.moved(before, score), "undo": f"/accounts/{account.id}/answers/{row.id}/withdrawal/"}
    return scored(request, said)


@require_GET
@page
def answer_preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """What an answer would make of the score, before it is saved."""
    account = account_or_404(request, key)
    held = standing(account, at=now())
    model = request.GET.get("model") or "lead_fit"
    need_to_answer(request.user, active().playbook, model, [request.GET.get("criterion", "")])
    then = with_answer(held, model, request.GET.get("criterion", ""), request.GET.get("level", ""))
    before = held.score if model == "lead_fit" else held.matrix
    return render(request, "market/account/then.html", {"says": scores_shown.after(before, then)})


@require_POST
@page
def answer_withdrawal(request: HttpRequest, key: UUID, answer: UUID) -> HttpResponse:
    """Take an answer back."""
    account = account_or_404(request, key)
    row = Answer.objects.filter(pk=answer, account=account).first()
    if row is None:
        raise NotThere
    need_to_answer(request.user, active().playbook, row.model, [row.criterion])
    score = answers.withdraw(row, by=request.user.actor, at=now())
    if not request.htmx:
        return redirect(f"/accounts/{account.id}/")
    said = {"moved": f"Taken back. Now {scores_shown.moved(None, score)}", "undo": ""}
    return scored(request, said)


@require_http_methods(["GET", "POST"])
@page
def fact(request: HttpRequest, key: UUID, fact: str) -> HttpResponse:
    """One fact, changed where it stands: the form, then the fresh value; 409 when it changed meanwhile."""
    account = account_or_404(request, key)
    if fact not in facts_shown.EDITED:
        raise NotThere
    need_to_be_shown(request.user, "account", [fact])
    need_to_write(request.user, account)
    says = {"url": f"/accounts/{account.id}/facts/{fact}/", "label": facts_shown.told_label(fact),
            "value": facts_shown.raw(account, fact), "choices": facts_shown.choices(fact)}  # fmt: skip
    if request.method == "GET":
        template = "market/account/fact_form.html" if request.htmx else "market/account/fact_page.html"
        return render(request, template, says | {"account": account})
    given = request.POST.get("value", "")
    if "was" in request.POST and request.POST["was"] != says["value"] and given != says["value"]:
        return render(request, "market/account/fact_conflict.html", says | {"yours": given} | _last(account, fact), status=409)
    accounts.change(account, by=request.user.actor, at=now(), **_columns(fact, given))
    return _fact_cell(request, account, fact)


def _last(account: Account, fact: str) -> dict:
    """Who said the fact last, and when; nothing where no claim tells."""
    claim = AccountFact.objects.filter(account=account, key=fact).order_by("-human", "-at").first()
    return {"who": claim.by_name, "when": claim.at} if claim else {}


def _columns(fact: str, given: str) -> dict:
    value = facts_shown.typed(fact, given)
    if fact == "fiscal_year_end":
        return {"fye_month": int(given) if given.isdigit() else None, "fye_day": None}
    return {facts_shown.EDITED[fact]: value}


def _fact_cell(request: HttpRequest, account: Account, fact: str) -> HttpResponse:
    if not request.htmx:
        return redirect(f"/accounts/{account.id}/facts/")
    account = account_or_404(request, account.id)
    claims = list(AccountFact.objects.filter(account=account, key=fact))
    row = facts_shown.fact_row(account, told(claims, fact, active().playbook, house_day(now())))
    # The whole line changes: the value, who says so, and what the others say.
    answer = render(request, "market/account/fact_line.html", {"fact": row})
    for name, value in (("HX-Retarget", "closest dd"), ("HX-Reswap", "outerHTML"), ("HX-Reselect", "dd")):
        answer[name] = value
    return answer
