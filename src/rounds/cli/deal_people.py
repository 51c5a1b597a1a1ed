"""`rounds deal committee …` and `rounds deal challenge …`: who decides a deal, who moves whom, and what makes it hard."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import click

from rounds.cli.deal_eyes import WHICH, NotBelow, by_now, contact_of, deal_of
from rounds.cli.options import JSON
from rounds.cli.people import WHO, eyes

CONTACT = click.argument("contact", type=click.UUID)


@click.group("committee")
def committee() -> None:
    """Who is on the committee of a deal, in which part; what it lacks."""


@committee.command("show")
@WHICH
@WHO
@JSON
def show(deal: UUID, email: str, as_json: bool) -> None:
    """Everybody, the most influential first, with coverage and warnings."""
    with eyes(email) as (user, _):
        from rounds.access.allowed import need_to_read
        from rounds.access.sight import current
        from rounds.analytics.deals.committee import committee as as_seen
        from rounds.kit.clock import now
        from rounds.models.flow.active import active

        need_to_read(user, "contact")
        held = as_seen(deal_of(user, deal, change=False), active().playbook, current(), now(), known=False)
        told = [{"contact": str(one.row.contact_id), "name": one.row.contact.name, "roles": one.row.roles, "influence": one.row.influence,
                 "stance": one.row.stance, "buyer": one.buyer, "cooling": one.cooling} for one in held.people]  # fmt: skip
        contacts = {one.row.id: one.row.contact for one in held.people}
        lines = [(contacts[who], contacts[whom]) for who, whom in held.lines if who in contacts and whom in contacts]
        lacks = [part.group for part in held.coverage if not part.names]
        warns = [one.says for one in held.warnings]
    if as_json:
        click.echo(json.dumps({"people": told, "lines": [{"who": str(who.pk), "whom": str(whom.pk)} for who, whom in lines], "lacks": lacks, "warnings": warns}))
        return
    for one in told:
        marks = "".join(f", {word}" for word, on in (("economic buyer", one["buyer"]), ("cooling", one["cooling"])) if on)
        click.echo(f"{one['contact']}  {one['influence']}  {one['stance'] or '?':10}  {one['name']} ({', '.join(one['roles']) or 'role not said'}{marks})")
    for who, whom in lines:
        click.echo(f"{who.name} influences {whom.name}")
    click.echo(f"{len(told)} on the committee; nobody of: {', '.join(lacks) or 'all groups are covered'}.")
    for says in warns:
        click.echo(f"! {says}")


@committee.command("seat")
@WHICH
@CONTACT
@WHO
@click.option("--role", "roles", multiple=True, help="A role of the playbook, such as CIO; several times for several.")
@click.option("--influence", type=click.IntRange(0, 5), help="0 (none) to 5 (decides).")
@click.option("--stance", help="champion, supporter, neutral, sceptic or blocker.")
@click.option("--level", help="A decision level of deals/committee.yaml.")
@click.option("--preference", help="How they like to be reached, a word of deals/committee.yaml.")
@click.option("--motivation", help="What moves them.")
@click.option("--reports-to", type=click.UUID, help="The contact they report to in this decision.")
@click.option("--on-top", is_flag=True, help="They report to nobody here.")
def seat(deal: UUID, contact: UUID, email: str, roles: tuple[str, ...], influence: int | None, stance: str | None, level: str | None,
         preference: str | None, motivation: str | None, reports_to: UUID | None, on_top: bool) -> None:  # fmt: skip
    """Put CONTACT on the committee, or change their part; what is not said stays."""
    with eyes(email) as (user, by):
        from rounds.access.fields import SEAT, need_to_be_shown
        from rounds.actions.deals import committee as actions

        row, person = deal_of(user, deal), contact_of(contact)
        said: dict[str, Any] = {"roles": list(roles) or None, "influence": influence, "stance": stance, "level": level,
                                "preference": preference, "motivation": motivation}  # fmt: skip
        need_to_be_shown(user, "contact", [name for name in SEAT if said.get(name) is not None])
        made = actions.seat(row, person, **said, **by_now(by))
        if reports_to or on_top:
            actions.report_to(made, _seat(row, reports_to) if reports_to else None, **by_now(by))
        click.echo(f"{person.name} is on the committee: {', '.join(made.roles) or 'role not said'}.")


@committee.command("leave")
@WHICH
@CONTACT
@WHO
@click.option("--reason", default="", help="Why.")
def leave(deal: UUID, contact: UUID, email: str, reason: str) -> None:
    """Take CONTACT off the committee."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import committee as actions

        made = actions.leave(_seat(deal_of(user, deal), contact), reason=reason, **by_now(by))
        click.echo(f"{made.contact.name} is off the committee.")


@committee.command("line")
@WHICH
@CONTACT
@click.argument("whom", type=click.UUID)
@WHO
@click.option("--off", is_flag=True, help="Take the line away.")
def line(deal: UUID, contact: UUID, whom: UUID, email: str, off: bool) -> None:
    """Say that CONTACT influences WHOM, both on the committee."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import committee as actions

        row = deal_of(user, deal)
        one, other = _seat(row, contact), _seat(row, whom)
        new = (actions.erase if off else actions.draw)(one, other, **by_now(by))
        click.echo(f"{one.contact.name} {'no longer influences' if off else 'influences'} {other.contact.name}{'' if new else ', as it was'}.")


def _seat(deal: Any, contact: UUID) -> Any:
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.models import DealContact

    row = visible(DealContact, current()).select_related("contact", "opportunity").filter(opportunity=deal, contact_id=contact, ended_at=None).first()
    if row is None:
        raise NotBelow("They are not on the committee of this deal; `rounds deal committee show` lists who is.")
    return row


@click.group("challenge")
def challenge() -> None:
    """What makes a deal hard: tags of the playbook."""


@challenge.command("tag")
@WHICH
@click.argument("tag")
@WHO
@click.option("--off", is_flag=True, help="Take it off.")
def tag(deal: UUID, tag: str, email: str, off: bool) -> None:
    """Put TAG, such as regulatory, on a deal."""
    with eyes(email) as (user, by):
        from rounds.actions.deals import challenges

        act = challenges.untag if off else challenges.tag
        new = act(deal_of(user, deal), tag, **by_now(by))
        click.echo(f"{tag} is {'off' if off else 'on'}{'' if new else ', as it was'}.")
