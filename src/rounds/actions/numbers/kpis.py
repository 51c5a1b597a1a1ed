"""Figures of the scorecard that people enter, baselines they freeze, and what they say of a KPI (KPI-36, KPI-37)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import KpiEntry
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.models.numbers.kpis import WHOLE
from rounds.playbook.shapes.kpis import Kpi

MOST = Decimal(10) ** 12


class KpiRefused(Refusal):
    """This cannot be said of the KPI."""

    status = 422


class NoSuchKpi(Refusal):
    """There is no such KPI on the scorecard."""

    status = 404


@phi.texts("evidence", needed=("evidence",))
def enter(kpi: str, value: Decimal, *, period: str, starts_on: date, ends_on: date, evidence: str, by: Actor, at: datetime) -> KpiEntry:
    """Enter the figure of a KPI that is kept by hand, in its unit, for a period, with where it can be checked. It takes the place of
    what was entered of the period before, which stays readable. Effects: KpiEntry, an audit entry. Raises NoSuchKpi (404), KpiRefused (422)."""
    one = _known(kpi)
    if not one.by_hand:
        raise KpiRefused(f"{one.title} is counted from the records; only what no record holds is entered by hand.", field="value")
    if starts_on > house_day(at):
        raise KpiRefused("That period has not begun; enter it once it has.", field="period")
    return _said(one, "figure", evidence, by=by, at=at, period=period, starts_on=starts_on, ends_on=ends_on, millionths=_figure(value))


@phi.texts("note")
def freeze(kpi: str, value: Decimal, *, period: str, starts_on: date, ends_on: date, by: Actor, at: datetime, n: int | None = None, note: str = "") -> KpiEntry:
    """Freeze what a KPI was in a period as the baseline later periods are held against; corrections of the records leave it as it
    is. Effects: KpiEntry, an audit entry. Raises NoSuchKpi (404), KpiRefused (422)."""
    one = _known(kpi)
    if one.change is None:
        raise KpiRefused(f"{one.title} is not held against a baseline.", field="period")
    if ends_on >= house_day(at):
        raise KpiRefused("A baseline is of a period that is over; choose an earlier one.", field="period")
    if value == 0:
        raise KpiRefused("Nothing is so many percent better than nought; choose a period with a figure.", field="period")
    return _said(one, "baseline", note, by=by, at=at, period=period, starts_on=starts_on, ends_on=ends_on, millionths=_figure(value), n=n)


@phi.texts("text", needed=("text",))
def comment(kpi: str, text: str, *, by: Actor, at: datetime) -> KpiEntry:
    """Say something of a KPI. Effects: KpiEntry, an audit entry. Raises NoSuchKpi (404), KpiRefused (422)."""
    return _said(_known(kpi), "comment", text, by=by, at=at)


def _known(kpi: str) -> Kpi:
    one = active().playbook.scorecard.find(kpi)
    if one is None:
        raise NoSuchKpi
    return one


def _figure(value: Decimal) -> int:
    """Millionths of the unit, half-up. Raises KpiRefused."""
    if not value.is_finite() or abs(value) >= MOST:
        raise KpiRefused("Write a figure such as 12.5.", field="value")
    return int((value * WHOLE).quantize(Decimal(1), ROUND_HALF_UP))


def _said(one: Kpi, kind: str, text: str, *, by: Actor, at: datetime, **what: Any) -> KpiEntry:
    if kind != "baseline" and not text.strip():
        raise KpiRefused("Say where the figure can be checked." if kind == "figure" else "Write what is to be said.", field="text")
    with deed(by):
        row = KpiEntry.objects.create(kpi=one.kpi, kind=kind, text=text.strip()[:1000], **what, **signature(by, at))
        audit.note(f"kpi.{kind}", by=by, at=at, kind="kpi", subject=row.id, detail={"kpi": one.kpi, "period": row.period, "value": None if row.value is None else str(row.value)})
    return row
