"""`rounds template list | show | preview`: the texts, and one as a person would get it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from rounds.cli.people import WHO, eyes
from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from rounds.actions.reach.people import Person
    from rounds.playbook.shapes.sequences import Template


class NoSuchTemplate(Refusal):
    """The playbook has no such text; `rounds template list` shows them with their codes."""

    status = 404


class NoSuchPerson(Refusal):
    """There is no such lead, contact or deal, or you do not see it."""

    status = 404


class NobodyNamed(Refusal):
    """Say for whom: --lead ID or --contact ID (with --deal ID where the letter is about one)."""

    status = 422


def given_person(command: Any) -> Any:
    """The options by which a command is told for whom a letter is."""
    for option in (click.option("--deal", type=click.UUID, help="What it is about, for a contact."), click.option("--contact", type=click.UUID), click.option("--lead", type=click.UUID)):
        command = option(command)
    return command


def person_of(lead: UUID | None, contact: UUID | None, deal: UUID | None) -> Person:
    """The person of a lead or a contact that is seen. Raises NobodyNamed, NoSuchPerson."""
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.actions.reach import people
    from rounds.models import Contact, Lead, Opportunity

    if (lead is None) == (contact is None):
        raise NobodyNamed
    rows = visible(Lead if lead else Contact, current()).select_related("owner", "account__buying_unit")
    row = rows.filter(pk=lead or contact).first()
    about = visible(Opportunity, current()).filter(pk=deal).first() if deal else None
    if row is None or (deal and about is None):
        raise NoSuchPerson
    return people.of_lead(row) if lead else people.of_contact(row, opportunity=about)


def template_of(code: str) -> Template:
    """The text of that code. Raises NoSuchTemplate."""
    from rounds.models.flow.active import active

    found = active().playbook.templates.get(code)
    if found is None:
        raise NoSuchTemplate
    return found


@click.group("template")
def command() -> None:
    """Look at texts, and at one as a person would get it."""


@command.command("list")
@WHO
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def list_(email: str, as_json: bool) -> None:
    """Every text of the playbook in force."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need
        from rounds.models.flow.active import active

        need(user, "playbook.read")
        rows = [{"code": code, "title": one.title, "channel": one.channel, "variants": len(one.ways)} for code, one in active().playbook.templates.items()]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        more = f", {row['variants']} variants" if row["variants"] > 1 else ""
        click.echo(f"{row['code']:<28} {row['channel']:<8} {row['title']}{more}")


@command.command()
@click.argument("code")
@WHO
def show(code: str, email: str) -> None:
    """One text with its places, variants and the versions that changed it."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need
        from rounds.models.flow.active import active
        from rounds.models.flow.file_versions import versions_of
        from rounds.playbook.places import places

        need(user, "playbook.read")
        one, fields, versions = template_of(code), active().playbook.reach.fields, versions_of(f"templates/{code}.yaml")
    click.echo(f"{one.title} ({one.channel})")
    for way in one.ways:
        click.echo(f"\nVariant {way.variant}: {way.subject}\n\n{way.text.strip()}\n")
    for name in places(" ".join(f"{way.subject} {way.text}" for way in one.ways)):
        click.echo(f"  {name:<20} {fields.get(name, 'is no place that is filled in')}")
    for row in versions:
        click.echo(f"v{row.number} published by {row.by}, {row.at:%Y-%m-%d}: {row.reason}")
    if not versions:
        click.echo("As shipped.")


@command.command()
@click.argument("code")
@WHO
@given_person
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def preview(code: str, email: str, lead: UUID | None, contact: UUID | None, deal: UUID | None, as_json: bool) -> None:
    """The text CODE as this person would get it from you. Nothing is sent."""
    with eyes(email) as (user, _):
        from django.conf import settings

        from rounds.access.allowed import need
        from rounds.actions.reach import previewing
        from rounds.documents import letters
        from rounds.kit.clock import now

        need(user, "playbook.read")
        found = previewing.preview(template_of(code), person_of(lead, contact, deal), user, at=now())
    if as_json:
        click.echo(json.dumps([{"variant": one.variant, "subject": one.text.subject, "text": one.text.text, "missing": one.text.missing, "blocks": one.blocks,
                                "outcome": one.decision and one.decision.outcome, "why": one.decision and one.decision.why} for one in found]))  # fmt: skip
        return
    for one in found:
        click.echo(f"Variant {one.variant}, {one.share:.0%} of its readers: {one.text.subject or 'no subject'}\n")
        click.echo(letters.text(one.letter, company=settings.CONFIG.company) if one.letter else f"{one.text.text}\n")
        for says in one.blocks:
            click.echo(f"  {says}")
        if one.decision and not one.blocks:
            click.echo(f"  {one.decision.outcome}: {one.decision.why}{f' May go from {one.decision.until:%Y-%m-%d %H:%M} UTC.' if one.decision.until else ''}")
