"""How a proof of concept stands: its criteria in force with their last readings, verdicts and what they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from rounds.kit.once import once
from rounds.models.deals.poc_data import PhiDetermination
from rounds.models.deals.poc_measures import PocCriterion, PocReading
from rounds.models.deals.pocs import Poc
from rounds.models.flow.active import active
from rounds.rules.poc.readings import Interval, SampleSize, Standing, Target, sample_size, standing
from rounds.rules.poc.verdict import Verdict, judged

WEEK = 7


@dataclass(frozen=True, slots=True)
class Measured:
    """A criterion with its readings, the last of each week in order, and how it stands."""

    criterion: PocCriterion
    readings: tuple[PocReading, ...]
    standing: Standing
    sample: SampleSize

    @property
    def last(self) -> PocReading | None:
        return self.readings[-1] if self.readings else None


@dataclass(frozen=True, slots=True)
class PocStanding:
    """A proof of concept read whole. `verdict` is what the criteria come to now."""

    poc: Poc
    measured: tuple[Measured, ...]
    verdict: Verdict
    by_code: dict[str, Measured] = field(default_factory=dict)

    @property
    def met(self) -> int:
        """How many of the criteria in force are met."""
        return sum(one.standing.word == "met" for one in self.measured)

    @property
    def met_words(self) -> str:
        """ "3 of 4": what lists, files, pages and gates say of the criteria; "" where none is agreed."""
        return f"{self.met} of {len(self.measured)}" if self.measured else ""


def target_of(row: PocCriterion) -> Target:
    """The row as the rules ask for it."""
    return Target(row.kind, row.direction, row.target, row.baseline, row.weight, row.mandatory, row.planned_n, row.deviation)  # type: ignore[arg-type]


@once
def stands(poc: Poc) -> PocStanding:
    """Two queries."""
    return stand([poc])[poc.pk]


def stand(pocs: Iterable[Poc]) -> dict[object, PocStanding]:
    """The same for many, in as many queries as for one."""
    some = {poc.pk: poc for poc in pocs}
    criteria: dict[object, list[PocCriterion]] = {key: [] for key in some}
    for row in PocCriterion.objects.filter(poc__in=some).order_by("place", "code"):
        if row.version == some[row.poc_id].version:
            criteria[row.poc_id].append(row)
    readings: dict[tuple[object, str], dict[int, PocReading]] = {}
    for read in PocReading.objects.filter(poc__in=some).order_by("week", "at", "id"):
        readings.setdefault((read.poc_id, read.code), {})[read.week] = read
    return {key: _one(poc, criteria[key], readings) for key, poc in some.items()}


def _one(poc: Poc, criteria: list[PocCriterion], readings: dict) -> PocStanding:
    book = active().playbook.poc_verdict
    found = []
    for row in criteria:
        mine = tuple(readings.get((poc.pk, row.code), {}).values())
        target = target_of(row)
        last = mine[-1] if mine else None
        read = Interval(last.value, last.low, last.high, last.method, last.n) if last else None
        found.append(Measured(row, mine, standing(book, target, read), sample_size(book, target)))
    verdict = judged(book, {one.criterion.code: target_of(one.criterion) for one in found},
                     {one.criterion.code: one.standing for one in found})  # fmt: skip
    return PocStanding(poc, tuple(found), verdict, {one.criterion.code: one for one in found})


def week_of(poc: Poc, day: date) -> int:
    """Which week of the proof of concept a day lies in, from 1; before the kickoff 0."""
    if poc.kickoff_on is None or day < poc.kickoff_on:
        return 0
    return (day - poc.kickoff_on).days // WEEK + 1


def phi_of(poc: Poc) -> PhiDetermination | None:
    """The determination in force, None where nobody made one."""
    return PhiDetermination.objects.filter(poc=poc).order_by("-at", "-id").first()


def has_phi(poc: Poc) -> bool:
    """Whether patient data is involved: by the playbook, until compliance says otherwise for a named data set (PLUS-26)."""
    said = phi_of(poc)
    return said.involved if said is not None else active().playbook.poc_terms.phi.on
