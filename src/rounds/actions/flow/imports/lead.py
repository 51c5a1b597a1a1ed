"""Leads from a file: understood, compared with what stands, written as one set, taken back."""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC
from typing import Any

from rounds.access.allowed import own_to_write
from rounds.actions.flow.imports import guard, lead_rows
from rounds.actions.flow.imports.cells import as_fact, flag, moment, picked
from rounds.actions.flow.imports.comparing import Row, changes_of, in_words
from rounds.actions.flow.imports.nouns import Noun, Target, register
from rounds.actions.flow.imports.people import owner_of
from rounds.actions.flow.imports.work import Understood, Work
from rounds.actions.leads.capturing import checked
from rounds.actions.leads.given import LeadGiven, LeadRefused, given
from rounds.kit.text import domain_of, plain_organization
from rounds.models import Lead
from rounds.playbook import VOCABULARY, Playbook
from rounds.rules import own_fields

TEXTS = ("name", "title", "organization", "message")
PLAIN = tuple(name for name in LeadGiven.model_fields if name not in ("facts", "answers"))
LABELS = {
    "name": "Name", "email": "E-mail", "phone": "Phone", "title": "Job title", "organization": "Organisation", "state": "State",
    "source": "Source", "message": "What they want", "hand_raise": "Asked for us", "external_id": "External id",
}  # fmt: skip
DERIVED = ("lead_source",)
"""Facts read from a field of the lead: a file says the field, whose words are matched, and never the fact beside it."""
KEPT = {"email": "lead.email", "phone": "lead.phone"}


def targets(book: Playbook) -> tuple[Target, ...]:
    """What a column of a file of leads may mean."""
    lists = book.picklists
    picks = {"source": lists.lead_source.values}
    model = book.scoring["lead_fit"].criteria
    return (
        *(Target(name, LABELS[name], "choice" if name in picks else "yes_no" if name == "hand_raise" else "text",
                 picks.get(name, ()), KEPT.get(name, ""), name == "external_id") for name in PLAIN),
        Target("first_name", "First name"), Target("last_name", "Last name"), Target("owner", "Owner", "person"),
        Target("status", "Status", "choice", lists.lead_status.values), Target("captured_at", "Created", "when", keeps=True),
        Target("converted_at", "Converted on", "when", keeps=True),
        *(Target(fact.name, fact.label, "fact", tuple(getattr(getattr(lists, fact.words or "", None), "values", ())),
                 "account.it_budget" if fact.name.startswith("it_budget") else "") for fact in VOCABULARY.values() if fact.name not in (*PLAIN, *DERIVED)),
        *(Target(one.criterion, one.word, "answer", tuple(level.level for level in one.levels))
          for one in model if one.criterion not in VOCABULARY and one.criterion not in PLAIN and one.levels),
        *(Target(f"custom.{one.field}", one.title, one.kind, one.values) for one in book.fields.lead),
    )  # fmt: skip


def understood(work: Work, cells: dict[str, str]) -> Understood:
    """A row as a lead. Raises a Refusal that names the field."""
    said: dict[str, Any] = {"facts": {}, "answers": {}}
    custom, beside = {}, {}
    for name, cell in cells.items():
        target = work.memory["targets"][name]
        if target.kind == "fact":
            said["facts"][name] = as_fact(name, cell)
        elif target.kind == "answer":
            said["answers"][name] = picked(target.label, cell, target.picks)
        elif name.startswith("custom."):
            custom[name.removeprefix("custom.")] = cell
        elif name in PLAIN:
            said[name] = flag(target.label, cell) if target.kind == "yes_no" else picked(name, cell, target.picks) if target.picks else cell
        else:
            beside[name] = cell
    if "name" not in said and (beside.get("first_name") or beside.get("last_name")):
        said["name"] = f"{beside.get('first_name', '')} {beside.get('last_name', '')}".strip()
    whole = given(**{"name": "?", **said})
    facts, answers = checked(work.book, whole)
    found: dict[str, Any] = {name: getattr(whole, name) for name in PLAIN if name in said and name != "external_id"}
    found |= {"facts": facts, "answers": answers, "custom": own_fields.checked(work.book, "lead", custom) if custom else {}}
    found |= _beside(work, beside)
    if kinds := guard.held(work, {**{name: found.get(name) for name in TEXTS}, **{f"facts.{k}": v for k, v in facts.items()},
                                  **{f"custom.{k}": v for k, v in found["custom"].items()}}):  # fmt: skip
        found["held"] = kinds
    keys = _keys(whole, found)
    if not keys["external"] and work.of.plan.get("prints"):  # named by what it says, so that a file read again takes no line twice
        keys["external"] = "file:" + hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:32]
    return Understood({name: value for name, value in found.items() if value not in ({}, None)}, keys)


