"""Which door a text comes in by, and the second try of somebody who sends it to review instead.

The form that was refused comes back sealed for its sender alone, so that no page of a refusal holds the text itself.
"""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

from rounds.actions.trust import phi
from rounds.kit import keys
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal

OLDEST = 12 * 3600
"""Seconds a refused form may be sent to review."""
LARGEST = 200_000
AGAIN, REVIEW, HEADER = "refused_form", "to_review", "Rounds-Text"
"""Field of a sealed form; field of a form that is typed anew; header of the API ("review")."""


class FormTooOld(Refusal):
    """That form was refused a while ago. Open the page again and send it once more."""

    status = 422


class TextDoorMiddleware:
    """Names the door for the guard of free text. Stands below the middleware that checks the form's own token."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        name = "API" if request.path.startswith("/api/") else "public form" if request.path.startswith("/f/") else "page"
        with phi.door(name, outside=name == "public form", review=request.headers.get(HEADER) == "review") as here:
            request.text_door = here
            response = self.get_response(request)
        if here.held and name == "page":
            said = request.session.get("toast") or {"text": "Done", "undo": ""}
            request.session["toast"] = {**said, "text": f"{said['text']}. What looks like patient data waits for a reviewer"}
        return response

    def process_view(self, request, view, args, kwargs):
        here = request.text_door
        if request.method != "POST" or here.name != "page":
            return None
        if said := request.POST.get(AGAIN):
            try:
                request.POST, here.review = opened(request, said), True
            except FormTooOld as refusal:
                from rounds.web.middleware.refusals import refused

                return refused(request, refusal)
        elif request.POST.get(REVIEW):
            here.review = True
        return None


def sealed(request: HttpRequest) -> str:
    """The form just refused, sealed for whoever sent it and for this address; "" where it cannot be sent again so."""
    if request.method != "POST" or request.FILES or len(said := request.POST.urlencode()) > LARGEST:
        return ""
    return keys.ring().seal(f"{now().timestamp():.0f}&{said}", _about(request))


def opened(request: HttpRequest, text: str) -> QueryDict:
    """The form that was refused. Raises FormTooOld (422), also for one that was sealed for somebody else."""
    try:
        stamp, _, said = keys.ring().open(text, _about(request)).partition("&")
    except keys.KeyMissing as error:
        raise FormTooOld from error
    if now().timestamp() - float(stamp) > OLDEST:
        raise FormTooOld
    return QueryDict(said)


def _about(request: HttpRequest) -> str:
    return f"refused form.{request.user.pk}.{request.get_full_path()}"
