"""`rounds phi check FILE|-`: what in a text looks like patient data, by kind and place."""

from __future__ import annotations

import json
from pathlib import Path

import click

from rounds.kit.refusal import Refusal


class NotReadable(Refusal):
    """The file cannot be read."""

    status = 422


@click.group("phi")
def command() -> None:
    """Text that looks like patient data (trust/phi.yaml)."""


@command.command()
@click.argument("file")
@click.option("--playbook", "folder", type=click.Path(path_type=Path), help="A playbook's folder; without it the shipped one.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def check(file: str, folder: Path | None, as_json: bool) -> None:
    """Look through FILE (`-` reads what is piped in); line, column and kind of each finding, never the value.

    Exit status 1 where something was found.
    """
    from rounds.playbook import default
    from rounds.playbook.loader import load
    from rounds.rules import phi

    book = (load(folder) if folder else default()).phi
    text = _read(file)
    found = [{"kind": one.kind, "title": phi.title(book, one.kind), "line": text.count("\n", 0, one.start) + 1,
              "column": one.start - (text.rfind("\n", 0, one.start) + 1) + 1, "characters": one.end - one.start}
             for one in phi.found(book, text)]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"findings": found}))
    else:
        for one in found:
            click.echo(f"{file}:{one['line']}:{one['column']}: {one['title']}")
        click.echo(f"{len(found):,} places look like patient data." if found else "Nothing looks like patient data.")
    if found:
        raise click.exceptions.Exit(1)


def _read(file: str) -> str:
    try:
        return click.get_text_stream("stdin").read() if file == "-" else Path(file).read_text(errors="replace")
    except OSError as error:
        raise NotReadable(f"{file} cannot be read ({error.strerror}).") from error
