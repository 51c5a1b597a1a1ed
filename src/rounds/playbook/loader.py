"""From a directory or a set of texts to a Playbook: nothing is guessed, everything wrong is named with its line."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rounds.kit.refusal import Refusal
from rounds.playbook.book import Playbook, hash_of
from rounds.playbook.finding import Finding, by_line
from rounds.playbook.reading import MAX_BYTES, Document, YamlRefused, read
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

DEFAULT = Path(__file__).parent / "default"
MAX_FILES = 500

SHAPES: dict[str, Any] = {
    "scoring/lead_fit.yaml": ScoringModel,
    "scoring/crm_quick.yaml": ScoringModel,
    "scoring/abm_account.yaml": ScoringModel,
    "scoring/integration_complexity.yaml": ScoringModel,
    "scoring/heat.yaml": Heat,
    "tiers/abm.yaml": Tiers,
    "routing/territories.yaml": Territories,
    "routing/segments.yaml": Segments,
    "routing/roles.yaml": Roles,
    "routing/assignment.yaml": Assignment,
    "routing/sla.yaml": Sla,
    "routing/recycle.yaml": Recycle,
    "calendar.yaml": Calendar,
    "tasks.yaml": Tasks,
    "leads/statuses.yaml": Statuses,
    "qualification.yaml": Qualification,
    "pipeline/stages.yaml": Stages,
    "pipeline/process.yaml": Process,
    "pipeline/closing.yaml": Closing,
    "demos.yaml": Demos,
    "poc/plan.yaml": PocPlan,
    "poc/verdict.yaml": PocVerdict,
    "poc/terms.yaml": PocTerms,
    "leads/engagement.yaml": Engagement,
    "relationships.yaml": Relationships,
    "hygiene.yaml": Hygiene,
    "deals/committee.yaml": DealCommittee,
    "deals/discovery.yaml": Discovery,
    "deals/path.yaml": SigningPath,
    "deals/challenges.yaml": Challenges,
    "pricing/products.yaml": Products,
    "pricing/value.yaml": Value,
    "pricing/discounts.yaml": Discounts,
    "pricing/quotes.yaml": Quotes,
    "pricing/proposal.yaml": ProposalRules,
    "legal/checklist.yaml": LegalChecklist,
    "legal/review.yaml": LegalReview,
    "legal/contracts.yaml": ContractBook,
    "assets.yaml": AssetBook,
    "handoffs.yaml": HandOffBook,
    "access/roles.yaml": AccessRoles,
    "access/sign_in.yaml": SignIn,
    "automation.yaml": AutomationRules,
    "trust/phi.yaml": Phi,
    "trust/subject_law.yaml": SubjectLaw,
    "trust/recording.yaml": Recording,
    "trust/retention.yaml": Retention,
    "trust/agreements.yaml": Agreements,
    "trust/checks.yaml": Checks,
    "notifications.yaml": Notifications,
    "outbound.yaml": Outbound,
    "picklists.yaml": Picklists,
    "ehr.yaml": Ehr,
    "titles.yaml": Titles,
    "universe.yaml": Universe,
    "fields.yaml": Fields,
    "imports.yaml": Imports,
    "programme.yaml": ProgrammePlays,
    "duplicates.yaml": Duplicates,
    "implementation/plan.yaml": ImplementationPlan,
    "implementation/success.yaml": Success,
    "implementation/health.yaml": Health,
    "implementation/surveys.yaml": Surveys,
    "implementation/growth.yaml": Growth,
    "reach/rules.yaml": Reach,
    "reach/messaging.yaml": Messaging,
    "reach/nurture.yaml": Nurture,
    "reach/meetings.yaml": Meetings,
    "reach/linkedin.yaml": Plays,
    "reach/capture.yaml": Capture,
    "numbers/metrics.yaml": Measures,
    "numbers/targets.yaml": Targets,
    "numbers/dashboards.yaml": Dashboards,
    "numbers/reports.yaml": Reports,
    "numbers/kpis.yaml": Scorecard,
    "numbers/forecast.yaml": ForecastRules,
    "choices.yaml": tuple[ChoiceEntry, ...],
}
FOLDERS: dict[str, Any] = {"automations/": Automation, "sequences/": Sequence, "templates/": Template}
"""Folders of which a playbook has as many files as it likes: automations/<code>.yaml."""
PARTS = {
    "heat": "scoring/heat.yaml",
    "tiers": "tiers/abm.yaml",
    "territories": "routing/territories.yaml",
    "segments": "routing/segments.yaml",
    "roles": "routing/roles.yaml",
    "assignment": "routing/assignment.yaml",
    "sla": "routing/sla.yaml",
    "recycle": "routing/recycle.yaml",
    "statuses": "leads/statuses.yaml",
    "qualification": "qualification.yaml",
    "stages": "pipeline/stages.yaml",
    "process": "pipeline/process.yaml",
    "closing": "pipeline/closing.yaml",
    "demos": "demos.yaml",
    "poc_plan": "poc/plan.yaml",
    "poc_verdict": "poc/verdict.yaml",
    "poc_terms": "poc/terms.yaml",
    "engagement": "leads/engagement.yaml",
    "relationships": "relationships.yaml",
    "hygiene": "hygiene.yaml",
    "products": "pricing/products.yaml",
    "value": "pricing/value.yaml",
    "discounts": "pricing/discounts.yaml",
    "quotes": "pricing/quotes.yaml",
    "proposal": "pricing/proposal.yaml",
    "calendar": "calendar.yaml",
    "tasks": "tasks.yaml",
    "committee": "deals/committee.yaml",
    "discovery": "deals/discovery.yaml",
    "signing_path": "deals/path.yaml",
    "challenges": "deals/challenges.yaml",
    "checklist": "legal/checklist.yaml",
    "review": "legal/review.yaml",
    "contracts": "legal/contracts.yaml",
    "assets": "assets.yaml",
    "handoffs": "handoffs.yaml",
    "access": "access/roles.yaml",
    "sign_in": "access/sign_in.yaml",
    "automation": "automation.yaml",
    "phi": "trust/phi.yaml",
    "subject_law": "trust/subject_law.yaml",
    "recording": "trust/recording.yaml",
    "retention": "trust/retention.yaml",
    "agreements": "trust/agreements.yaml",
    "checks": "trust/checks.yaml",
    "notifications": "notifications.yaml",
    "outbound": "outbound.yaml",
    "picklists": "picklists.yaml",
    "ehr": "ehr.yaml",
    "titles": "titles.yaml",
    "universe": "universe.yaml",
    "fields": "fields.yaml",
    "imports": "imports.yaml",
    "programme": "programme.yaml",
    "duplicates": "duplicates.yaml",
    "implementation": "implementation/plan.yaml",
    "success": "implementation/success.yaml",
    "health": "implementation/health.yaml",
    "surveys": "implementation/surveys.yaml",
    "growth": "implementation/growth.yaml",
    "reach": "reach/rules.yaml",
    "messaging": "reach/messaging.yaml",
    "nurture": "reach/nurture.yaml",
    "meetings": "reach/meetings.yaml",
    "linkedin": "reach/linkedin.yaml",
    "capture": "reach/capture.yaml",
    "measures": "numbers/metrics.yaml",
    "targets": "numbers/targets.yaml",
    "dashboards": "numbers/dashboards.yaml",
    "reports": "numbers/reports.yaml",
    "scorecard": "numbers/kpis.yaml",
    "forecast": "numbers/forecast.yaml",
    "choices": "choices.yaml",
}
"""The name of a part in the book → its file."""
_ADAPTERS = {name: TypeAdapter(shape) for name, shape in (SHAPES | FOLDERS).items()}


def folder_of(name: str) -> str | None:
    """The open folder a file belongs to; None for one of a fixed name, and for names nobody reads."""
    return next((folder for folder in FOLDERS if re.fullmatch(re.escape(folder) + r"[a-z][a-z0-9_]*\.yaml", name)), None)


def knows(name: str) -> bool:
    """Whether a playbook may have a file of this name."""
    return name in SHAPES or folder_of(name) is not None


class PlaybookRefused(Refusal):
    """The playbook cannot be used."""

    status = 422

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))


def load(source: Path | Mapping[str, str]) -> Playbook:
    """Read a playbook from a directory or from {file name: text}. Raises PlaybookRefused with every error found."""
    from rounds.playbook.checks import findings

    playbook = read_only(source)
    errors = [finding for finding in findings(playbook) if finding.severity == "error"]
    if errors:
        raise PlaybookRefused(errors)
    return playbook


def read_only(source: Path | Mapping[str, str]) -> Playbook:
    """Read and check the shapes, not the sense: for showing findings of an inconsistent draft."""
    files = _texts(source)
    wrong = [_unknown_file(name) for name in sorted(files) if not knows(name)]
    missing = [
        Finding("error", name, 1, "The file is missing.", "Copy it from the shipped playbook: `rounds playbook init`.")
        for name in SHAPES
        if name not in files
    ]
    documents: dict[str, Document] = {}
    for name in sorted(filter(knows, files)):
        try:
            documents[name] = read(name, files[name])
        except YamlRefused as refusal:
            wrong.append(Finding("error", refusal.file, refusal.line, refusal.sentence, refusal.mend))
    if wrong or missing:
        raise PlaybookRefused(by_line(wrong + missing))
    return build(files, documents)


def build(files: dict[str, str], documents: dict[str, Document], changes: tuple[tuple[str, Any], ...] = ()) -> Playbook:
    """Shapes from documents. Raises PlaybookRefused."""
    shapes, faults = _shaped(documents)
    if faults:
        raise PlaybookRefused(by_line([_shape_finding(document, entry) for document, entry in faults]))
    scoring = {
        name.removeprefix("scoring/").removesuffix(".yaml"): shapes[name]
        for name in SHAPES
        if SHAPES[name] is ScoringModel
    }
    folders: dict[str, dict[str, Any]] = {folder: {} for folder in FOLDERS}
    for name, shape in shapes.items():
        if folder := folder_of(name):
            folders[folder][name[len(folder) : -len(".yaml")]] = shape
    parts = {part: shapes[file] for part, file in PARTS.items()}
    return Playbook(files=dict(files), hash=hash_of(files, changes), scoring=scoring, automations=folders["automations/"],
                    sequences=folders["sequences/"], templates=folders["templates/"], documents=documents, changes=changes, **parts)  # fmt: skip


def _shaped(documents: Mapping[str, Document]) -> tuple[dict[str, Any], list[tuple[Document, Any]]]:
    """The shapes that can be made, and Pydantic's errors for the others."""
    shapes: dict[str, Any] = {}
    faults: list[tuple[Document, Any]] = []
    for name, document in documents.items():
        try:
            shapes[name] = _ADAPTERS[folder_of(name) or name].validate_python(_tuples(name, document.data))
        except ValidationError as error:
            faults += [(document, entry) for entry in error.errors(include_url=False)]
    return shapes, faults


