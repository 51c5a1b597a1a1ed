"""Readings of a proof of concept: what was measured, with its interval and what it says (PLUS-26)."""

from __future__ import annotations

import math
from datetime import date, datetime

from rounds.actions.deals import data_gate
from rounds.actions.deals.below import tell
from rounds.actions.deals.poc_data import DOOR
from rounds.actions.deals.poc_given import PocNotThere, PocRefused, locked
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Poc, PocCriterion, PocReading
from rounds.models.base import signature
from rounds.models.deals.poc_standing import has_phi, target_of, week_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.poc.readings import Measured, interval, standing


@phi.texts("source", written="at")
def record(
    poc: Poc,
    code: str,
    *,
    value: float | None = None,
    n: int | None = None,
    hits: int | None = None,
    deviation: float | None = None,
    read_on: date | None = None,
    source: str = "",
    by: Actor,
    at: datetime,
) -> PocReading:
    """Keep what was measured: of a share how many of how many, of a mean the mean with n and standard deviation, else one
    figure. A second reading of a week takes the place of the first, which stays written.

    Effects: PocReading, poc.read, an audit entry. Raises PocRefused (422), PocNotThere, NoBaaInForce (409).
    """
    on = read_on or house_day(at)
    with deed(by):
        poc = locked(poc, "running", why="Readings are taken while it runs.")
        row = PocCriterion.objects.filter(poc=poc, version=poc.version, code=code).first()
        if row is None:
            raise PocRefused("There is no such criterion in the version in force.", field="criterion")
        if not poc.kickoff_on <= on <= house_day(at):
            raise PocRefused("Choose a day between the kickoff and today.", field="read_on")
        if row.category != "roi":
            _need_data(poc, at)
        measured = _measured(row, value, n, hits, deviation)
        book = active().playbook.poc_verdict
        read = interval(book, row.kind, measured)
        word, week = standing(book, target_of(row), read).word, week_of(poc, on)
        made = PocReading.objects.create(
            opportunity=poc.opportunity, poc=poc, code=code, week=week, read_on=on, value=read.value, n=measured.n, hits=measured.hits,
            deviation=measured.deviation, low=read.low, high=read.high, method=read.method, word=word, source=source.strip()[:500],
            **signature(by, at),
        )  # fmt: skip
        said = {"criterion": row.name, "week": week, "value": read.value, "verdict": word, "method": read.method}
        tell("poc.read", poc, said, by=by, at=at)
        audit.note("poc.read_criterion", by=by, at=at, kind="poc", subject=poc.id, detail={"criterion": code, "week": week})
    return made


def _need_data(poc: Poc, at: datetime) -> None:
    """What is measured on patient data is read once data came in, and while a BAA is in force. Raises NoBaaInForce,
    PocNotThere (409)."""
    if has_phi(poc):
        if poc.data_since is None:
            raise PocNotThere("No data came in yet: reach the milestone of data integration first.")
        data_gate.need_baa(poc.opportunity.account, at, what=DOOR)


def _measured(row: PocCriterion, value: float | None, n: int | None, hits: int | None, deviation: float | None) -> Measured:
    """What was measured, checked for its kind. Raises PocRefused (422)."""
    for field, said in (("value", value), ("deviation", deviation)):
        if said is not None and (not math.isfinite(said) or abs(said) > 1e12):
            raise PocRefused("That is no number one can measure.", field=field)
    if row.kind == "share":
        if n is None or hits is None or not 0 < n <= 10**7 or not 0 <= hits <= n:
            raise PocRefused("Say how many of how many: hits from 0 to n, n at least 1.", field="hits")
        return Measured(hits / n, n, None, hits)
    if value is None:
        raise PocRefused("Say the figure.", field="value")
    if row.kind == "mean":
        if n is None or not 1 < n <= 10**7 or deviation is None or deviation < 0:
            raise PocRefused("Of a mean say n (at least 2) and the standard deviation as well.", field="n")
        return Measured(float(value), n, float(deviation), None)
    return Measured(float(value), n if n and 0 < n <= 10**7 else None, None, None)
