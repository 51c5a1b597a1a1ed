"""Deals from a file: with the account they name, in the stage they stood in elsewhere, marked as imported.

What another system let through its stages passed no gate of ours: the entry says so, and every step from here on is asked
by the gates. A deal somebody moved here keeps its stage, whatever a later file says.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from django.db import connection

from rounds.access.allowed import own_to_write
from rounds.actions.flow.imports import contact, deal_rows, guard
from rounds.actions.flow.imports.cells import CellRefused, as_number, cents, day, moment, picked
from rounds.actions.flow.imports.comparing import Row, changes_of, in_words
from rounds.actions.flow.imports.nouns import Noun, Target, register
from rounds.actions.flow.imports.people import owner_of
from rounds.actions.flow.imports.work import Understood, Work
from rounds.kit.text import plain_organization, state_code
from rounds.models import Opportunity
from rounds.playbook import Playbook

MODEL = Opportunity
NEEDS, LACKS = ("name", "account"), {"account": "No account found for this deal; import the accounts first, or give its name and state."}
TEXTS = {"name": 300, "next_step": 500, "source": 300, "lost_note": 2000}
LABELS = {"name": "Deal", "next_step": "Next step", "source": "Source", "lost_note": "Why it was lost, in words"}
DAYS = {"close_on": "Close date", "next_step_due": "Next step due"}
MOMENTS = {"opened_at": "Created", "stage_since": "In this stage since"}


def targets(book: Playbook) -> tuple[Target, ...]:
    """What a column of a file of deals may mean."""
    return (
        *(Target(name, LABELS[name]) for name in TEXTS), Target("account", "Account"), Target("account_state", "State of the account"),
        Target("contact", "Contact"), Target("stage", "Stage", "choice", tuple(stages(book))), Target("amount", "Amount a year", "money"),
        *(Target(name, label, "day") for name, label in DAYS.items()), Target("term_months", "Term in months", "count"),
        *(Target(name, label, "when", keeps=True) for name, label in MOMENTS.items()),
        Target("lost_reason", "Why it was lost", "choice", tuple(reasons(book))), Target("external_id", "External id", keeps=True),
        Target("owner", "Owner", "person"),
    )  # fmt: skip


def stages(book: Playbook) -> dict[str, str]:
    """What a stage is called → its code."""
    return {one.title: one.stage for one in book.stages.stages}


def reasons(book: Playbook) -> dict[str, str]:
    """What a reason is called → its code."""
    return {one.title: one.reason for one in book.closing.lost.reasons}


def of_list(name: str, cell: str, known: dict[str, str]) -> str:
    """The code behind a word of a list. Raises CellRefused with what is on it."""
    found = known.get(picked(name, cell, tuple(known)))
    if found is None:
        raise CellRefused(f"“{cell[:40]}” is no {name}; say under Match values what it means: {', '.join(known)}.", field=name)
    return found


def understood(work: Work, cells: dict[str, str]) -> Understood:
    """A row as a deal. Raises a Refusal that names the field."""
    said: dict[str, Any] = {name: cells[name][:most] for name, most in TEXTS.items() if name in cells}
    for name, label in DAYS.items():
        if name in cells:
            said[name] = day(label.lower(), cells[name]).isoformat()
    for name, label in MOMENTS.items():
        if name in cells:
            said[name] = _past(work, name, moment(label.lower(), cells[name], work.zone))
    if "stage" in cells:
        said["stage"] = of_list("stage", cells["stage"], stages(work.book))
    if "lost_reason" in cells:
        said["lost_reason"] = of_list("reason", cells["lost_reason"], reasons(work.book))
    if "amount" in cells:
        said["amount_cents"] = _amount(cells["amount"])
    if "term_months" in cells:
        said["term_months"] = _term(work, cells["term_months"])
    if "owner" in cells:
        said["owner"] = owner_of(work, cells["owner"])
    if guard.held(work, {name: said.get(name) for name in TEXTS}):
        raise CellRefused("a text looks like patient data; take it out and send the row again.", field="name")
    account, state = cells.get("account", ""), state_code(cells.get("account_state", ""))
    return Understood(said, {"external": cells.get("external_id", ""), "email": cells.get("contact", "").lower(), "parent": account,
                             "place": f"{plain_organization(account)}|{state}" if account else ""})  # fmt: skip


def _past(work: Work, name: str, at: datetime) -> str:
    if at > work.memory["at"]:
        raise CellRefused(f"{MOMENTS[name].lower()} lies in the future.", field=name)
    return at.isoformat()


def _amount(cell: str) -> int:
    found = cents("amount", cell)
    if not 0 <= found <= 10**14:
        raise CellRefused(f"an amount is between 0 and a thousand billion dollars, not “{cell[:40]}”.", field="amount")
    return found


def _term(work: Work, cell: str) -> int:
    found, most = as_number(cell), work.book.closing.terms.most_months
    if not isinstance(found, int) or not 1 <= found <= most:
        raise CellRefused(f"a term is a number of months from 1 to {most}, not “{cell[:40]}”.", field="term_months")
    return found


def place(work: Work) -> None:
    """The account of each row, as a contact finds its own, and the person at it."""
    contact.place(work)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_temp.matching r SET contact_id = c.id FROM rounds_contact c WHERE r.of_id = %s AND r.email <> ''"
                       " AND (c.external_id = r.email OR c.email = r.email) AND c.account_id = r.account_id", [work.of.id])  # fmt: skip


def comes(work: Work, row: Row) -> str:
    """What a preview says of a new deal."""
    stage = row.said.get("stage") or work.book.stages.open[0]
    return f"A new deal in {work.book.stages.by_code[stage].title}"


def compared(work: Work, rows: list[Row]) -> None:
    """Say of the rows that found a deal what would change; the stage of one that was moved here is kept."""
    found = Opportunity.objects.filter(pk__in={row.target for row in rows})
    if work.person is not None:
        found = found.filter(own_to_write(work.person, "opportunity"))
    there, labels = {one.id: one for one in found}, {name: one.label for name, one in work.memory["targets"].items()} | {"amount_cents": "Amount"}
    moved = deal_rows.moved_here(there)
    for row in rows:
        deal = there.get(row.target)
        if deal is None:
            row.verdict, row.says = "error", "You read this deal and do not change it; ask its owner."
            continue
        changes, kept = changes_of(work, deal, deal_rows.of_standing(row.said, deal, moved))
        if deal.id in moved and row.said.get("stage", deal.stage) != deal.stage:
            kept.append("stage")
        row.verdict = "update" if changes else "same"
        row.says = in_words(changes, kept, labels) if changes else "Nothing differs" + (f"; {', '.join(kept)} kept" if kept else "")


def write(work: Work, rows: list[Row], at: datetime) -> None:
    """Write one chunk: new deals as a set, changes to those that stand."""
    deal_rows.add(work, [row for row in rows if row.verdict == "new"], at)
    deal_rows.change(work, [row for row in rows if row.verdict == "update"], at)


def restore(work: Work, rows: list[Row], at: datetime) -> tuple[int, int]:
    """Put back what an update changed, where nobody changed it since; (values put back, values left)."""
    return deal_rows.put_back(work, rows, at)


COLUMNS_NEEDED = (("name", "external_id"),)
register(Noun(
    "deal", "Deals", "deals", targets, keys={"external_id": "external id"}, match=("external_id",), engine=sys.modules[__name__],
    needs="opportunity", url="/opportunities/", shows=("name", "stage", "close_on"),
))  # fmt: skip
