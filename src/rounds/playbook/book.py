"""The playbook as one value: its files, its hash, and every rule under its name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rounds.playbook.reading import Document
from rounds.playbook.shapes.access import AccessRoles, SignIn
from rounds.playbook.shapes.agreements import Agreements
from rounds.playbook.shapes.automation import Automation, AutomationRules
from rounds.playbook.shapes.capturing import Capture
from rounds.playbook.shapes.closing import Closing
from rounds.playbook.shapes.customers import Growth, Health, ImplementationPlan, Success, Surveys
from rounds.playbook.shapes.days import Calendar, Tasks
from rounds.playbook.shapes.demos import Demos
from rounds.playbook.shapes.duplicates import Duplicates
from rounds.playbook.shapes.forecast import ForecastRules
from rounds.playbook.shapes.handing import AssetBook, HandOffBook
from rounds.playbook.shapes.imports import Imports
from rounds.playbook.shapes.keeping import Checks, Retention
from rounds.playbook.shapes.kpis import Scorecard
from rounds.playbook.shapes.legal import ContractBook, LegalChecklist, LegalReview
from rounds.playbook.shapes.life import Qualification, Statuses
from rounds.playbook.shapes.measures import Dashboards, Measures, Targets
from rounds.playbook.shapes.meetings import Meetings, Plays
from rounds.playbook.shapes.notices import Notifications, Outbound
from rounds.playbook.shapes.pipeline import Process, Stages
from rounds.playbook.shapes.poc import PocPlan, PocTerms, PocVerdict
from rounds.playbook.shapes.pricing import Discounts, Products, Value
from rounds.playbook.shapes.quotes import ProposalRules, Quotes
from rounds.playbook.shapes.reaching import Messaging, Nurture, Reach
from rounds.playbook.shapes.recording import Recording
from rounds.playbook.shapes.reports import Reports
from rounds.playbook.shapes.rooms import Challenges, DealCommittee, Discovery, SigningPath
from rounds.playbook.shapes.routing import Assignment, Recycle, Roles, Segments, Sla, Territories
from rounds.playbook.shapes.scoring import Heat, ScoringModel
from rounds.playbook.shapes.sequences import Sequence, Template
from rounds.playbook.shapes.tended import Engagement, Hygiene, Relationships
from rounds.playbook.shapes.tiers import Tiers
from rounds.playbook.shapes.trust import Phi, SubjectLaw
from rounds.playbook.shapes.words import ChoiceEntry, Ehr, Fields, Picklists, ProgrammePlays, Titles, Universe


@dataclass(frozen=True, eq=False)
class Playbook:
    """A read playbook. Two playbooks with the same hash say the same. `changes` are the keys tried with with_set."""

    files: dict[str, str]
    hash: str
    scoring: Mapping[str, ScoringModel]
    heat: Heat
    tiers: Tiers
    territories: Territories
    segments: Segments
    roles: Roles
    assignment: Assignment
    sla: Sla
    recycle: Recycle
    calendar: Calendar
    tasks: Tasks
    statuses: Statuses
    qualification: Qualification
    stages: Stages
    process: Process
    closing: Closing
    demos: Demos
    poc_plan: PocPlan
    poc_verdict: PocVerdict
    poc_terms: PocTerms
    engagement: Engagement
    relationships: Relationships
    hygiene: Hygiene
    committee: DealCommittee
    discovery: Discovery
    signing_path: SigningPath
    challenges: Challenges
    products: Products
    value: Value
    discounts: Discounts
    quotes: Quotes
    proposal: ProposalRules
    checklist: LegalChecklist
    review: LegalReview
    contracts: ContractBook
    assets: AssetBook
    handoffs: HandOffBook
    access: AccessRoles
    sign_in: SignIn
    automation: AutomationRules
    automations: Mapping[str, Automation]
    phi: Phi
    subject_law: SubjectLaw
    recording: Recording
    retention: Retention
    agreements: Agreements
    checks: Checks
    notifications: Notifications
    outbound: Outbound
    picklists: Picklists
    ehr: Ehr
    titles: Titles
    universe: Universe
    fields: Fields
    imports: Imports
    programme: ProgrammePlays
    duplicates: Duplicates
    implementation: ImplementationPlan
    success: Success
    health: Health
    surveys: Surveys
    growth: Growth
    sequences: Mapping[str, Sequence]
    templates: Mapping[str, Template]
    reach: Reach
    messaging: Messaging
    nurture: Nurture
    meetings: Meetings
    linkedin: Plays
    capture: Capture
    measures: Measures
    targets: Targets
    dashboards: Dashboards
    reports: Reports
    scorecard: Scorecard
    forecast: ForecastRules
    choices: tuple[ChoiceEntry, ...]
    documents: dict[str, Document] = field(repr=False)
    changes: tuple[tuple[str, Any], ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Playbook) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    @property
    def rules(self) -> dict[str, Any]:
        """Every rule one can ask, by name."""
        found: dict[str, Any] = {f"scoring/{name}": model for name, model in self.scoring.items()}
        parts = (self.heat, self.tiers, self.territories, self.segments, self.roles, self.assignment, self.sla,
                 self.recycle, self.calendar, self.tasks, self.qualification, self.stages, self.process, self.closing,
                 self.demos, self.poc_plan, self.poc_verdict, self.poc_terms, self.value, self.discounts,
                 self.implementation, self.success, self.health, self.reach, self.nurture, *self.sequences.values())  # fmt: skip
        return found | {part.rule: part for part in parts}

    def find(self, rule: str) -> Any:
        """The shape behind a rule name (`scoring/lead_fit`, `routing/territory` …). Raises KeyError."""
        return self.rules[rule]

    def line(self, file: str, *path: Any) -> int:
        """The line in `file` where `path` stands."""
        document = self.documents.get(file)
        return document.line(*path) if document else 1


def hash_of(files: Mapping[str, str], changes: tuple[tuple[str, Any], ...] = ()) -> str:
    """sha256 over the names and texts of the files in order (line ends as \\n), and over what was tried on top."""
    digest = hashlib.sha256()
    for name in sorted(files):
        text = files[name].replace("\r\n", "\n").rstrip() + "\n"
        digest.update(f"{name}\0{len(text.encode())}\0".encode() + text.encode())
    for key, value in changes:
        digest.update(f"set\0{key}\0{value!r}\0".encode())
    return digest.hexdigest()
