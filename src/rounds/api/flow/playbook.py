"""The playbook in force, and its rules asked for a verdict."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds import rules
from rounds.access.allowed import need
from rounds.api.auth import Bearer
from rounds.api.doors import Input, Moment
from rounds.api.shapes import answer
from rounds.models.flow.active import active

router = Router(tags=["playbook"])


class PlaybookShown(BaseModel):
    """The version in force and its files."""

    number: int
    hash: str
    rules: list[str]
    files: dict[str, str]


class Question(Input):
    """A rule, what it is given, and perhaps the moment it speaks of and other choices to try for this question."""

    rule: str = Field(min_length=1, max_length=100)
    given: dict[str, Any] = Field(default_factory=dict)
    at: Moment | None = None
    set: dict[str, Any] | None = None


@router.get("/playbook", auth=Bearer("playbook:read"), response=PlaybookShown)
def playbook(request: HttpRequest) -> HttpResponse:
    """The playbook in force."""
    need(request.user, "playbook.read")
    now = active()
    return answer({"number": now.number, "hash": now.hash, "rules": rules.RULES, "files": dict(now.playbook.files)})


@router.post("/explain", auth=Bearer("playbook:read"), response=dict[str, Any])
def explain(request: HttpRequest, question: Question) -> HttpResponse:
    """The verdict of a rule on what is given, with its reasons. Nothing is kept."""
    need(request.user, "playbook.read")
    verdict = rules.explain(active().playbook, question.rule, question.given, at=question.at, set=question.set)
    return answer(verdict)
