"""Imports: a file sent, understood, checked, run in the background; how far it is; the way back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import File, Form, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, ConfigDict, Field, field_validator

from rounds.actions.flow import imports
from rounds.actions.flow.imports.nouns import plain
from rounds.api import limits
from rounds.api.auth import Bearer
from rounds.api.doors import noted
from rounds.api.shapes import Shape, answer
from rounds.jobs import import_upload
from rounds.kit.clock import now
from rounds.models import Import

router = Router(tags=["imports"])


class Uploading(Bearer):
    """A token for a file: larger than any other body, and as large as the playbook's imports.yaml allows."""

    def __call__(self, request: HttpRequest):
        limits.check_upload(request)
        return super(Bearer, self).__call__(request)


READ, SEND = Bearer("imports:write"), Uploading("imports:write")
IMPORT = Shape("Import", Import, {
    "id": "id", "noun": "noun", "name": "name", "system": "system", "state": "state", "rows": "rows", "done": "done", "heads": "heads",
    "plan": "plan", "counts": "counts", "report": "report", "refusal": "refusal", "at": "at", "finished_at": "finished_at",
})  # fmt: skip


class ImportAsked(BaseModel):
    """What goes with a file. `map` is JSON: header → field, "" leaves a column out; what it does not name is guessed."""

    model_config = ConfigDict(extra="forbid")

    noun: str = Field("", max_length=40)
    map: str = Field("", max_length=20_000)
    match: str = Field("", max_length=200)
    then: str = Field("check", pattern="^(read|check|run)$")

    @field_validator("map")
    @classmethod
    def table(cls, said: str) -> str:
        from pydantic_core import from_json

        if said and not all(isinstance(v, str) for v in _object(from_json(said)).values()):
            raise ValueError("is JSON of headers and fields, such as {\"Company\": \"organization\"}")
        return said


def _object(said: object) -> dict:
    if not isinstance(said, dict):
        raise ValueError("is JSON of headers and fields, such as {\"Company\": \"organization\"}")
    return said


@router.post("", auth=SEND, response={202: IMPORT.schema})
def create(request: HttpRequest, asked: Form[ImportAsked], file: UploadedFile = File(...)) -> HttpResponse:  # noqa: B008
    """Send a CSV or Excel file. It is read, understood and, unless `then` says "read", checked; with "run" it is written too.

    Automations stay off until the batch is released. Ask the answer's Location how far it is.
    """
    of = import_upload.begun(file, noun=asked.noun, person=request.user, by=request.actor)
    plan = {"then": "" if asked.then == "read" else asked.then}
    if of.plan:
        if asked.map:
            from pydantic_core import from_json

            means = {plain(head): to for head, to in from_json(asked.map).items()}
            plan["columns"] = [{**one, "to": means.get(plain(one["head"]), one["to"])} for one in of.plan["columns"]]
        if asked.match:
            plan["match"] = [key.strip() for key in asked.match.split(",")]
        of = imports.understand_as(of, plan, by=request.actor, at=now())
    return answer(IMPORT.of(of), 202, Location=f"/api/v1/imports/{of.id}")


@router.get("/{key}", auth=READ, response=IMPORT.schema)
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far an import is, what it counted, what became of it."""
    of = _one(request, key)
    noted(request, "import.read", "batch", key)
    return answer(IMPORT.of(of))


@router.post("/{key}/running", auth=READ, response={202: IMPORT.schema})
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write a checked file, or go on with one that was stopped."""
    return answer(IMPORT.of(imports.ask_run(_one(request, key), by=request.actor, at=now())), 202)


@router.post("/{key}/stopping", auth=READ, response={202: IMPORT.schema})
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stop after the chunk that is being written."""
    return answer(IMPORT.of(imports.stop(_one(request, key), by=request.actor, at=now())), 202)


@router.post("/{key}/undoing", auth=READ, response={202: IMPORT.schema})
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take the whole import back."""
    return answer(IMPORT.of(imports.ask_undo(_one(request, key), by=request.actor, at=now())), 202)


def _one(request: HttpRequest, key: UUID) -> Import:
    of = imports.one_of(request.user, key)
    if of is None:
        raise Http404
    return of


