"""`rounds explain RULE --given FILE|-`: one way to ask any rule."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from rounds.kit.refusal import Refusal


class GivenRefused(Refusal):
    """What is given cannot be read."""

    status = 422


@click.command("explain")
@click.argument("rule")
@click.option("--given", "given", default=None, help="A JSON or YAML file with one record, or - for standard input.")
@click.option("--set", "choices", multiple=True, metavar="KEY=VALUE", help="Try another choice of the playbook.")
@click.option("--at", "at", default=None, help="The moment to ask about, such as 2026-03-06T10:00:00.")
@click.option("--playbook", "folder", type=click.Path(exists=True, file_okay=False), help="A playbook folder.")
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def command(rule: str, given: str | None, choices: tuple[str, ...], at: str | None, folder: str | None, as_json: bool):
    """Evaluate RULE (such as scoring/lead_fit) on given facts and say why.

    Facts may be raw (beds, ehr, it_budget_usd, state) or the level code of any criterion. RULE#model and
    RULE#table ask about the rule itself.
    """
    from rounds import playbook as playbooks
    from rounds import rules

    book = playbooks.load(Path(folder)) if folder else playbooks.default()
    tried = dict(_choice(text) for text in choices)
    answer = rules.explain(book, rule, _given(given), at=_moment(at), set=tried or None)
    if as_json:
        click.echo(json.dumps(answer, default=str))
    else:
        _say(answer)


def _given(where: str | None) -> dict[str, Any]:
    if where is None:
        return {}
    try:
        text = sys.stdin.read() if where == "-" else Path(where).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GivenRefused(f"{where} cannot be read as text: {error}.") from error
    try:
        record = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        raise GivenRefused(
            f"{where} is not JSON (line {error.lineno}: {error.msg}); write one record like {{\"beds\": 400}}."
        ) from error
    if not isinstance(record, dict):
        raise GivenRefused(f"{where} must hold one record like {{\"beds\": 400}}, not a {type(record).__name__}.")
    return record


def _choice(text: str) -> tuple[str, Any]:
    key, is_, value = text.partition("=")
    if not is_ or not key:
        raise GivenRefused(f"--set takes KEY=VALUE, not “{text}”; `rounds playbook keys` lists the keys.")
    return key, int(value) if value.lstrip("-").isdigit() and not value.startswith("0") else value


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise GivenRefused(f"--at takes a moment like 2026-03-06T10:00:00, not “{text}”.") from error


def _say(answer: dict[str, Any]) -> None:
    click.echo(f"{answer['rule']}  playbook {answer['playbook'][:12]}")
    skip = {"rule", "playbook", "at", "lines", "missing", "questions", "points", "levels"}
    for key, value in answer.items():
        if key not in skip and value not in (None, [], {}):
            click.echo(f"  {key.replace('_', ' ')}: {value}")
    for line in answer["lines"]:
        points = "" if line.get("points") is None else f"{line['points']:>4}"
        click.echo(f"  {points:>4}  {line['what']:<28} {line['level'] or '?'!s:<14} {line['why']}  [{line['source']}]")
    if answer.get("missing"):
        click.echo("  missing: " + ", ".join(answer["missing"]))
