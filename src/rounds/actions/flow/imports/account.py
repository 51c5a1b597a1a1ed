"""Accounts from a file: each through the same action as by hand, so that facts, units and scores are settled alike."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from rounds.access.allowed import own_to_write
from rounds.actions.flow import events
from rounds.actions.flow.imports import guard
from rounds.actions.flow.imports.cells import as_number, cents, moment, picked
from rounds.actions.flow.imports.comparing import Row, changes_of, in_words, put, standing
from rounds.actions.flow.imports.nouns import Noun, Target, register
from rounds.actions.flow.imports.people import default_owner, owner_of, team_of
from rounds.actions.flow.imports.work import Understood, Work, moment_of
from rounds.actions.market import accounts
from rounds.actions.market.given import checked
from rounds.kit.refusal import Refusal
from rounds.kit.text import domain_of, plain_organization
from rounds.models import Account
from rounds.models.market.accounts import LEVELS
from rounds.playbook import Playbook
from rounds.rules import own_fields

MODEL = Account
TEXTS = ("name", "address", "city", "county")
PLAIN = {
    "name": "Name", "level": "Level", "org_type": "Type", "subtype": "Sub-type", "address": "Address", "city": "City", "state": "State",
    "zip": "ZIP", "county": "County", "phone": "Phone", "website": "Website", "locations": "Locations", "beds": "Beds",
    "hospitals": "Hospitals", "ehr": "EHR platform", "ehr_vendor": "EHR vendor", "population_served": "Population served",
    "hipaa_status": "HIPAA status", "implementation_timeline": "Implementation timeline",
}  # fmt: skip
MONEY = {"it_budget_cents": "IT budget", "deal_potential_cents": "Deal potential", "net_patient_revenue_cents": "Net patient revenue"}
WHOLE = ("locations", "beds", "hospitals", "population_served")


def targets(book: Playbook) -> tuple[Target, ...]:
    """What a column of a file of accounts may mean."""
    lists = book.picklists
    picks = {"level": tuple(code for code, _ in LEVELS), **{name: getattr(lists, name).values for name in (
        "org_type", "subtype", "ehr", "hipaa_status", "implementation_timeline")}}  # fmt: skip
    return (
        *(Target(name, label, "choice" if name in picks else "text", picks.get(name, ())) for name, label in PLAIN.items()),
        *(Target(name, label, "money", kept="account.it_budget" if name == "it_budget_cents" else "") for name, label in MONEY.items()),
        Target("external_id", "External id", keeps=True), Target("ccn", "CMS certification number", keeps=True),
        Target("domain", "Domain"), Target("parent", "Belongs to"), Target("owner", "Owner", "person"),
        Target("created_at", "Created", "when", keeps=True),
        *(Target(f"custom.{one.field}", one.title, one.kind, one.values) for one in book.fields.account),
    )  # fmt: skip


def understood(work: Work, cells: dict[str, str]) -> Understood:
    """A row as an account. Raises a Refusal that names the field."""
    said: dict[str, Any] = {}
    for name, cell in cells.items():
        target = work.memory["targets"][name]
        if name in MONEY:
            said[name] = cents(target.label, cell)
        elif name in WHOLE:
            said[name] = as_number(cell) if as_number(cell) is not None else cell
        elif name in PLAIN:
            said[name] = picked(name, cell, target.picks) if target.picks else cell
    found = checked(said, partial=True)
    custom = {name.removeprefix("custom."): cell for name, cell in cells.items() if name.startswith("custom.")}
    if custom:
        found["custom"] = own_fields.checked(work.book, "account", custom)
    if "owner" in cells:
        found["owner"] = owner_of(work, cells["owner"])
    if "created_at" in cells:
        found["created_at"] = moment("created", cells["created_at"], work.zone).isoformat()
    if kinds := guard.held(work, {**{name: found.get(name) for name in TEXTS}, **{f"custom.{k}": v for k, v in found.get("custom", {}).items()}}):
        found["held"] = kinds
    ccn = cells.get("ccn", "").upper().zfill(6) if cells.get("ccn") else ""
    domain = domain_of(cells.get("domain") or cells.get("website", ""))
    place = f"{plain_organization(found['name'])}|{found.get('state', '')}" if found.get("name") and found.get("state") else ""
    return Understood(found, {"external": cells.get("external_id", ""), "domain": domain, "place": place, "ccn": ccn, "parent": cells.get("parent", "")})


def place(work: Work) -> None:
    """Find what each row belongs to: by its id in the other system, its name, or another row of the file. A new account
    that others of the file belong to, and whose level nobody says, is a system."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rounds_importrow r SET said = r.said || '{\"level\": \"system\"}' FROM pg_temp.matching m WHERE m.id = r.id AND m.target IS NULL"
            " AND m.verdict = '' AND m.parent = '' AND NOT r.said ? 'level' AND m.external IN (SELECT parent FROM pg_temp.matching WHERE parent <> '')"
        )  # fmt: skip
        cursor.execute(
            "UPDATE pg_temp.matching r SET account_id = a.id FROM rounds_account a WHERE r.of_id = %s AND r.parent <> ''"
            " AND a.external_id = r.parent", [work.of.id],
        )  # fmt: skip
        cursor.execute(
            "UPDATE pg_temp.matching r SET account_id = a.id FROM (SELECT lower(name) AS name, (array_agg(id))[1] AS id FROM rounds_account"
            " WHERE level = 'system' GROUP BY 1 HAVING count(*) = 1) a WHERE r.of_id = %s AND r.account_id IS NULL AND r.parent <> ''"
            " AND a.name = lower(r.parent)", [work.of.id],
        )  # fmt: skip