def _keys(whole: LeadGiven, found: dict[str, Any]) -> dict[str, str]:
    plain = plain_organization(whole.organization) if whole.organization else ""
    return {"external": whole.external_id or "", "email": whole.email, "domain": domain_of(whole.email) if whole.email else "",
            "place": f"{whole.name.lower()}|{found.get('state', '')}" if whole.name != "?" else "", "parent": f"{plain}|{found.get('state', '')}" if plain else ""}  # fmt: skip


def _beside(work: Work, cells: dict[str, str]) -> dict[str, Any]:
    """Owner, status and days, which no form gives with a lead."""
    found: dict[str, Any] = {}
    if "owner" in cells:
        found["owner"] = owner_of(work, cells["owner"])
    if "status" in cells:
        values = work.book.picklists.lead_status.values
        found["status"] = picked("status", cells["status"], values)
        if found["status"] not in values:
            raise LeadRefused(f"status “{cells['status'][:40]}” is not on the list; say under Match values what it means: "
                              f"{', '.join(values)}.", field="status")  # fmt: skip
    for name in ("captured_at", "converted_at"):
        if name in cells:
            at = moment(name, cells[name], work.zone)
            if at > work.memory["at"].astimezone(UTC):
                raise LeadRefused(f"{name} lies in the future: {cells[name][:40]}.", field=name)
            found[name] = at.isoformat()
    return found


MODEL = Lead


def comes(work: Work, row: Row) -> str:
    """What a preview says of a new lead."""
    return "A new lead at an account we know" if row.account else "A new lead; no account found"


def compared(work: Work, rows: list[Row]) -> None:
    """Say of the rows that found a lead what would change. Who may not change it is told so."""
    found = Lead.objects.filter(pk__in={row.target for row in rows})
    if work.person is not None:
        found = found.filter(own_to_write(work.person, "lead"))
    standing = {lead.id: lead for lead in found}
    labels = {name: target.label for name, target in work.memory["targets"].items()}
    for row in rows:
        lead = standing.get(row.target)
        if lead is None:
            row.verdict, row.says = "error", "You read this lead and do not change it; ask its owner."
            continue
        changes, kept = changes_of(work, lead, row.said)
        row.verdict, row.says = ("update", in_words(changes, kept, labels)) if changes else ("same", "Nothing differs" + (
            f"; {', '.join(labels.get(k, k) for k in kept)} kept" if kept else ""))  # fmt: skip


def write(work: Work, rows: list[Row], at: Any) -> None:
    """Write one chunk: new leads as a set, changes to those that stand."""
    lead_rows.add(work, [row for row in rows if row.verdict == "new"], at)
    lead_rows.change(work, [row for row in rows if row.verdict == "update"], at)


def restore(work: Work, rows: list[Row], at: Any) -> tuple[int, int]:
    """Put back what an update changed, where nobody changed it since; (values put back, values left)."""
    return lead_rows.put_back(work, rows, at)


LEAD = register(Noun(
    "lead", "Leads", "leads", targets,
    keys={"external_id": "external id", "email": "e-mail address", "name_state": "name and state"},
    match=("external_id", "email"), engine=sys.modules[__name__], needs="lead", url="/leads/", shows=("name", "organization", "email"), side_by_side=True,
))  # fmt: skip

