"""The dialogs of a proof of concept's page: those its state and its viewer allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from rounds.models import Contact, Poc, PocCriterion
from rounds.models.flow.active import active
from rounds.web.deals.proof_figures import figure
from rounds.web.deals.proof_forms import Ask, Field, colleagues, people_choices, people_of

RUNNING = ("agreed", "running", "readout")


def asks(request: HttpRequest, poc: Poc, said: dict[str, Any], people: Sequence[Contact]) -> list[Ask]:
    """Every dialog that may be opened now."""
    who, found = people_choices(people), []
    if said["may_determine"]:
        found.append(_determination(poc))
    if not said["writable"]:
        return found
    if poc.state == "draft":
        found += [_description(poc, who), _agreement(poc, who), _criterion(poc), *(_change(poc, one.criterion) for one in said["found"].measured)]
    if poc.state == "agreed":
        found += [_kickoff(poc, said), *(_baseline(poc, one.criterion) for one in said["found"].measured)]
    if poc.state in RUNNING:
        found.append(_issue(poc))
        found += [_settle(poc, row) for row in said["issues"] if not row.closed_at]
    if poc.state == "running":
        found += [_reading(poc, said), _review(poc, said), _readout(poc, said), *(_revision(poc, one.criterion, who) for one in said["found"].measured)]
    if poc.state in ("running", "readout"):
        found.append(_extension(poc))
        found += [_answer(poc, row) for row in said["extensions"] if not row.answer and said["may_extend"]]
    if poc.state == "readout":
        found += [_sign_off(poc, who), _decision(poc)]
    if poc.is_open:
        found.append(Ask("ask-abandon", "Give it up", f"/pocs/{poc.id}/abandoning/", "Give it up", [Field("why", "Why", "area", required=True)],
                         "There is no result then. If patient data came in, its clock starts."))  # fmt: skip
    if said["plan_version"]:
        found.append(_signing(poc, "plan", "The customer accepts the roll-out plan", who))
    if said["clock"] is not None and said["clock"].done_at is None:
        found.append(_certificate(poc, who))
    return found


def _signer(who: Sequence[tuple[str, str]]) -> list[Field]:
    return [Field("signer", "Who signed", "select", choices=[("", "Choose"), *who], required=True),
            Field("signed_on", "On", "date", help="Empty: today")]  # fmt: skip


def _description(poc: Poc, who: Sequence[tuple[str, str]]) -> Ask:
    weeks = active().playbook.poc_plan.weeks
    nobody = [("", "Nobody yet"), *who]
    return Ask("ask-description", "What it is for", f"/pocs/{poc.id}/description/", "Save", [
        Field("name", "Name", value=poc.name, required=True),
        Field("use_case", "Use case it is to prove", "area", poc.use_case, help="One, and focused."),
        Field("resources", "What it takes of the customer", "area", poc.resources, help="As little as possible."),
        Field("conversion_terms", "Conversion terms", "area", poc.conversion_terms, help="What happens when it succeeds, written before it begins."),
        Field("weeks", "Weeks", "number", poc.weeks, help=f"{weeks.least} to {weeks.typical_most} are typical, {weeks.stage_most} the most."),
        Field("executive", "Customer's executive", "select", str(poc.executive_id or ""), nobody),
        Field("data_owner", "Customer's data owner", "select", str(poc.data_owner_id or ""), nobody),
        Field("lead", "Led by", "select", str(poc.lead_id or ""), colleagues()),
    ])  # fmt: skip


def _agreement(poc: Poc, who: Sequence[tuple[str, str]]) -> Ask:
    return Ask("ask-agreement", "Record the agreement", f"/pocs/{poc.id}/agreement/", "It is agreed", [
        *_signer(who), Field("note", "Note", "area", help="Where a sample is too small, say why it is run all the same."),
    ], "Terms and criteria stand from now on; baselines may be filled in until the kickoff.")  # fmt: skip


def _measure(row: PocCriterion | None) -> list[Field]:
    book = active().playbook.poc_verdict
    share = row is None or row.kind == "share"

    def shown(value: float | None) -> str:
        return "" if value is None else f"{value * 100 if share else value:g}"

    return [
        Field("name", "Name", value=row.name if row else "", required=True),
        Field("category", "Category", "select", row.category if row else "performance", [(code, one.title) for code, one in book.categories.items()]),
        Field("kind", "Measured as", "select", row.kind if row else "share", list(book.kinds.titles.items())),
        Field("direction", "Better is", "select", row.direction if row else "at_least", [("at_least", "more"), ("at_most", "less")]),
        Field("baseline", "Baseline", value=shown(row.baseline) if row else "", help="Measured before the kickoff. Shares in percent."),
        Field("target", "Target", value=shown(row.target) if row else "", required=True, help="Shares in percent."),
        Field("unit", "Unit", value=row.unit if row else "", help="Such as min; shares need none."),
        Field("planned_n", "Cases planned", "number", row.planned_n or "" if row else "", help="Whether they are enough is said at once."),
        Field("deviation", "Standard deviation to expect", value="" if row is None or row.deviation is None else f"{row.deviation:g}", help="Of means."),
        Field("weight", "Weight", "number", row.weight if row else 1),
        Field("mandatory", "Mandatory: without it there is no success", "check", bool(row and row.mandatory)),
        Field("mandatory_asked", "", "hidden", "1"),
    ]


def _criterion(poc: Poc) -> Ask:
    return Ask("ask-criterion", "A criterion", f"/pocs/{poc.id}/criteria/", "Add", _measure(None))


def _change(poc: Poc, row: PocCriterion) -> Ask:
    return Ask(f"ask-change-{row.id}", row.name, f"/pocs/{poc.id}/criteria/{row.id}/", "Save", _measure(row))


def _baseline(poc: Poc, row: PocCriterion) -> Ask:
    value = "" if row.baseline is None else f"{row.baseline * 100 if row.kind == 'share' else row.baseline:g}"
    return Ask(f"ask-change-{row.id}", f"Baseline of {row.name}", f"/pocs/{poc.id}/criteria/{row.id}/", "Save", [
        Field("baseline", "Baseline", value=value, help="Shares in percent.", required=True), Field("was_kind", "", "hidden", row.kind),
    ], "It is agreed: until the kickoff only the baseline is filled in.")  # fmt: skip


def _revision(poc: Poc, row: PocCriterion, who: Sequence[tuple[str, str]]) -> Ask:
    value = f"{row.target * 100 if row.kind == 'share' else row.target:g}"
    return Ask(f"ask-revise-{row.id}", f"Change {row.name} by agreement", f"/pocs/{poc.id}/revision/{row.id}/", "Both agree", [
        Field("target", "New target", value=value, required=True, help=f"Now {figure(row, row.target)}. Shares in percent."),
        Field("why", "Why", "area", required=True), *_signer(who)[:1], Field("was_kind", "", "hidden", row.kind),
    ], "The criteria are locked. This makes a new version; the old one stays readable.")  # fmt: skip


def _kickoff(poc: Poc, said: dict[str, Any]) -> Ask:
    return Ask("ask-kickoff", "Kick it off", f"/pocs/{poc.id}/kickoff/", "Kick off", [Field("on", "First day", "date", said["on"].isoformat(), required=True)],
               "Dates of the plan follow from this day; from now on the criteria are locked.")  # fmt: skip


def _reading(poc: Poc, said: dict[str, Any]) -> Ask:
    titles = active().playbook.poc_verdict.kinds.titles
    rows = [(one.criterion.code, f"{one.criterion.name} ({titles[one.criterion.kind].lower()})")
            for one in said["found"].measured]  # fmt: skip
    return Ask("ask-reading", "A reading", f"/pocs/{poc.id}/readings/", "Record", [
        Field("criterion", "Criterion", "select", choices=rows, required=True),
        Field("hits", "How many", "number", help="Of a share: 61 …"), Field("n", "Of how many", "number", help="… of 100 cases. Of a mean: the number of measurements."),
        Field("value", "Mean or figure"), Field("deviation", "Standard deviation", help="Of a mean."),
        Field("read_on", "On", "date", said["on"].isoformat()), Field("source", "Where it comes from"),
    ], "The interval and what it says are worked out at once.")  # fmt: skip


def _review(poc: Poc, said: dict[str, Any]) -> Ask:
    return Ask("ask-review", "The weekly review", f"/pocs/{poc.id}/reviews/", "Record", [
        Field("note", "What it came to", "area", required=True), Field("held_on", "Held on", "date", said["on"].isoformat())])  # fmt: skip


def _readout(poc: Poc, said: dict[str, Any]) -> Ask:
    days = active().playbook.poc_terms.decision.days
    return Ask("ask-readout", "The results were presented", f"/pocs/{poc.id}/readout/", "Hold the readout", [Field("on", "On", "date", said["on"].isoformat())],
               f"Today the criteria come to: {said['found'].verdict.result}, {said['found'].verdict.why}. The decision is due within {days} business days.")  # fmt: skip


def _issue(poc: Poc) -> Ask:
    severities = active().playbook.poc_terms.issues.severities
    return Ask("ask-issue", "Something stands in the way", f"/pocs/{poc.id}/issues/", "Raise", [
        Field("title", "What", required=True),
        Field("severity", "Severity", "select", "major", [(code, f"{one.title}: escalated after {one.hours} hours") for code, one in severities.items()]),
        Field("owner", "Who sees to it", "select", str(poc.lead_id or ""), colleagues()), Field("note", "Note", "area"),
    ])  # fmt: skip


def _settle(poc: Poc, row: Any) -> Ask:
    return Ask(f"ask-settle-{row.id}", f"Settled: {row.title}", f"/pocs/{poc.id}/issues/{row.id}/", "Settled", [Field("solution", "How", "area", required=True)])


def _extension(poc: Poc) -> Ask:
    most = active().playbook.poc_terms.extension
    return Ask("ask-extension", "Ask for more time", f"/pocs/{poc.id}/extensions/", "Ask", [
        Field("weeks", "Weeks", "number", most.longest_weeks, help=f"At most {most.longest_weeks}, {most.most} time{'s' if most.most != 1 else ''}."),
        Field("why", "What more time will show", "area", required=True)], "A manager grants it.")  # fmt: skip


def _answer(poc: Poc, row: Any) -> Ask:
    return Ask(f"ask-answer-{row.id}", f"{row.weeks} weeks more?", f"/pocs/{poc.id}/extensions/{row.id}/", "Answer", [
        Field("answer", "Answer", "select", "granted", [("granted", "Grant"), ("refused", "Refuse")]), Field("note", "Note", "area")], row.why)  # fmt: skip


def _sign_off(poc: Poc, who: Sequence[tuple[str, str]]) -> Ask:
    return Ask("ask-sign-off", f"The customer signs off: {poc.result}", f"/pocs/{poc.id}/sign-off/", "Signed off", [*_signer(who), Field("note", "Note", "area")],
               "A success moves the deal. A partial result never does by itself.")  # fmt: skip


def _decision(poc: Poc) -> Ask:
    book = active().playbook.poc_terms
    return Ask("ask-decision", "Decide", f"/pocs/{poc.id}/decision/", "Decide", [
        Field("decision", "Decision", "select", "convert" if poc.result == "success" else "stop", list(book.decision.choices.items())),
        Field("why", "Why", "area", help="Needed to stop or to extend."), Field("weeks", "Weeks more", "number", book.extension.longest_weeks, help="To extend."),
    ])  # fmt: skip


def _determination(poc: Poc) -> Ask:
    return Ask("ask-determination", "Is there patient data?", f"/pocs/{poc.id}/determination/", "Sign it", [
        Field("involved", "The data set", "select", "no", [("no", "holds no patient data"), ("yes", "holds patient data")]),
        Field("data_set", "Name of the data set", required=True), Field("why", "Why", "area", required=True),
    ], "Signed by you, as compliance. Without this every POC counts as one with patient data.")  # fmt: skip


def _certificate(poc: Poc, who: Sequence[tuple[str, str]]) -> Ask:
    return Ask("ask-certificate", "Patient data is back or gone", f"/pocs/{poc.id}/certificate/", "Record the certificate", [
        Field("method", "How", "select", "destroyed", list(active().playbook.poc_terms.phi.methods.items())),
        Field("data_set", "Which data set", required=True), Field("certificate", "Certificate: number, method, place", "area", required=True),
        Field("done_on", "On", "date"), Field("certified_to", "Sent to", "select", "", [("", "Nobody yet"), *who]),
    ])  # fmt: skip


def _signing(poc: Poc, what: str, heading: str, who: Sequence[tuple[str, str]]) -> Ask:
    return Ask(f"ask-sign-{what}", heading, f"/pocs/{poc.id}/signings/", "Signed", [
        *_signer(who), Field("what", "", "hidden", what), Field("note", "Note", "area")])  # fmt: skip


def sign_roi(request: HttpRequest, poc: Poc) -> Ask:
    """The dialog of the ROI sheet's page."""
    return _signing(poc, "roi", "The customer signs the ROI sheet", people_choices(people_of(request, poc.opportunity)))
