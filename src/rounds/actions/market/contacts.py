"""Contacts and committee seats."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi, suppressions
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, CommitteeSeat, Contact
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules import titles

EDITABLE = ("name", "title", "email", "phone", "preference")


class ContactRefused(Refusal):
    """A contact that cannot be taken as it is."""

    status = 422


@phi.texts("name", "**", needed=("name",), skip=("email", "phone"))
def add(account: Account, *, name: str, by: Actor, at: datetime, **said: Any) -> Contact:
    """Add a person to an account; the title becomes a role by the playbook's patterns ('' = to be reviewed). Their address is
    kept in small letters, however it was typed: mail, imports and booking pages find people by it.

    Effects: Contact, contact.added, an audit entry. Raises ContactRefused (422).
    """
    said = _small(said)
    _check({"name": name, **said})
    role = titles.role_of(active().playbook, said.get("title", ""))
    with deed(by):
        contact = Contact.objects.create(
            account=account, buying_unit_id=account.buying_unit_id, name=name.strip(), owner_id=account.owner_id,
            team_id=account.team_id, territory=account.territory, role=role.role or "", role_group=role.group or "",
            seniority=role.seniority or "", created_at=at, updated_at=at, **said,
        )  # fmt: skip
        events.record("contact.added", {"name": contact.name, "role": contact.role}, by=by, at=at,
                      account=account.id, subject=contact.id)  # fmt: skip
        audit.note("contact.add", by=by, at=at, kind="contact", subject=contact.id)
    return contact


def leave(contact: Contact, *, on: date, by: Actor, at: datetime) -> Contact:
    """They do not work there any more. Said twice, nothing changes. Effects: left_on, contact.changed, an audit entry."""
    with deed(by):
        contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        if contact.left_on is not None:
            return contact
        contact.left_on, contact.updated_at = on, at
        contact.save(update_fields=["left_on", "updated_at"])
        events.record("contact.changed", {"name": contact.name, "changed": {"left_on": [None, on.isoformat()]}}, by=by, at=at,
                      account=contact.account_id, subject=contact.id)  # fmt: skip
        audit.note("contact.leave", by=by, at=at, kind="contact", subject=contact.id)
    return contact


def placed(account: Account) -> Contact:
    """The contact that adding one to `account` would make, in whose sight it lies; not written."""
    return Contact(account=account, buying_unit_id=account.buying_unit_id, owner_id=account.owner_id,
                   team_id=account.team_id, territory=account.territory)  # fmt: skip


@phi.texts("**", skip=("email", "phone"))
def change(contact: Contact, *, by: Actor, at: datetime, role: str | None = None, **said: Any) -> Contact:
    """Change a contact's plain fields or, by hand, the role. Effects: the row, contact.changed, an audit entry."""
    said = _small(said)
    _check({"name": contact.name, **said})
    book = active().playbook
    with deed(by):
        contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
        changed = {key: [getattr(contact, key), value] for key, value in said.items() if getattr(contact, key) != value}
        for key in changed:
            setattr(contact, key, said[key])
        if role is not None and role != contact.role:
            changed["role"] = [contact.role, role]
            placed = titles.describe(book, role)
            contact.role, contact.role_group, contact.seniority = role, placed.group or "", placed.seniority or ""
        elif "title" in changed:
            placed = titles.role_of(book, contact.title)
            contact.role, contact.role_group = placed.role or "", placed.group or ""
            contact.seniority = placed.seniority or ""
        if not changed:
            return contact
        contact.updated_at = at
        contact.save()
        events.record("contact.changed", {"name": contact.name, "changed": changed}, by=by, at=at,
                      account=contact.account_id, subject=contact.id)  # fmt: skip
        audit.note("contact.change", by=by, at=at, kind="contact", subject=contact.id, detail={"fields": sorted(changed)})
    return contact


@phi.texts("motivation", "role")
def seat(
    contact: Contact,
    account: Account,
    *,
    role: str,
    influence: int | None = None,
    stance: str | None = None,
    by: Actor,
    at: datetime,
    motivation: str | None = None,
) -> CommitteeSeat:
    """Give a contact a part in an account's committee, or change it; what is not said stays as it is (a new seat:
    influence 0, neutral). Effects: CommitteeSeat, seat.filled, audit."""
    book = active().playbook
    if stance is not None and stance not in book.picklists.stance.values:
        known = ", ".join(book.picklists.stance.values)
        raise ContactRefused(f"stance “{stance}” is not on the list; use one of: {known}.", field="stance")
    if influence is not None and not 0 <= influence <= 5:
        raise ContactRefused("influence runs from 0 (none) to 5 (decides).", field="influence")
    said = {"influence": influence, "stance": stance, "motivation": motivation}
    with deed(by):
        row, _ = CommitteeSeat.objects.update_or_create(
            contact=contact, account=account, role=role,
            defaults={**{name: value for name, value in said.items() if value is not None}, "ended_at": None,
                      **signature(by, at)},
        )  # fmt: skip
        told = {"contact": contact.name, "role": role, "influence": row.influence, "stance": row.stance}
        events.record("seat.filled", told, by=by, at=at, account=account.id, subject=row.id)
        audit.note("seat.fill", by=by, at=at, kind="seat", subject=row.id, detail={"role": role})
    return row


def _small(said: dict[str, Any]) -> dict[str, Any]:
    """The same with an address in small letters, as leads have theirs: under row security only "=" may use the index."""
    return {**said, "email": said["email"].strip().lower()} if isinstance(said.get("email"), str) else said


def _check(said: dict[str, Any]) -> None:
    if unknown := set(said) - set(EDITABLE):
        raise ContactRefused(f"“{sorted(unknown)[0]}” is not a field of a contact.", field=sorted(unknown)[0])
    if not str(said.get("name", "")).strip():
        raise ContactRefused("A contact needs a name.", field="name")
    mail = said.get("email", "")
    if mail and ("@" not in mail or any(c.isspace() for c in mail)):
        raise ContactRefused("email is not an address; write it like name@hospital.example.", field="email")
    suppressions.need_welcome(said.get("email") or "", said.get("phone") or "")
    for key, value in said.items():
        if isinstance(value, str) and (len(value) > 300 or any(ord(c) < 32 for c in value)):
            raise ContactRefused(f"{key} must be one line of at most 300 characters.", field=key)