def comes(work: Work, row: Row) -> str:
    """What a preview says of a new account."""
    return "A new account" + (" below one we know" if row.account else f"; belongs to “{row.parent[:40]}” of this file" if row.parent else "")


def compared(work: Work, rows: list[Row]) -> None:
    """Say of the rows that found an account what would change."""
    found = Account.objects.filter(pk__in={row.target for row in rows})
    if work.person is not None:
        found = found.filter(own_to_write(work.person, "account"))
    there, labels = {one.id: one for one in found}, {name: one.label for name, one in work.memory["targets"].items()}
    for row in rows:
        account = there.get(row.target)
        if account is None:
            row.verdict, row.says = "error", "You read this account and do not change it; ask its owner."
            continue
        changes, kept = changes_of(work, account, row.said)
        row.verdict, row.says = ("update", in_words(changes, kept, labels)) if changes else ("same", "Nothing differs")


def write(work: Work, rows: list[Row], at: datetime) -> None:
    """Write one chunk, those that belong to another row of the file after it. Effects: those of accounts.add and change."""
    waiting: list[tuple[UUID, str, str, list[str]]] = []
    for row in sorted(rows, key=lambda row: bool(row.parent)):
        held = guard.taken_out(row.said)
        try:
            _one(work, row, at)
        except Refusal as refusal:
            row.outcome, row.says = "refused", f"Line {row.line}: {refusal}"
            continue
        waiting += [(row.made or row.target, name, text, row.said["held"][name]) for name, text in held.items()]
    guard.keep(work, "account", waiting, by=work.by, at=at)


BESIDE = ("owner", "custom", "created_at", "held")


def _one(work: Work, row: Row, at: datetime) -> None:
    said = {name: value for name, value in row.said.items() if name not in BESIDE}
    with events.quietly(work.of.id):
        if row.verdict == "new":
            parent = Account.objects.filter(pk=row.account).first() if row.account else (
                Account.objects.filter(external_id=row.parent).first() if row.parent else None)  # fmt: skip
            account = accounts.add(by=work.by, at=at, parent=parent, **said)
            row.made, row.outcome = account.id, "new"
            _mark(work, account, row, default_owner(work), at)
            return
        account = Account.objects.select_for_update(of=("self",)).get(pk=row.target)
        changes, _ = changes_of(work, account, {name: value for name, value in row.said.items() if name not in row.said.get("held", {})})
        row.before, row.outcome = changes or None, "update" if changes else "same"
        _change(work, account, changes, at)


def _mark(work: Work, account: Account, row: Row, owner: str | None, at: datetime) -> None:
    """What no form gives with a new account: whose it is, its ids elsewhere, its own fields, when it began."""
    account.owner_id = row.said.get("owner") if "owner" in row.said else owner
    account.team_id, account.external_id = team_of(work, account.owner_id), row.external or None
    account.custom = own_fields.kept(work.book, "account", account.custom, row.said.get("custom", {}))
    account.created_at = moment_of(row.said.get("created_at")) or account.created_at
    account.domain = account.domain or row.memory.get("domain", "")
    account.save(update_fields=["owner", "team", "external_id", "custom", "created_at", "domain"])


def _change(work: Work, account: Account, changes: dict[str, list[Any]], at: datetime) -> None:
    plain = {name: pair[1] for name, pair in changes.items() if name.partition(".")[0] not in BESIDE}
    if plain:
        account = accounts.change(account, by=work.by, at=at, **plain)
    rest = {name: pair for name, pair in changes.items() if name.partition(".")[0] in ("owner", "custom")}
    if rest:
        for name, (_, after) in rest.items():
            put(account, name, after)
        account.team_id, account.updated_at = team_of(work, account.owner_id), at
        account.save(update_fields=["owner", "team", "custom", "updated_at"])
        events.record("account.changed", {"changed": rest}, by=work.by, at=at, account=account.id, quiet=True)


def restore(work: Work, rows: list[Row], at: datetime) -> tuple[int, int]:
    """Put back what was changed, where it still says what the import wrote."""
    back = left = 0
    for row in rows:
        account = Account.objects.select_for_update(of=("self",)).filter(pk=row.target).first()
        was = {}
        for name, (before, after) in (row.before or {}).items():
            if account is None or standing(account, name) != after:
                left += 1
            else:
                was[name] = [after, before]
        if was:
            with events.quietly(work.of.id):
                _change(work, account, was, at)
            back += len(was)
    return back, left


COLUMNS_NEEDED = (("name", "external_id", "ccn"),)
register(Noun(
    "account", "Accounts", "accounts", targets,
    keys={"external_id": "external id", "ccn": "CMS certification number", "domain": "domain", "name_state": "name and state"},
    match=("external_id", "ccn", "name_state"), engine=sys.modules[__name__], needs="account", url="/accounts/", shows=("name", "city", "state"),
))  # fmt: skip
