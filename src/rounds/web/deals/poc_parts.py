"""The deeds of a proof of concept's page, each a noun below its address: agreement, kickoff, readings, decision …"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.deals import (
    poc_converting,
    poc_criteria,
    poc_data,
    poc_ending,
    poc_extending,
    poc_issues,
    poc_plan,
    poc_readings,
    poc_roi,
    pocs,
)
from rounds.kit.clock import now
from rounds.models import Poc, PocCriterion, PocExtension, PocIssue, PocMilestone
from rounds.rules.poc.roi import INPUTS
from rounds.web.deals.proof_doors import Part, own
from rounds.web.deals.proof_forms import cents, colleague, contact, day, need_contact, number, text, whole
from rounds.web.doors import one

FLAG = "on"


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user.actor, "at": now()}


def description(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    said = {name: text(request, name) for name in pocs.TEXTS if name in request.POST}
    if "weeks" in request.POST:
        said["weeks"] = whole(request, "weeks")
    for name in ("executive", "data_owner"):
        if name in request.POST:
            said[name] = contact(request, poc.opportunity, name)
    if "lead" in request.POST:
        said["lead"] = colleague(request, "lead")
    pocs.describe(poc, said, **_who(request))
    return "Saved"


def agreement(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    signer = need_contact(request, poc.opportunity, "signer")
    pocs.agree(poc, signer, signed_on=day(request, "signed_on"), note=text(request, "note"), **_who(request))
    return "Agreed: criteria and terms stand"


def kickoff(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    pocs.kick_off(poc, day(request, "on"), **_who(request))
    return "It runs: the criteria are locked"


def _criterion(request: HttpRequest) -> dict[str, Any]:
    """What the form says of a criterion; a share in percent."""
    said: dict[str, Any] = {name: text(request, name) for name in ("name", "category", "kind", "unit", "direction") if name in request.POST}
    share = said.get("kind", text(request, "was_kind")) == "share"
    for name in ("baseline", "target"):
        if name in request.POST:
            said[name] = number(request, name, share=share)
    if "deviation" in request.POST:
        said["deviation"] = number(request, "deviation")
    for name in ("weight", "planned_n"):
        if name in request.POST:
            said[name] = whole(request, name)
    if "mandatory_asked" in request.POST:
        said["mandatory"] = text(request, "mandatory") == FLAG
    return said


def criteria(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    if row is None:
        poc_criteria.add(poc, _criterion(request), **_who(request))
        return "Criterion added"
    poc_criteria.change(own(request, PocCriterion, row, poc=poc), _criterion(request), **_who(request))
    return "Criterion changed"


def leaving_out(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    poc_criteria.remove(own(request, PocCriterion, row, poc=poc), **_who(request))
    return "Criterion left out"


def revision(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    signer = need_contact(request, poc.opportunity, "signer")
    poc = poc_criteria.revise(own(request, PocCriterion, row, poc=poc), _criterion(request), why=text(request, "why"), signer=signer, **_who(request))
    return f"Criteria version {poc.version} is in force"


def milestones(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    done = poc_plan.finish(own(request, PocMilestone, row, poc=poc), **_who(request))
    return f"{done.title}: reached"


def readings(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    code = text(request, "criterion")
    kind = visible(PocCriterion, request.scope).filter(poc=poc, version=poc.version, code=code).values_list("kind", flat=True).first()
    read = poc_readings.record(
        poc, code, value=number(request, "value", share=kind == "share"), n=whole(request, "n"), hits=whole(request, "hits"),
        deviation=number(request, "deviation"), read_on=day(request, "read_on"), source=text(request, "source"), **_who(request),
    )  # fmt: skip
    return f"Reading of week {read.week} recorded"


def reviews(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    poc_plan.review(poc, note=text(request, "note"), held_on=day(request, "held_on"), **_who(request))
    return "Review recorded"


def issues(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    if row is None:
        poc_issues.raise_issue(poc, title=text(request, "title"), severity=text(request, "severity"), note=text(request, "note"),
                               owner=colleague(request, "owner"), **_who(request))  # fmt: skip
        return "Issue raised"
    poc_issues.close(own(request, PocIssue, row, poc=poc), solution=text(request, "solution"), **_who(request))
    return "Issue settled"


def escalation(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    found = poc_issues.escalate(own(request, PocIssue, row, poc=poc), **_who(request))
    return f"Told {found.escalated_to}" if found.escalated_to else "Escalated; the playbook names nobody for it"


def extensions(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    if row is None:
        poc_extending.ask(poc, weeks=whole(request, "weeks") or 0, why=text(request, "why"), **_who(request))
        return "Asked for more time"
    need(request.user, "poc.extend")
    granted = text(request, "answer") == "granted"
    poc_extending.answer(own(request, PocExtension, row, poc=poc), granted=granted, note=text(request, "note"), **_who(request))
    return "More time granted" if granted else "More time refused"


def readout(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    found = poc_ending.hold_readout(poc, on=day(request, "on"), **_who(request))
    return f"Results shown: {found.result}. Decide by {found.decision_due_on:%d %b}"


def sign_off(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    signer = need_contact(request, poc.opportunity, "signer")
    poc_ending.sign_off(poc, signer, signed_on=day(request, "signed_on"), note=text(request, "note"), **_who(request))
    return "Signed off by the customer"


def decision(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    poc_ending.decide(poc, text(request, "decision"), why=text(request, "why"), weeks=whole(request, "weeks"), **_who(request))
    return "Decided"


def abandoning(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    poc_ending.abandon(poc, why=text(request, "why"), **_who(request))
    return "Given up"


def determination(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    poc_data.determine(poc, involved=text(request, "involved") == "yes", data_set=text(request, "data_set"), why=text(request, "why"), **_who(request))
    return "Said and signed"


def certificate(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    poc_data.certify(poc, method=text(request, "method"), data_set=text(request, "data_set"), certificate=text(request, "certificate"),
                     done_on=day(request, "done_on"), certified_to=contact(request, poc.opportunity, "certified_to"), **_who(request))  # fmt: skip
    return "The clock stands: patient data is accounted for"


def roi(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    values = {name: cents(request, name) for name in INPUTS}
    poc_roi.count(poc, values, sources={name: text(request, f"{name}_source") for name in INPUTS}, **_who(request))
    return "Counted"


def plan(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    found = poc_converting.draft(poc, **_who(request))
    return f"Roll-out plan drafted, version {found.conversion_plan['version']}"


def signings(request: HttpRequest, poc: Poc, row: UUID | None) -> str:
    signer = need_contact(request, poc.opportunity, "signer")
    poc_converting.signed(poc, text(request, "what"), signer, signed_on=day(request, "signed_on"), note=text(request, "note"), **_who(request))
    return "Signed"


def _of_compliance(request: HttpRequest, key: UUID) -> Poc:
    """Compliance speaks without writing deals."""
    poc = one(request, Poc, key, "opportunity__account", to="read")
    need(request.user, "compliance.manage")
    return poc


OTHERS = {"determination": _of_compliance}
PARTS: dict[str, Part] = {
    "description": description, "agreement": agreement, "kickoff": kickoff, "criteria": criteria, "leaving-out": leaving_out,
    "revision": revision, "milestones": milestones, "readings": readings, "reviews": reviews, "issues": issues,
    "escalation": escalation, "extensions": extensions, "readout": readout, "sign-off": sign_off, "decision": decision,
    "abandoning": abandoning, "determination": determination, "certificate": certificate, "worth": roi, "plan": plan,
    "signings": signings,
}  # fmt: skip
