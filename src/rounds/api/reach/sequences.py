"""Sequences: what they do on which day, and what came of each step and variant."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel

from rounds.access.allowed import need
from rounds.analytics.reach import sequences as told
from rounds.api.auth import Bearer
from rounds.api.doors import noted
from rounds.api.shapes import answer
from rounds.models.flow.active import active
from rounds.playbook.shapes.sequences import Sequence

router = Router(tags=["sequences"])
READ = Bearer("playbook:read")


class SequenceNumbers(BaseModel):
    """People who were enrolled and what came of it; `sent` and `delivered` count letters."""

    enrolled: int
    active: int
    paused: int
    sent: int
    delivered: int
    answered: int
    meetings: int
    unsubscribed: int
    bounced: int


class SequenceSaid(BaseModel):
    """One sequence of the playbook in force, with its numbers among the records the caller sees."""

    code: str
    title: str
    family: str
    state: str
    purpose: str
    anchor: str
    stops: list[str]
    numbers: SequenceNumbers


class SequencesSaid(BaseModel):
    data: list[SequenceSaid]


class SequenceRate(BaseModel):
    """A share with its interval; null below the least number of letters."""

    share: float | None
    low: float | None
    high: float | None
    says: str


class SequenceVariant(BaseModel):
    """Letters of one variant; `people` and `machines`: letters whose links a person, a machine followed."""

    variant: str
    sent: int
    delivered: int
    answered: int
    meetings: int
    unsubscribed: int
    bounced: int
    people: int
    machines: int
    rate: SequenceRate


class SequenceStepSaid(BaseModel):
    """One step: when, what, and what came of it."""

    step: str
    title: str
    do: str
    day: int | None
    week: int | None
    template: str | None
    off: bool
    waiting: int
    done: int
    skipped: int
    variants: list[SequenceVariant]
    compared: str


class SequenceWhole(SequenceSaid):
    steps: list[SequenceStepSaid]
    segments: dict[str, SequenceNumbers]
    tiers: dict[str, SequenceNumbers]


@router.get("", auth=READ, response=SequencesSaid)
def index(request: HttpRequest) -> HttpResponse:
    """Every sequence of the playbook in force."""
    need(request.user, "playbook.read")
    lines = told.lines(request.scope)
    noted(request, "sequences.list", "sequence", rows=len(lines))
    return answer({"data": [_said(one, lines.get(code, told.Line())) for code, one in active().playbook.sequences.items()]})


@router.get("/{sequence}", auth=READ, response=SequenceWhole)
def show(request: HttpRequest, sequence: str) -> HttpResponse:
    """One sequence, step by step and variant by variant, for each segment and tier."""
    need(request.user, "playbook.read")
    book = active().playbook
    one = book.sequences.get(sequence)
    if one is None:
        raise Http404
    noted(request, "sequence.read", "sequence", code=one.code)
    steps = told.steps(one.code, request.scope, book.reach.trial)
    parts = {name: {key: asdict(line) for key, line in told.by_part(one.code, request.scope, part).items()} for name, part in (("segments", "segment"), ("tiers", "tier"))}
    whole = told.lines(request.scope).get(one.code, told.Line())
    return answer({**_said(one, whole), "steps": [_step(step, steps.get(step.step, told.StepLine(step.step))) for step in one.steps], **parts})


def _said(one: Sequence, line: told.Line) -> dict[str, Any]:
    return {"code": one.code, "title": one.title, "family": one.family, "state": one.state, "purpose": one.purpose, "anchor": one.anchor,
            "stops": list(one.stops), "numbers": asdict(line)}  # fmt: skip


def _step(step: Any, line: told.StepLine) -> dict[str, Any]:
    variants = [{**{name: getattr(one, name) for name in ("variant", *told.NUMBERS)},
                 "rate": {name: getattr(one.rate, name) for name in ("share", "low", "high", "says")}} for one in line.variants]  # fmt: skip
    return {"step": step.step, "title": step.title, "do": step.do, "day": step.day, "week": step.week, "template": step.template, "off": step.off,
            "waiting": line.waiting, "done": line.done, "skipped": line.skipped, "variants": variants, "compared": line.compared.says if line.compared else ""}  # fmt: skip
