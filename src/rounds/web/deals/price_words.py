"""What the timeline of a deal says of its stages and sheet, of competitors, quotes, approvals, proposals, concessions and paper."""

from __future__ import annotations

from typing import Any

from rounds.models.deals.proposal_facts import money
from rounds.models.flow.active import active
from rounds.web.deals.timeline_words import tell

Said = dict[str, Any]
QUOTE = {"draft": "is a draft again", "asked": "waits for approval", "approved": "is approved", "accepted": "is accepted", "refused": "is refused", "void": "is off the table",
         "expired": "ran out"}  # fmt: skip
PROPOSAL = {"expired": "ran out", "withdrawn": "withdrawn", "replaced": "replaced by a further version"}
ANSWER = {"accepted": "accepted in principle", "declined": "declined", "changes": "they want it otherwise"}
HOW = {"mail": "by mail", "portal": "in the portal", "said": "by hand", "link": "by our link"}
STATE = {"met": "met", "not_met": "not met", "withdrawn": "taken back"}
SIDE = {"ours": "our side", "customer": "the customer", "theirs": "the customer"}


def _money(cents: int | None) -> str:
    return money(cents) if cents else ""


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _offer(said: Said) -> str:
    off = said.get("effective_percent")
    return _joined(f"{_money(said.get('annual_cents'))} a year" if said.get("annual_cents") else "", f"{off:g} % off" if off else "")


def _level(code: str) -> str:
    found = active().playbook.discounts.approvals.levels.get(code)
    return found.title if found else code.replace("_", " ")


def _concession(said: Said) -> str:
    kinds = active().playbook.discounts.concessions
    return {**kinds.given, **kinds.received}.get(said["kind"], said["kind"].replace("_", " "))


def _stage(code: str) -> str:
    found = active().playbook.stages.by_code.get(code)
    return found.title if found else code


def _criterion(said: Said) -> tuple[str, str]:
    return f"{said['title']}: {STATE.get(said['state'], said['state'].replace('_', ' '))}", "an exit criterion, by hand"


def _competitor(said: Said) -> tuple[str, str]:
    return (f"{said['competitor']} took the deal" if said.get("won") else f"Competitor {said['competitor']}: {said['after']}"), ""


def _lost(said: Said) -> tuple[str, str]:
    to = f"to {said['competitor']}" if said.get("competitor") else ""
    return "Closed as lost", _joined(said["reason"].replace("_", " "), to, said.get("note", ""))


def _asked(said: Said) -> tuple[str, str]:
    return "Approval asked for", _joined(", ".join(_level(code) for code in said["levels"]) or "nobody has to be asked", f"{said['effective_percent']:g} % off")


def _marked(said: Said) -> tuple[str, str]:
    return f"{said['title']}: {said['after'].replace('_', ' ')}", said["name"]


tell({
    "opportunity.criterion_checked": _criterion,
    "opportunity.stage_decided": lambda said: (f"{_stage(said['stage'])}: {'yes' if said['decision'] == 'accepted' else 'no'} to what arrived", ""),
    "opportunity.competitor_met": _competitor,
    "opportunity.competitor_left": lambda said: (f"Competitor {said['competitor']}: no longer met", ""),
    "opportunity.assigned": lambda said: (f"Given to {said['owner_name'] or 'nobody'}", said["reason"]),
    "opportunity.linked": lambda said: ("Sites and parts changed", ""),
    "opportunity.sheet_answered": lambda said: ("Qualification answered", f"{said['item'].replace('_', ' ')}: {said['answer'] or 'taken back'}"),
    "opportunity.won": lambda said: ("Closed as won", f"{_money(said['amount_cents'])} a year" if said["amount_cents"] else ""),
    "opportunity.lost": _lost,
    "forecast.judged": lambda said: (f"Forecast by the manager: {said['category'].replace('_', ' ') or 'as its owner says'}", said["reason"]),
    "quote.drafted": lambda said: (f"Quote drafted, version {said['version']}", _offer(said)),
    "quote.changed": lambda said: ("Quote changed", f"{said['voided']} approvals fell with it" if said.get("voided") else ""),
    "quote.state_changed": lambda said: (f"Quote {QUOTE.get(said['after'], said['after'])}", _joined(_offer(said), said.get("reason", ""))),
    "quote.approval_asked": _asked,
    "quote.approval_decided": lambda said: (f"{_level(said['level'])}: {said['decision']}", _joined(said["name"], said.get("reason", ""))),
    "quote.approval_handed": lambda said: (f"Approval handed on to {said['to_name'] or said['to']}", _joined(_level(said["level"]), said["reason"])),
    "quote.approval_escalated": lambda said: ("Approval not answered in time", f"asked of {said['to_name'] or _level(said['to'])} as well"),
    "proposal.drafted": lambda said: (f"Proposal drafted, version {said['version']}", f"missing: {', '.join(said['missing'])}" if said["missing"] else ""),
    "proposal.delivered": lambda said: ("Proposal sent", HOW.get(said["how"], said["how"])),
    "proposal.viewed": lambda said: ("Proposal opened", HOW.get(said["how"], said["how"])),
    "proposal.answered": lambda said: (f"Proposal {ANSWER.get(said['answer'], said['answer'])}", said.get("reason", "")),
    "proposal.ended": lambda said: (f"Proposal {PROPOSAL.get(said['after'], said['after'])}", _joined(said["title"], said.get("reason", ""))),
    "concession.logged": lambda said: (f"Concession {said['side']}: {_concession(said).lower()}", _joined(said.get("text", ""), _money(said.get("worth_cents")))),
    "concession.withdrawn": lambda said: (f"Concession taken out: {_concession(said).lower()}", said.get("reason", "")),
    "contract.review_started": lambda said: ("Legal review begun", said["name"]),
    "contract.item_marked": _marked,
    "contract.step_done": lambda said: (f"{said['title']}: done", said["name"]),
    "contract.issue_raised": lambda said: (f"Redline: {said['clause']}", "a red flag" if said["red_flag"] else ""),
    "contract.issue_settled": lambda said: (f"Redline settled: {said['clause']}", said["outcome"].replace("_", " ")),
    "contract.version_kept": lambda said: (f"Contract, version {said['number']}", said["label"]),
    "contract.approved": lambda said: (f"Contract approved by {said['by_whom']}", said["name"]),
    "contract.signed": lambda said: (f"Contract signed for {SIDE.get(said['side'], said['side'])}", _joined(said["signer"], said["name"])),
    "contract.executed": lambda said: ("Contract in force", said["name"]),
    "contract.abandoned": lambda said: ("Contract let go", _joined(said["name"], said["why"])),
    "contract.ended": lambda said: ("Contract ended", _joined(said["name"], said["why"])),
})  # fmt: skip
