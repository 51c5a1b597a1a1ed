"""What the page of a contract says: its finding, the checklist, the review, redlines, and what stands before it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from rounds.access.allowed import may, may_change, reads, writes
from rounds.actions.deals import (
    contract_execution,
    contract_issues,
    contract_marks,
    contract_versions,
    data_gate,
    privileged,
)
from rounds.actions.trust import agreements
from rounds.kit.clock import now
from rounds.models import (
    Contract,
    ContractApproval,
    ContractMark,
    ContractSignature,
    ContractStep,
    ContractVersion,
    User,
)
from rounds.models.flow.active import active
from rounds.rules import agreements as ends
from rounds.rules import contracts as rules
from rounds.web.deals.contract_table import WORDS, kind_word

GATE = {"agreed": "met", "waived": "met", "na": "met", "in_review": "missing", "not_started": "missing"}


def whole(request: HttpRequest, row: Contract) -> dict[str, Any]:
    """Everything on the page of `row`."""
    book, at = active().playbook, now()
    on, said = agreements.day(at), contract_marks.marks(row)
    writable = may_change(request.user, row) and row.is_open
    states = {item: mark.state for (part, item), mark in said.items() if part == contract_marks.CHECKLIST}
    checklist = rules.settled(book.checklist, states)
    stands = contract_execution.stands(row) if row.is_open else ()
    issues = sorted(row.issues.select_related("owner"), key=lambda one: (not one.is_open, not one.red_flag, one.at))
    versions = list(ContractVersion.objects.filter(contract=row).defer("body", "text").order_by("-number"))
    return {
        "row": row, "place": "contracts", "url": f"/contracts/{row.pk}/", "at": at, "on": on, "kind": kind_word(row.kind), "word": WORDS[row.state],
        "writable": writable, "changes": may_change(request.user, row), "legal": may(request.user, "contracts.waive"), "checklist": checklist,
        "groups": _groups(said), "states": _choices(request), "steps": _steps(row, said, on), "stands": stands,
        "blocks": [one for one in stands if one.blocks], "warns": [one for one in stands if not one.blocks], "issues": issues,
        "open_issues": sum(one.is_open for one in issues), "outcomes": contract_issues.OUTCOMES, "item_choices": list(book.checklist.titles.items()),
        "versions": versions, "from_whom": contract_versions.FROM, "approvals": list(ContractApproval.objects.filter(contract=row).order_by("-at")),
        "signatures": list(ContractSignature.objects.filter(contract=row).order_by("at")), "sides": contract_execution.SIDES,
        "cover": data_gate.cover(row.account, at) if row.phi_involved else None, "ending": _ending(row, on),
        "privileged": privileged.notes(row, by=request.user.actor, at=at) if reads(request.user, "privileged_note") else None,
        "notes_writable": writes(request.user, "privileged_note"), "people": _people() if writable else [], "finding": finding(row, stands, checklist),
        "clock": _clock(row, on), "given": request.POST,
    }  # fmt: skip


def finding(row: Contract, stands: tuple[rules.Stands, ...], checklist: rules.Settled) -> str:
    """The title of the page: what is to be known first."""
    blocks = [one.says for one in stands if one.blocks]
    if row.state == "executed":
        return f"In force since {row.executed_on:%-d %b %Y}"
    if row.state == "signed":
        return f"Both have signed; it waits: {blocks[0][0].lower()}{blocks[0][1:]}" if blocks else "Both have signed"
    if row.state in ("ended", "abandoned"):
        return f"{'Ended' if row.state == 'ended' else 'Let go'} on {row.ended_on:%-d %b %Y}"
    if not checklist.whole:
        return f"{checklist.done} of {checklist.of} items are settled"
    return f"All items are settled; {blocks[0][0].lower()}{blocks[0][1:]}" if blocks else "Ready"


def _groups(said: dict[tuple[str, str], ContractMark]) -> list[dict[str, Any]]:
    found = []
    for group in active().playbook.checklist.groups:
        items = []
        for one in group.items:
            mark = said.get((contract_marks.CHECKLIST, one.item))
            state = mark.state if mark else "not_started"
            items.append({"item": one.item, "title": one.title, "state": state, "word": contract_marks.STATES[state], "gate": GATE[state], "mark": mark})
        found.append({"title": group.title, "items": items, "done": sum(one["gate"] == "met" for one in items), "of": len(items)})
    return found


def _choices(request: HttpRequest) -> list[tuple[str, str]]:
    """The states this viewer may give."""
    kept = () if may(request.user, "contracts.waive") else active().playbook.checklist.needs_legal.states
    return [(code, word) for code, word in contract_marks.STATES.items() if code not in kept]


def _steps(row: Contract, said: dict[tuple[str, str], ContractMark], on: date) -> list[dict[str, Any]]:
    book = active().playbook.review
    held = {one.step: one for one in ContractStep.objects.filter(contract=row).select_related("owner")}
    done = {(part, item) for (part, item), mark in said.items() if mark.state == "done"}
    stood = rules.steps(book, done, {code: one.due_on for code, one in held.items()}, on)
    return [{"step": one.step, "title": one.title, "whose": one.whose, "held": held.get(one.step), "stands": stands,
             "items": [{"item": item.item, "title": item.title, "done": (one.step, item.item) in done} for item in one.items]}
            for one, stands in zip(book.steps, stood, strict=True)]  # fmt: skip


def _clock(row: Contract, on: date) -> dict[str, Any] | None:
    """Where the review stands in its two to six weeks."""
    if row.review_at is None or not row.is_open:
        return None
    book, begun = active().playbook.review.clock, agreements.day(row.review_at)
    days = (on - begun).days
    return {"week": days // 7 + 1, "from": book.weeks_from, "to": book.weeks_to, "late": days > book.weeks_to * 7}


def _ending(row: Contract, on: date) -> dict[str, Any] | None:
    if row.state != "executed" or row.expires_on is None:
        return None
    day = rules.told_day(row.expires_on, row.renews, row.notice_days)
    told = active().playbook.agreements.told_before.days
    return {"on": day, "days": (day - on).days, "near": ends.due_notice(told, (day - on).days) is not None, "told": told}


def _people() -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in User.objects.filter(is_active=True).order_by("name").values_list("id", "name")]
