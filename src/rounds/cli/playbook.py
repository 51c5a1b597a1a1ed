"""`rounds playbook check | keys | init | diff | publish | export`."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

import click

from rounds.kit.refusal import Refusal


class FolderTaken(Refusal):
    """That folder holds files already; choose an empty one."""


@click.group("playbook")
def command() -> None:
    """The company's method as data: check it, see its choices, try it, publish it."""


def _load(folder: str | None):
    from rounds import playbook as playbooks

    return playbooks.load(Path(folder)) if folder else playbooks.default()


@command.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True)
def check(folder: str | None, as_json: bool) -> None:
    """Read FOLDER (default: the shipped playbook) strictly and say what is wrong or odd."""
    from rounds import playbook as playbooks

    found = playbooks.findings(_load(folder))
    if as_json:
        click.echo(json.dumps([_plain(f) for f in found]))
        return
    for finding in found:
        click.echo(f"{finding.severity:<8}{finding.file}:{finding.line}  {finding.sentence}")
        if finding.mend:
            click.echo(f"        → {finding.mend}")
    errors = sum(f.severity == "error" for f in found)
    click.echo(f"{len(found)} findings, {errors} errors.")
    if errors:
        raise click.exceptions.Exit(1)


@command.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True)
def keys(folder: str | None, as_json: bool) -> None:
    """List every choice between readings: conflict, key, default, alternatives."""
    from rounds import playbook as playbooks

    found = playbooks.keys(_load(folder))
    if as_json:
        click.echo(json.dumps([_plain(k) for k in found]))
        return
    for key in found:
        others = " | ".join(map(str, key.alternatives)) or "a number"
        click.echo(f"{key.conflict:<8} {key.key:<36} {key.default!s:<16} {others}\n         {key.file}: {key.says}")


@command.command()
@click.argument("folder", type=click.Path(file_okay=False))
def init(folder: str) -> None:
    """Write the shipped playbook into FOLDER, to be edited there."""
    from rounds import playbook as playbooks

    _write(playbooks.default().files, Path(folder))


@command.command()
@click.argument("folder", type=click.Path(file_okay=False))
def export(folder: str) -> None:
    """Write the playbook in force into FOLDER, even one that this version of Rounds cannot read."""
    from rounds.cli.django import start

    start("worker")
    from rounds.models.flow.active import files_in_force

    _write(files_in_force(), Path(folder))


def _write(files: dict[str, str], folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise FolderTaken(f"{folder} holds files already; choose an empty folder.")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    click.echo(f"{len(files)} files written to {folder}.")


@command.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True)
def diff(folder: str, as_json: bool) -> None:
    """Compare FOLDER with the playbook in force: its lines, and which leads and accounts change band or tier."""
    from rounds.cli.django import start

    start("worker")
    from rounds.access.sight import system_sight
    from rounds.analytics.flow import what_if
    from rounds.models.flow.active import active

    theirs = _load(folder)
    with system_sight():
        ours = active().playbook
        moved = what_if.compare(ours, theirs)
    if as_json:
        click.echo(json.dumps(moved.plain(), default=str))
        return
    for name in sorted(set(ours.files) | set(theirs.files)):
        before, after = ours.files.get(name, ""), theirs.files.get(name, "")
        if before != after:
            lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="", n=1)
            click.echo("\n".join(lines))
    click.echo(moved.says())


@command.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
@click.option("--reason", required=True, help="Why the playbook changes; kept with the version.")
@click.option("--as", "email", default=None, help="The person who publishes.")
@click.option("--json", "as_json", is_flag=True)
def publish(folder: str, reason: str, email: str | None, as_json: bool) -> None:
    """Check FOLDER and make it the playbook in force."""
    from rounds.cli.django import start

    book = _load(folder)
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.flow import playbooks
    from rounds.cli.people import actor
    from rounds.kit.clock import now

    with system_sight():
        version = playbooks.publish(book.files, reason=reason, by=actor(email), at=now())
    said = {"number": version.number, "hash": version.hash, "reason": version.reason}
    click.echo(json.dumps(said) if as_json else f"Published as v{version.number} ({version.hash[:12]}).")


def _plain(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}
