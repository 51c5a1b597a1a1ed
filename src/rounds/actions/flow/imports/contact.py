"""Contacts from a file: at the account they name, written as one set."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

from django.db import connection

from rounds.access.allowed import own_to_write
from rounds.actions.flow import events, staged
from rounds.actions.flow.imports import guard
from rounds.actions.flow.imports.cells import moment
from rounds.actions.flow.imports.comparing import Row, changes_of, columns_of, in_words, put, standing
from rounds.actions.flow.imports.nouns import Noun, Target, register
from rounds.actions.flow.imports.people import default_owner, owner_of, team_of
from rounds.actions.flow.imports.work import Understood, Work, moment_of
from rounds.actions.leads.given import given
from rounds.kit import keys
from rounds.kit.ids import new_id
from rounds.kit.text import domain_of, plain_organization, state_code
from rounds.models import Account, Contact, Event
from rounds.models.base import signature
from rounds.models.sealed import about
from rounds.playbook import Playbook
from rounds.rules import own_fields, titles

MODEL = Contact
PLAIN = {"name": "Name", "title": "Job title", "email": "E-mail", "phone": "Phone"}
NAMES = ("id", "account_id", "buying_unit_id", "name", "title", "role", "role_group", "seniority", "email", "phone", "phone_index", "custom",
         "external_id", "owner_id", "team_id", "territory", "created_at")  # fmt: skip
PHONE = Contact._meta.get_field("phone_index")
NEEDS, LACKS = ("name", "account"), {"account": "No account found for this contact; import the accounts first, or give its name and state."}


def targets(book: Playbook) -> tuple[Target, ...]:
    """What a column of a file of contacts may mean."""
    kept = {"email": "contact.email", "phone": "contact.phone"}
    return (
        *(Target(name, label, kept=kept.get(name, "")) for name, label in PLAIN.items()), Target("first_name", "First name"),
        Target("last_name", "Last name"), Target("account", "Account"), Target("account_state", "State of the account"),
        Target("external_id", "External id", keeps=True), Target("owner", "Owner", "person"), Target("created_at", "Created", "when", keeps=True),
        *(Target(f"custom.{one.field}", one.title, one.kind, one.values) for one in book.fields.contact),
    )  # fmt: skip


def understood(work: Work, cells: dict[str, str]) -> Understood:
    """A row as a contact. Raises a Refusal that names the field."""
    said = {name: cells[name] for name in PLAIN if name in cells}
    if "name" not in said and (cells.get("first_name") or cells.get("last_name")):
        said["name"] = f"{cells.get('first_name', '')} {cells.get('last_name', '')}".strip()
    whole = given(**{"name": "?", **said})
    found: dict[str, Any] = {name: getattr(whole, name) for name in said}
    custom = {name.removeprefix("custom."): cell for name, cell in cells.items() if name.startswith("custom.")}
    if custom:
        found["custom"] = own_fields.checked(work.book, "contact", custom)
    if "owner" in cells:
        found["owner"] = owner_of(work, cells["owner"])
    if "created_at" in cells:
        found["created_at"] = moment("created", cells["created_at"], work.zone).isoformat()
    if kinds := guard.held(work, {**{name: found.get(name) for name in ("name", "title")}, **{f"custom.{k}": v for k, v in found.get("custom", {}).items()}}):
        found["held"] = kinds
    account, state = cells.get("account", ""), state_code(cells.get("account_state", ""))
    return Understood(found, {"external": cells.get("external_id", ""), "email": whole.email, "parent": account,
                              "place": f"{plain_organization(account)}|{state}" if account else "", "domain": domain_of(whole.email) if whole.email else ""})  # fmt: skip


def place(work: Work) -> None:
    """The account of each row: by its id in the other system, by name and state, by the domain of the address."""
    where = "r.of_id = %s AND r.account_id IS NULL AND r.verdict = ''"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_temp.matching r SET account_id = a.id FROM rounds_account a WHERE " + where
                       + " AND r.parent <> '' AND a.external_id = r.parent", [work.of.id])  # fmt: skip
        cursor.execute(
            "UPDATE pg_temp.matching r SET account_id = a.id FROM (SELECT q.place, (array_agg(a.id))[1] AS id FROM"
            " (SELECT DISTINCT place FROM pg_temp.matching WHERE of_id = %s AND place <> '') q JOIN rounds_account a"
            " ON a.plain_name = split_part(q.place, '|', 1) AND split_part(q.place, '|', 2) IN ('', a.state)"
            " GROUP BY 1 HAVING count(*) = 1) a WHERE " + where + " AND r.place = a.place", [work.of.id, work.of.id])  # fmt: skip
        cursor.execute(
            "UPDATE pg_temp.matching r SET account_id = a.id FROM (SELECT domain, (array_agg(id))[1] AS id FROM rounds_account"
            " WHERE is_unit AND domain <> '' GROUP BY 1 HAVING count(*) = 1) a WHERE " + where + " AND r.parent = '' AND r.domain = a.domain",
            [work.of.id])  # fmt: skip


def compared(work: Work, rows: list[Row]) -> None:
    """Say of the rows that found a contact what would change."""
    found = Contact.objects.filter(pk__in={row.target for row in rows})
    if work.person is not None:
        found = found.filter(own_to_write(work.person, "contact"))
    there, labels = {one.id: one for one in found}, {name: one.label for name, one in work.memory["targets"].items()}
    for row in rows:
        contact = there.get(row.target)
        if contact is None:
            row.verdict, row.says = "error", "You read this contact and do not change it; ask its owner."
            continue
        changes, kept = changes_of(work, contact, row.said)
        row.verdict, row.says = ("update", in_words(changes, kept, labels)) if changes else ("same", "Nothing differs")


def write(work: Work, rows: list[Row], at: datetime) -> None:
    """Write one chunk. Effects: Contact rows, quiet events, texts held for review."""
    _add(work, [row for row in rows if row.verdict == "new"], at)
    _change(work, [row for row in rows if row.verdict == "update"], at)


def _add(work: Work, rows: list[Row], at: datetime) -> None:
    if not rows:
        return
    places = {one.id: one for one in Account.objects.filter(pk__in={row.account for row in rows}).only(
        "id", "buying_unit_id", "owner_id", "team_id", "territory")}  # fmt: skip
    rows = [row for row in rows if row.account in places]
    waiting = []
    for row in rows:
        row.made, row.outcome = new_id(), "new"
        waiting += [(row.made, name, text, row.said["held"][name]) for name, text in guard.taken_out(row.said).items()]
    staged.pour(Contact, NAMES, (_cells(work, row, places[row.account], at) for row in rows), {"updated_at": at}, unless="external_id")
    told = ((new_id(), row.account, row.made, json.dumps({"name": row.said["name"], "role": titles.role_of(work.book, row.said.get("title", "")).role or ""}))
            for row in rows)  # fmt: skip
    staged.pour(Event, ("id", "account_id", "subject_id", "payload"), told,
                {**signature(work.by, at), "kind": "contact.added", "batch_id": work.of.id, "quiet": True})  # fmt: skip
    guard.keep(work, "contact", waiting, by=work.by, at=at)


def _cells(work: Work, row: Row, account: Account, at: datetime) -> tuple[Any, ...]:
    said, role = row.said, titles.role_of(work.book, row.said.get("title", ""))
    phone, owner = said.get("phone", ""), said["owner"] if "owner" in said else default_owner(work) or account.owner_id
    return (
        row.made, account.id, account.buying_unit_id, said["name"], said.get("title", ""), role.role or "", role.group or "", role.seniority or "",
        said.get("email", ""), keys.ring().seal(phone, about(Contact, "phone", row.made)) if phone else "", PHONE.blind(Contact, phone),
        json.dumps(own_fields.kept(work.book, "contact", {}, said.get("custom", {}))), row.external or None, owner, team_of(work, owner) or account.team_id, account.territory,
        moment_of(said.get("created_at")) or at,
    )  # fmt: skip


def _change(work: Work, rows: list[Row], at: datetime) -> None:
    there = {one.id: one for one in Contact.objects.select_for_update(of=("self",)).filter(pk__in=[row.target for row in rows])}
    for row in rows:
        contact = there.get(row.target)
        if contact is None:
            row.outcome, row.says = "refused", "The contact is gone, or not yours any more."
            continue
        guard.taken_out(row.said)
        changes, _ = changes_of(work, contact, {name: value for name, value in row.said.items() if name not in row.said.get("held", {})})
        row.outcome = "update" if changes else "same"
        if changes:
            row.before = _written(work, contact, changes, at)


def _written(work: Work, contact: Contact, changes: dict[str, list[Any]], at: datetime) -> dict[str, list[Any]]:
    for name, (_, after) in changes.items():
        put(contact, name, after)
    fields = columns_of(list(changes))
    if "title" in changes:
        role = titles.role_of(work.book, contact.title)
        contact.role, contact.role_group, contact.seniority = role.role or "", role.group or "", role.seniority or ""
        fields += ["role", "role_group", "seniority"]
    contact.updated_at = at
    contact.save(update_fields=[*fields, *(["phone_index"] if "phone" in fields else []), "updated_at"])
    sealed = {name: [keys.ring().seal(v, f"import {work.of.id}") if name == "phone" and v else v for v in pair] for name, pair in changes.items()}
    events.record("contact.changed", {"name": contact.name, "changed": sealed}, by=work.by, at=at, account=contact.account_id,
                  subject=contact.id, batch=work.of.id, quiet=True)  # fmt: skip
    return sealed


def restore(work: Work, rows: list[Row], at: datetime) -> tuple[int, int]:
    """Put back what was changed, where it still says what the import wrote."""
    there = {one.id: one for one in Contact.objects.select_for_update(of=("self",)).filter(pk__in=[row.target for row in rows])}
    back = left = 0
    for row in rows:
        contact, was = there.get(row.target), {}
        for name, pair in (row.before or {}).items():
            before, after = [keys.ring().open(v, f"import {work.of.id}") if name == "phone" and v else v for v in pair]
            if contact is None or standing(contact, name) != after:
                left += 1
            else:
                was[name] = [after, before]
        if was:
            _written(work, contact, was, at)
            back += len(was)
    return back, left


COLUMNS_NEEDED = (("name", "last_name", "external_id"),)
register(Noun(
    "contact", "Contacts", "contacts", targets, keys={"external_id": "external id", "email": "e-mail address"},
    match=("external_id", "email"), engine=sys.modules[__name__], needs="contact", url="/contacts/", shows=("name", "title", "email"),
))  # fmt: skip