def gaps(files: Mapping[str, str]) -> list[tuple[str, tuple[Any, ...]]]:
    """(file, path) of every key that the shapes ask for and the files do not have. Files that cannot be read, and
    files nobody knows, are passed over."""
    documents: dict[str, Document] = {}
    for name in sorted(filter(knows, files)):
        with contextlib.suppress(YamlRefused):
            documents[name] = read(name, files[name])
    _, faults = _shaped(documents)
    return [
        (document.file, tuple(_said(document, entry["loc"]))) for document, entry in faults if entry["type"] == "missing"
    ]


@lru_cache(maxsize=1)
def default() -> Playbook:
    """The shipped playbook, read once."""
    return load(DEFAULT)


def _texts(source: Path | Mapping[str, str]) -> dict[str, str]:
    if isinstance(source, Mapping):
        named: dict[str, bytes | str] = dict(source)
    else:
        named = _directory(Path(source))
    if len(named) > MAX_FILES:
        raise PlaybookRefused(
            [Finding("error", ".", 1, f"There are more than {MAX_FILES} files.", "Remove what is not a rule.")]
        )
    texts: dict[str, str] = {}
    for name, raw in named.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or str(path) != name:
            raise PlaybookRefused(
                [
                    Finding(
                        "error", name, 1, "The name leaves the playbook.", "Use a name such as scoring/lead_fit.yaml."
                    )
                ]
            )
        if len(raw) > MAX_BYTES:
            raise PlaybookRefused(
                [
                    Finding(
                        "error",
                        name,
                        1,
                        f"The file is larger than {MAX_BYTES:,} bytes.",
                        "Split it or remove what is not a rule.",
                    )
                ]
            )
        try:
            texts[name] = raw if isinstance(raw, str) else raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = bytes(raw[: error.start]).count(b"\n") + 1  # type: ignore[arg-type]
            raise PlaybookRefused(
                [Finding("error", name, line, "The text is not UTF-8.", "Save the file as UTF-8.")]
            ) from None
    return texts


