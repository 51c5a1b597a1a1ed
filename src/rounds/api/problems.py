"""What went wrong, as `application/problem+json` (RFC 9457): {type, title, status, detail, field}."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from psycopg_pool import PoolTimeout
from pydantic_core import to_json

from rounds.kit.refusal import Refusal

TITLES = {
    400: "Not understood", 401: "Not authenticated", 403: "Not allowed", 404: "Not found", 405: "Wrong method",
    413: "Too large", 422: "Not acceptable", 429: "Too many requests", 500: "Our fault", 503: "Back in a moment",
}  # fmt: skip
NO_TOKEN = "Send an API token: Authorization: Bearer rounds_… (people make them with `rounds user token`)."  # noqa: S105
NOT_THERE = "There is nothing here, or nothing that you may see."
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Rounds"'}

SCHEMA = {
    "title": "Problem", "type": "object", "required": ["type", "title", "status", "detail"],
    "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
                   "detail": {"type": "string", "description": "A sentence for people."},
                   "field": {"type": "string", "description": "The input it is about."}},
}  # fmt: skip
_SAID = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
ANSWERS = {
    "4XX": {"description": "What was asked cannot be done; `detail` says why.", "content": _SAID},
    "503": {"description": "The database is away; try again after `Retry-After` seconds.", "content": _SAID},
}
"""What every operation may answer besides its own, as the contract says it (RFC 9457)."""

BROKEN_FORM = "The form cannot be read. Send multipart/form-data with its boundary, whole, with fields and files as documented."

log = logging.getLogger("rounds.api")


def problem(
    status: int, detail: str, *, title: str = "", field: str | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """One problem as an answer. `detail` is a sentence for people, `field` the input it is about."""
    said: dict[str, Any] = {
        "type": "about:blank", "title": title or TITLES.get(status, "Refused"), "status": status, "detail": detail,
    }  # fmt: skip
    if field:
        said["field"] = field
    extra = {**(CHALLENGE if status == 401 else {}), **(headers or {})}
    return HttpResponse(to_json(said), status=status, content_type="application/problem+json", headers=extra)


def handle(api: NinjaAPI) -> None:
    """Give `api` its one handler for each way to fail."""
    api.add_exception_handler(Refusal, refused)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(AuthenticationError, lambda request, error: problem(401, NO_TOKEN))
    api.add_exception_handler(HttpError, lambda request, error: problem(error.status_code, _sentence(error.message)))
    for broken in (MultiPartParserError, BadRequest, SuspiciousOperation, UnreadablePostError):
        api.add_exception_handler(broken, lambda request, error: problem(400, BROKEN_FORM))
    api.add_exception_handler(Http404, lambda request, error: problem(404, NOT_THERE))
    api.add_exception_handler(Exception, fault)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A named refusal: its class is the title, its sentence the detail."""
    title = re.sub(r"(?<!^)(?=[A-Z])", " ", type(refusal).__name__).capitalize()
    headers = {"Retry-After": str(refusal.wait)} if hasattr(refusal, "wait") else None
    return problem(refusal.status, str(refusal), title=title, field=refusal.field, headers=headers)


def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The first fault of the input, as a sentence that names its field."""
    fault = error.errors[0]
    place = [str(part) for part in fault["loc"]]
    field = ".".join(place[2:] if place[0] == "body" else place[1:]) or "body"
    says = {
        "missing": f"{field} is missing.",
        "extra_forbidden": f"“{field}” cannot be set here; remove it.",
        "string_too_short": f"{field} is empty; it needs a value.",
        "uuid_parsing": f"{field} is an id like 0190a5b2-7c3d-7e4f-8a9b-0c1d2e3f4a5b.",
    }.get(fault["type"]) or f"{field}: {fault['msg'].removeprefix('Value error, ')}"
    # An id that is none in the address names nothing.
    return problem(404, NOT_THERE) if place[0] == "path" else problem(422, _sentence(says), field=field)


def fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """Anything unforeseen. A database that is away asks to come back; the rest is logged and ours."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout):
        return problem(503, "The database is not answering. Try again in a few seconds.", headers={"Retry-After": "3"})
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(500, "Something broke on our side. Nothing was half-written; the log has the details.")


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Any address under /api/ that is none."""
    return problem(404, f"{NOT_THERE} The addresses are listed at /api/v1/openapi.json.")


def worded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`view` with its 405 said as a problem too."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        done = view(request, *args, **kwargs)
        if done.status_code != 405:
            return done
        takes = ", ".join(sorted(done["Allow"].split(", ")))
        return problem(405, f"This address takes {takes}, not {request.method}.", headers={"Allow": takes})

    return door


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."
