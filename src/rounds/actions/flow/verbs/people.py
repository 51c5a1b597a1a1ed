"""Whom a deed means: `owner`, `manager`, `role:revops`, or the address of a colleague."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from rounds.actions.flow.verbs.verb import Context
from rounds.models import Team, User

ROLE = "role:"


def owner_of(context: Context) -> User | None:
    """Whoever owns the record: of a lead without an owner whoever owns its buying unit."""
    account = context.account
    unit = account.buying_unit if account is not None and account.buying_unit_id else account
    for row in (context.deal, context.lead, account, unit):
        if row is not None and row.owner_id and row.owner.is_active:
            return row.owner
    return None


def managers_of(person: User | None, context: Context) -> list[User]:
    """Who manages a person's team; of somebody without one, who manages in the record's territory."""
    if person is not None and person.team_id:
        team = Team.objects.select_related("manager").filter(pk=person.team_id, manager__is_active=True).first()
        if team is not None:
            return [team.manager]
    record = context.record
    place = record.territory if record is not None else ""
    return list(User.objects.filter(Q(territories__contains=[place]), role="manager", is_active=True)) if place else []


def people(words: Iterable[str], context: Context) -> list[User]:
    """The active people `words` mean, each once."""
    found: dict[object, User] = {}
    for word in words:
        if word == "owner":
            some = [owner_of(context)]
        elif word == "manager":
            some = managers_of(owner_of(context), context)
        elif word.startswith(ROLE):
            some = list(User.objects.filter(role=word.removeprefix(ROLE), is_active=True))
        else:
            some = list(User.objects.filter(email__iexact=word, is_active=True))
        found.update({person.id: person for person in some if person is not None})
    return list(found.values())


def url_of(context: Context) -> str:
    """Where the record is seen."""
    if context.deal is not None:
        return f"/opportunities/{context.deal.id}/"
    if context.lead is not None:
        return f"/leads/{context.lead.id}/"
    return f"/accounts/{context.account.id}/" if context.account is not None else "/automations/"
