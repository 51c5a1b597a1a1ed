"""Picklists, EHR names, titles, custom fields, plays, the public-file cuts, and the choices."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Number, Several, Shape, Share
from rounds.playbook.shapes.hospitals import BedSources, Breaches, Closing, HospitalEhr, Organisation, Peers

Words = Annotated[tuple[str, ...], Several]


class Picklist(Cited):
    values: Words


class Warmth(Cited):
    of: str
    map: dict[str, Literal["warm", "cold"]]


class ContactRoles(Cited):
    groups: dict[str, Words]
    executive: Words
    manager: Words
    titles: dict[str, str]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(role for roles in self.groups.values() for role in roles)


class Picklists(Shape):
    account_type: Picklist
    subtype: Picklist
    org_type: Picklist
    descriptor: Picklist
    ehr: Picklist
    ehr_class: Picklist
    implementation_timeline: Picklist
    hipaa_status: Picklist
    clinical_specialties: Picklist
    teaching: Picklist
    network: Picklist
    funding: Picklist
    highest_seniority: Picklist
    programme: Picklist
    events: Picklist
    lead_source: Picklist
    lead_source_warmth: Warmth
    lead_status: Picklist
    contact_role: ContactRoles
    stance: Picklist


class EhrMap(Cited):
    map: dict[str, str]


class Vendor(Cited):
    picklist: str
    class_: Literal["advanced", "modern", "legacy", "unknown"] = Field(alias="class")
    aliases: Words


class Ehr(Shape):
    maps: dict[Code, EhrMap]
    unknown_value: str
    vendors: dict[str, Vendor]


class TitlePattern(Shape):
    role: str
    any: Words


class Titles(Cited):
    patterns: Annotated[tuple[TitlePattern, ...], Several]


class OwnField(Shape):
    """One field of the company's own. `values` of a picklist; `of` the noun a lookup points at; `finds`: search finds its
    words (text); `hides`: the roles it is kept from."""

    field: Code
    title: str
    kind: Literal["text", "number", "money", "date", "yes_no", "picklist", "lookup"]
    values: Words = ()
    of: Literal["account", "contact", "lead", "user"] | None = None
    finds: bool = False
    hides: Words = ()
    longest: Annotated[int, Field(ge=1, le=5000)] = 500
    largest: Number = 10**12


class Fields(Shape):
    account: Annotated[tuple[OwnField, ...], Several] = ()
    lead: Annotated[tuple[OwnField, ...], Several] = ()
    contact: Annotated[tuple[OwnField, ...], Several] = ()


class Span(Shape):
    low: Number
    high: Number | None = None


class CitedSpan(Cited):
    low: Number
    high: Number | None = None


class Play(Cited):
    play: Code
    tier: int
    title: str
    facts: Words = ()
    decision_months: Span | None = None
    approach: Words = ()
    pains: Words = ()
    values: Words = ()
    messages_from: str | None = None


class ProgrammePlays(Shape):
    plays: Annotated[tuple[Play, ...], Several]


class PerBed(Shape):
    at_least: Number | None = None
    usd_per_bed: Annotated[int, Field(ge=0)]


class DealPotential(Cited):
    per_bed: Annotated[tuple[PerBed, ...], Several]


class Margin(Cited):
    years: Annotated[int, Field(ge=1)]
    winsorise: Span
    min_report_days: Annotated[int, Field(ge=1)]


class Metro(Cited):
    top: Annotated[int, Field(ge=1)]


class Rural(Cited):
    ruca_at_least: Number


class BudgetWindow(Cited):
    opens_months_before: Annotated[int, Field(ge=0, le=12)]
    closes_months_before: Annotated[int, Field(ge=0, le=12)]
    alert_days: Annotated[int, Field(ge=1)]


class EhrSource(Shape):
    source: Code
    confidence: Share
    title: str


class EhrSources(Cited):
    order: Annotated[tuple[EhrSource, ...], Several]
    not_an_ehr: Words


class HospitalGroup(Shape):
    hospital_types: Words = ()
    ownerships: Words = ()


class UniverseProgrammes(Cited):
    federal: HospitalGroup
    psychiatric: HospitalGroup
    core: HospitalGroup


class Agency(Cited):
    file: Code
    address: str
    verified: bool


class Freshness(Cited):
    fact_months: Annotated[int, Field(ge=1)]
    ageless: Words = ()
    intelligence_days: Annotated[int, Field(ge=1)]
    quiet_days: Annotated[int, Field(ge=1)]
    news_days: Annotated[int, Field(ge=1)]
    differ_above: Share


class FirstDay(Cited):
    """The bars of PLUS-12: `grades_at_least` fit grades each hold `share_at_least` of the core hospitals, fit and
    completeness correlate below `correlation_below`, no grade A knows less than a share of the public points."""

    grades_at_least: Annotated[int, Field(ge=1)]
    share_at_least: Share
    correlation_below: Share
    grade_a_known_at_least: Share
    public_criteria: Annotated[tuple[Code, ...], Several]
    """Criteria of the lead score that public files can fill."""


class Universe(Shape):
    deal_potential: DealPotential
    margin: Margin
    metro: Metro
    rural: Rural
    budget_window: BudgetWindow
    ehr_sources: EhrSources
    hospital_ehr: HospitalEhr
    organisation: Organisation
    sources_of_beds: BedSources
    peers: Peers
    breaches: Breaches
    first_day: FirstDay | None = None
    """None in playbooks published before the bars were written down."""
    closing: Closing
    programmes: UniverseProgrammes
    plausibility: dict[Code, CitedSpan]
    freshness: Freshness
    agencies: Annotated[tuple[Agency, ...], Several]


class ChoiceEntry(Shape):
    """One line of choices.yaml."""

    key: str
    short: str | None = None
    conflict: str
    file: str
    path: Annotated[tuple[str | int, ...], Several]
    alternatives: Annotated[tuple[Any, ...], Several]
    rules: Words = ()
    """Further rules that are asked with this choice under its short name."""
    says: str
