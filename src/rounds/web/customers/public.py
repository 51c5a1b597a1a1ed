"""The public page of a survey: opening it changes nothing, its button answers once."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.customers import surveys
from rounds.kit.clock import now
from rounds.models.flow.active import active


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """GET: the question. POST: the answer. Mail gateways open every link; that changes nothing."""
    said = {"company": settings.CONFIG.company, "token": token}
    with sight(EVERYTHING):
        try:
            found = surveys.look(token, at=now())
            book = active().playbook.surveys.kinds.get(found.survey.kind)
            said |= {"survey": found.survey, "scores": range(found.survey.most + 1), "low": book.low if book else "", "high": book.high if book else "",
                     "why": book.why if book else "Why?"}  # fmt: skip
            if request.method == "POST":
                surveys.answer(token, score=request.POST.get("score", ""), said=request.POST.get("said", ""), at=now())
                return render(request, "customers/survey_thanks.html", said)
        except surveys.AnswerRefused as refusal:
            return render(request, "customers/survey.html", {**said, "refusal": refusal, "typed": request.POST.get("said", "")}, status=refusal.status)
        except (surveys.LinkUnknown, surveys.SurveyOver) as refusal:
            return render(request, "customers/survey_over.html", {**said, "refusal": refusal}, status=refusal.status)
    return render(request, "customers/survey.html", said)