def _directory(root: Path) -> dict[str, bytes | str]:
    if not root.is_dir():
        raise PlaybookRefused(
            [
                Finding(
                    "error",
                    str(root),
                    1,
                    "There is no such directory.",
                    "Name a directory, or start one with `rounds playbook init DIR`.",
                )
            ]
        )
    found: dict[str, bytes | str] = {}
    home = root.resolve()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_dir() or any(part.startswith(".") for part in path.relative_to(root).parts):
            continue
        if not path.resolve().is_relative_to(home) or not path.is_file():
            raise PlaybookRefused(
                [
                    Finding(
                        "error",
                        name,
                        1,
                        "The file points outside the playbook.",
                        "Replace the link by the file itself.",
                    )
                ]
            )
        if len(found) > MAX_FILES or path.stat().st_size > MAX_BYTES:
            raise PlaybookRefused(
                [
                    Finding(
                        "error",
                        name,
                        1,
                        f"The file is larger than {MAX_BYTES:,} bytes, or there are too many.",
                        "Remove what is not a rule.",
                    )
                ]
            )
        found[name] = path.read_bytes()
    return found


def _unknown_file(name: str) -> Finding:
    import difflib

    near = difflib.get_close_matches(name, SHAPES, n=1)
    mend = f"Did you mean {near[0]}?" if near else "Remove it; the playbook knows " + ", ".join(SHAPES) + "."
    return Finding("error", name, 1, "Rounds does not know this file.", mend)


def _tuples(name: str, data: Any) -> Any:
    return tuple(data) if name == "choices.yaml" and isinstance(data, list) else data


def _shape_finding(document: Document, entry: Any) -> Finding:
    """One Pydantic error as a sentence with its line."""
    location = tuple(part for part in entry["loc"])
    where = " › ".join(str(part) for part in _said(document, location)) or "the file"
    kind, message = entry["type"], entry["msg"].removeprefix("Value error, ")
    mend = "See the shipped file for the form."
    if kind == "extra_forbidden":
        sentence, mend = f"{where}: this key is not known.", "Remove it or correct its spelling."
    elif kind == "missing":
        sentence, mend = f"{where}: is missing.", "Add it."
    else:
        sentence = f"{where}: {message[:1].lower() + message[1:]}."
    return Finding("error", document.file, document.line(*location), sentence, mend)


def _said(document: Document, location: tuple[Any, ...]) -> list[Any]:
    """The location without the marks Pydantic adds for unions and tuples."""
    known: list[Any] = []
    for part in location:
        if (*known, part) in document.lines or part == location[-1]:
            known.append(part)
    return known
