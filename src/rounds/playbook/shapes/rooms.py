"""The room of a deal: its committee and approvals, discovery, the path to signature, challenges."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape, Share
from rounds.playbook.shapes.life import Codes, Days

Words = Annotated[tuple[str, ...], Several]
Whole = Annotated[int, Field(ge=0, le=3650)]
Span = Annotated[tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]], Several]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class Level(Shape):
    level: Code
    title: str


class Levels(Cited):
    listed: Annotated[tuple[Level, ...], Several]


class Listed(Cited):
    listed: Words


class EconomicBuyer(Cited):
    levels: Codes
    roles: Words


class Champion(Cited):
    stances: Codes
    engaged_days: Whole


class Few(Cited):
    at_least: Whole
    from_process: Whole


class ClinicalChampion(Cited):
    group: str
    after_process: Whole


class SingleThreaded(Cited):
    share: Share
    days: Whole
    touches_at_least: Whole


class WithinDays(Cited):
    days: Whole


class CommitteeWarnings(Shape):
    few: Few
    clinical_champion: ClinicalChampion
    single_threaded: SingleThreaded
    cooling: WithinDays


class BenchmarkReading(Cited):
    reading: Literal["by_tier", "all", "enterprise"]


class Benchmark(Cited):
    """How many people and approvals are usual, and in which share of deals a committee decides."""

    title: str
    tiers: Annotated[tuple[int, ...], Several]
    stakeholders: Span
    approvals: Span
    committee_share: Share


class BudgetCycle(Cited):
    annual_share: Share


class OfferedApproval(Shape):
    step: Code
    title: str
    whose: str


class Approvals(Cited):
    offered: Annotated[tuple[OfferedApproval, ...], Several]


class DealCommittee(Shape):
    rule: str
    title: str
    decision_levels: Levels
    preferences: Listed
    economic_buyer: EconomicBuyer
    champion: Champion
    warnings: CommitteeWarnings
    benchmark: BenchmarkReading
    benchmarks: dict[Code, Benchmark]
    budget_cycle: BudgetCycle
    approvals: Approvals

    def benchmark_of(self, tier: int | None) -> Benchmark:
        """What is usual for an account of that tier, by the reading in force (C-20)."""
        if self.benchmark.reading != "by_tier":
            return self.benchmarks[self.benchmark.reading]
        found = next((one for one in self.benchmarks.values() if tier in one.tiers), None)
        return found or next(one for one in self.benchmarks.values() if not one.tiers)


class Section(Cited):
    section: Code
    title: str
    minutes: Annotated[int, Field(ge=1, le=240)]
    ask: str


class Completes(Cited):
    sections_at_least: Whole


class RecordKind(Cited):
    record: Code
    title: str
    of: Literal["needs", "technical"]
    section: Code


class Interview(Cited):
    interview: Code
    title: str
    roles: Words


class DiscoveryEvidence(Cited):
    """How many records of which kind make a criterion met."""

    pains: dict[Code, Whole]
    technical: dict[Code, Whole]
    metrics: dict[Code, Whole]


class Discovery(Shape):
    rule: str
    title: str
    minutes: Days
    sections: Annotated[tuple[Section, ...], Several]
    completes: Completes
    records: Annotated[tuple[RecordKind, ...], Several]
    interviews: Annotated[tuple[Interview, ...], Several]
    evidence: DiscoveryEvidence

    def record(self, code: str) -> RecordKind | None:
        return next((one for one in self.records if one.record == code), None)


class Quarters(Cited):
    starts: Annotated[int, Field(ge=1, le=12)]


class PathStep(Cited):
    """One step: how many days, after which others. `until`: not asked once the deal has reached that stage; `phi`: only
    where PHI is involved; `pauses`: stands still in a freeze."""

    step: Code
    title: str
    whose: str
    days: Annotated[int, Field(ge=1, le=730)]
    after: Codes = ()
    until: str = ""
    phi: bool = False
    pauses: bool = False


class Freeze(Cited):
    freeze: Code
    title: str
    whose: str
    from_: MonthDay = Field(alias="from")
    to: MonthDay


class SigningPath(Shape):
    rule: str
    title: str
    quarters: Quarters
    steps: Annotated[tuple[PathStep, ...], Several]
    freezes: Annotated[tuple[Freeze, ...], Several]


class ChallengeFlag(Shape):
    when: Literal["few_stakeholders", "no_compliance_seat", "no_economic_buyer", "no_clinical_champion", "no_technical_records"]
    says: str


class Challenge(Cited):
    tag: Code
    title: str
    says: str
    content: Words
    flag: ChallengeFlag


class Challenges(Shape):
    rule: str
    title: str
    tags: Annotated[tuple[Challenge, ...], Several]

    def of(self, tag: str) -> Challenge | None:
        return next((one for one in self.tags if one.tag == tag), None)
