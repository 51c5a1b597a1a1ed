"""`rounds letter write | show | drop`: one letter to one person, tried before it is written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from rounds.cli.people import WHO, eyes
from rounds.cli.template import given_person, person_of, template_of
from rounds.kit.refusal import Refusal


class NoSuchLetter(Refusal):
    """There is no such letter, or you do not see it."""

    status = 404


class NoSuchMail(Refusal):
    """There is no such mail, or you do not see it."""

    status = 404


class SaidTwice(Refusal):
    """--answers says to whom it goes: leave out --lead, --contact and --deal."""

    status = 422


class NothingWritten(Refusal):
    """Say what to write: --template CODE, or --subject and --text FILE (- for what comes in); for an answer --text FILE is enough."""

    status = 422


@click.group("letter")
def command() -> None:
    """Write one letter to one person, under the rules of every other."""


@command.command()
@WHO
@given_person
@click.option("--answers", type=click.UUID, metavar="MESSAGE", help="The mail it answers, in whose thread it goes; says to whom.")
@click.option("--quotes", is_flag=True, help="Put the mail it answers below it.")
@click.option("--template", default="", help="Begin with this text of the playbook.")
@click.option("--subject", default="", help="Its subject; goes before that of the text.")
@click.option("--text", "file", type=click.Path(allow_dash=True, dir_okay=False), help="A file with the letter; goes before the text.")
@click.option("--at", "goes_at", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="Not before this time of yours.")
@click.option("--dry-run", is_flag=True, help="Show it and what would be decided; nothing is sent.")
def write(email: str, lead: UUID | None, contact: UUID | None, deal: UUID | None, answers: UUID | None, quotes: bool, template: str, subject: str,
          file: str | None, goes_at: datetime | None, dry_run: bool) -> None:  # fmt: skip
    """Write to this person. It goes now where nothing speaks against it, else it waits and says why."""
    with eyes(email) as (user, by):
        from zoneinfo import ZoneInfo

        from django.conf import settings

        from rounds.access.allowed import need, need_to_write
        from rounds.actions.reach import letters
        from rounds.documents import letters as paper
        from rounds.kit.clock import now
        from rounds.rules.reach import replying

        need(user, "letters.write")
        mail = _mail(answers) if answers else None
        person = _answered(mail, user, lead or contact or deal) if mail else person_of(lead, contact, deal)
        if mail is None:
            need_to_write(user, person.lead or person.contact)
        way = template_of(template).ways[0] if template else None
        head = subject or (replying.subject(mail.subject) if mail else way.subject if way else "")
        body = (click.get_text_stream("stdin").read() if file == "-" else Path(file).read_text()) if file else way.text if way else ""
        if not head or not body:
            raise NothingWritten
        when = goes_at.replace(tzinfo=ZoneInfo(user.time_zone)) if goes_at else None
        found = letters.look(person, head, body, sender=user, answers=mail, quotes=quotes, goes_at=when, at=now())
        if not dry_run:
            row = letters.write(person, head, body, sender=user, answers=mail, quotes=quotes, goes_at=when,
                                template=f"{template}/{way.variant}" if way and not (subject or file or mail) else "", by=by, at=now())  # fmt: skip
    if dry_run:
        click.echo(f"To {person.name}: {found.text.subject}\n\n{paper.text(found.letter, company=settings.CONFIG.company)}")
        for says in found.blocks:
            click.echo(f"  {says}")
        if not found.blocks:
            click.echo(f"  {found.decision.outcome}: {found.decision.why}")
        click.echo("Nothing was sent.")
        return
    click.echo(f"{row.id}  {row.state}{f': {row.why}' if row.why else ''}{f' May go from {row.goes_at:%Y-%m-%d %H:%M} UTC.' if row.goes_at else ''}")


@command.command()
@click.argument("letter", type=click.UUID)
@WHO
def show(letter: UUID, email: str) -> None:
    """One letter with each decision and its reason."""
    with eyes(email):
        from rounds.models.reach.ahead import decisions_of_letter

        row = _of(letter)
        decided = decisions_of_letter(row)
    click.echo(f"{row.state}  {row.subject}{f' ({row.why})' if row.why else ''}")
    for one in decided:
        click.echo(f"  {one.at:%Y-%m-%d %H:%M} {one.outcome}: {one.why}")


@command.command()
@click.argument("letter", type=click.UUID)
@WHO
def release(letter: UUID, email: str) -> None:
    """Let a letter by hand go that waits for a word."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.reach import approving
        from rounds.kit.clock import now

        need(user, "sequences.approve")
        approving.release_letter(_of(letter), by=by, at=now())
    click.echo("Let go. It leaves as soon as nothing else holds it back.")


@command.command()
@click.argument("letter", type=click.UUID)
@WHO
@click.option("--why", default="", help="Why, for its writer.")
def drop(letter: UUID, email: str, why: str) -> None:
    """Do not send a letter that waits."""
    with eyes(email) as (user, by):
        from rounds.access.allowed import need
        from rounds.actions.reach import letters
        from rounds.kit.clock import now

        need(user, "letters.write")
        letters.drop(_of(letter), why=why, by=by, at=now())
    click.echo("Let go. It is not sent.")


def _mail(key: UUID):
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.models import Message

    row = visible(Message, current()).filter(pk=key).first()
    if row is None:
        raise NoSuchMail
    return row


def _answered(mail, user, named: UUID | None):
    """The person an answer goes to, its thread seen and its record theirs to change."""
    from rounds.access.sight import current
    from rounds.actions.reach import answers

    if named:
        raise SaidTwice
    answers.place(mail, current(), user)
    return answers.person_of(mail)


def _of(key: UUID):
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.models import Message

    row = visible(Message, current()).filter(pk=key, direction="out").first()
    if row is None:
        raise NoSuchLetter
    return row
