"""`rounds subject find | access | erase`: a person in the data, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rounds.cli.django import start

if TYPE_CHECKING:
    from rounds.kit.actor import Actor
    from rounds.models import SubjectRequest

WHO = click.argument("who")
AS = click.option("--as", "email", metavar="EMAIL", required=True, help="Who answers: an admin or a compliance officer.")
STATE = click.option("--state", default="", metavar="CODE", help="The law of their state, such as ca or co.")
JSON = click.option("--json", "as_json", is_flag=True, help="Answer with data.")


@click.group("subject")
def command() -> None:
    """People in the data who ask to see what is kept, or to be erased."""


def _officer(email: str) -> Actor:
    """Who answers. Raises NotAllowed for one who may not."""
    start("web")
    from rounds.access.allowed import need
    from rounds.access.sight import sight
    from rounds.cli.people import actor
    from rounds.kit.scope import Scope
    from rounds.models import User

    with sight(Scope(everything=True)):
        by = actor(email)
        need(User.objects.get(pk=by.id), "subjects.manage")
    return by


@command.command()
@WHO
@AS
@JSON
def find(who: str, email: str, as_json: bool) -> None:
    """Where WHO (an e-mail address, a telephone number or a name) stands in the data: ids and counts."""
    by = _officer(email)
    from rounds.actions.trust import subjects
    from rounds.kit.clock import now

    person = subjects.look_up(who, by=by, at=now())
    counts = {name: n for name, n in person.counts.items() if n}
    said = {"contacts": [str(key) for key in person.contact_ids], "leads": [str(key) for key in person.lead_ids],
            "users": len(person.users), "counts": counts}  # fmt: skip
    if as_json:
        click.echo(json.dumps(said))
    else:
        click.echo("\n".join(f"{n:>8,} {name}" for name, n in counts.items()) or "Nobody in the data is that.")
    if not person.known:
        raise click.exceptions.Exit(1)


@command.command()
@WHO
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@AS
@STATE
@JSON
def access(who: str, file: Path, email: str, state: str, as_json: bool) -> None:
    """Write everything kept of WHO into FILE (a ZIP), as an answered request."""
    by = _officer(email)
    from django.conf import settings

    from rounds.actions.trust import subject_file, subjects
    from rounds.documents.subject import archive
    from rounds.kit.clock import now

    request = _asked("access", who, state, by)
    said = subject_file.made(request, by=by, at=now())
    file.write_bytes(archive(said, company=settings.CONFIG.company))
    file.chmod(0o600)
    subjects.close(request, outcome="Written by the command line", by=by, at=now())
    told = {"request": str(request.id), "file": str(file), "entries": sum(kind["count"] for kind in said["kinds"])}
    click.echo(json.dumps(told) if as_json else f"{told['entries']:,} entries in {file}; keep it as you keep what is in it.")


@command.command()
@WHO
@AS
@STATE
@click.option("--yes", is_flag=True, help="Erase without asking again. Nobody takes it back.")
@JSON
def erase(who: str, email: str, state: str, yes: bool, as_json: bool) -> None:
    """Erase WHO from the data, for good; what would go is said first."""
    by = _officer(email)
    from rounds.actions.trust import erasing
    from rounds.kit.clock import now

    request = _asked("erasure", who, state, by)
    preview = erasing.preview(request)
    if not as_json:
        click.echo("\n".join(f"{n:>8,} {name}" for name, n in preview.goes.items()))
    if not yes and not click.confirm("Erase this person? Nobody takes it back", err=True):
        click.echo(f"Nothing was erased; the request {request.id} is open.", err=True)
        raise click.exceptions.Exit(1)
    certificate = erasing.erase(request, by=by, at=now())
    told: dict[str, Any] = {"request": str(request.id), "certificate": str(certificate.id), "gone": preview.goes}
    click.echo(json.dumps(told) if as_json else f"Erased. The certificate is {certificate.id}.")


def _asked(kind: str, who: str, state: str, by: Actor) -> SubjectRequest:
    from rounds.actions.trust import subjects
    from rounds.kit.clock import now

    return subjects.begin(kind, who, state=state, by=by, at=now())
