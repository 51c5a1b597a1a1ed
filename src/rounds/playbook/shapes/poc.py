"""Proofs of concept: the plan, the verdict, the terms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape, Share

Week = Annotated[int, Field(ge=1, le=52)]
Whole = Annotated[int, Field(ge=0, le=10_000)]
Words = Annotated[tuple[str, ...], Several]


class Weeks(Cited):
    standard: Week
    least: Week
    typical_most: Week
    stage_most: Week


class PlanStep(Shape):
    """One step, due at the end of `week`. `door`: what it opens (data: patient data; readout: the results)."""

    code: Code
    title: str
    week: Week
    door: Literal["", "data", "readout"] = ""


class Phase(Cited):
    phase: Code
    title: str
    from_week: Week
    to_week: Week
    steps: Annotated[tuple[PlanStep, ...], Several]


class PocPlan(Shape):
    rule: str
    title: str
    weeks: Weeks
    phases: Annotated[tuple[Phase, ...], Several]


class Level(Cited):
    value: Share


class Sample(Cited):
    half_width_at_most: Share


class MeasureKinds(Cited):
    titles: dict[Literal["share", "mean", "figure"], str]
    least_n: dict[Literal["share", "mean", "figure"], Whole]


class Category(Cited):
    title: str
    examples: Words


class PocVerdict(Shape):
    rule: str
    title: str
    reading: Literal["interval", "point"]
    attainment: Literal["progress", "met_only"]
    confidence: Level
    sample: Sample
    success: Level
    partial: Level
    kinds: MeasureKinds
    categories: dict[Code, Category]


class Review(Cited):
    every_days: Annotated[int, Field(ge=1, le=60)]


class Severity(Shape):
    title: str
    to: Words
    hours: Whole


class Issues(Cited):
    severities: dict[Code, Severity]


class Extension(Cited):
    most: Whole
    longest_weeks: Week


class Decision(Cited):
    days: Whole
    clock: Literal["calendar", "business"]
    choices: dict[Literal["convert", "extend", "stop"], str]


class PatientData(Cited):
    on: bool
    destruction_days: Annotated[int, Field(ge=1, le=365)]
    told_days: Annotated[tuple[Whole, ...], Several]
    methods: dict[Code, str]


class SuccessRate(Shape):
    reading: Literal["objectives", "close"]
    target: Level


class Roi(Cited):
    swing: Annotated[int, Field(ge=1, le=90)]
    term_months: Annotated[int, Field(ge=1, le=120)]


class PocTerms(Shape):
    rule: str
    title: str
    review: Review
    issues: Issues
    extension: Extension
    decision: Decision
    phi: PatientData
    success_rate: SuccessRate
    poc_to_proposal: Level
    roi: Roi
