"""`rounds forecast`: what a quarter brings; `learn` of our deals; `backtest` how right that was; `lock` what is over."""

from __future__ import annotations

import json
from typing import Any

import click

from rounds.cli.django import start


@click.group("forecast", invoke_without_command=True)
@click.option("--quarter", "code", default="", metavar="2026-Q4", help="The running one unless said.")
@click.option("--as", "email", metavar="EMAIL", help="Whose eyes (else: everything).")
@click.option("--by", default="owner", type=click.Choice(["owner", "team", "territory", "segment"]), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Answer with data; amounts are cents.")
@click.pass_context
def command(context: click.Context, code: str, email: str | None, by: str, as_json: bool) -> None:
    """What a quarter brings: won, called, held, four methods, the range, coverage."""
    if context.invoked_subcommand:
        return
    start("web" if email else "worker")
    said = _told(code, email, by)
    click.echo(json.dumps(said)) if as_json else _say(said)


def _told(code: str, email: str | None, by: str) -> dict[str, Any]:
    from rounds.access.scope import scope_of
    from rounds.access.sight import EVERYTHING, sight
    from rounds.actions.numbers.quarters import quarter_said
    from rounds.analytics.forecast.groups import Asked
    from rounds.analytics.forecast.quarter import quarter
    from rounds.analytics.forecast.told import told
    from rounds.cli.people import actor
    from rounds.kit.clock import now
    from rounds.models import User
    from rounds.models.deals.standing import outcomes
    from rounds.models.flow.active import active

    at, book = now(), active().playbook
    with sight(EVERYTHING):
        seen = outcomes(book)
        scope = scope_of(User.objects.get(pk=actor(email).id)) if email else EVERYTHING
    with sight(scope):
        return told(quarter(scope, Asked(quarter_said(code, at), by=by), book, at, seen))


def _say(said: dict[str, Any]) -> None:
    def dollars(cents: int | None) -> str:
        return "–" if cents is None else f"${cents / 100:,.0f}"

    click.echo(f"{said['name']}, {len(said['deals'])} open deals{', locked' if said['locked'] else ''}")
    lines = [("Won", said["won_cents"]), ("Rep call" if said["called"] else "Won and commit", said["call_cents"]), ("Manager", said["held_cents"]),
             *((one["title"], one["cents"]) for one in said["methods"])]  # fmt: skip
    for word, cents in lines:
        click.echo(f"  {word:<22} {dollars(cents):>16}")
    if found := said["range"]:
        click.echo(f"  {'P10 · P50 · P90':<22} {dollars(found['p10_cents']):>16} {dollars(found['p50_cents']):>16} {dollars(found['p90_cents']):>16}")
    cover = said["coverage"]
    if cover["quota_cents"] is not None:
        times = "–" if cover["times"] is None else f"{cover['times']:.1f}×"
        click.echo(f"  {'Quota':<22} {dollars(cover['quota_cents']):>16}   coverage {times} of {cover['target']:g}×, gap {dollars(cover['gap_cents'])}")
    if said["past_close"]["deals"]:
        click.echo(f"  {said['past_close']['deals']} deals whose close has passed, {dollars(said['past_close']['cents'])}, count in no method by close date")


@command.command()
def learn() -> None:
    """Learn of all deals as they stand. The worker does this every night."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.numbers import learning
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now

    with system_sight():
        row = learning.learn_now(by=SYSTEM_ACTOR, at=now())
    click.echo(f"Learned of {row.deals} closed deals; {len(row.past)} past weeks forecast again.")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Answer with data.")
def backtest(as_json: bool) -> None:
    """Forecast each past week of our own deals again, from what was known then, beside simple ways."""
    start("worker")
    from dataclasses import asdict

    from rounds.access.sight import system_sight
    from rounds.actions.numbers.learning import tried
    from rounds.kit.clock import now
    from rounds.models.flow.active import active
    from rounds.models.numbers.history import history, today
    from rounds.rules.forecast.backtest import score

    book = active().playbook
    with system_sight():
        trials = tried(history(book), book, today(book, now()))
    if not trials:
        click.echo(json.dumps({"trials": 0}) if as_json else f"Too few deals are closed: {book.forecast.backtest.least} are the least.")
        return
    found = score(trials)
    if as_json:
        click.echo(json.dumps(asdict(found)))
        return
    click.echo(f"{found.trials} weeks: P10–P90 held {found.held:.0%} (each deal by itself: {found.held_alone:.0%}); the mean was {found.error:.1%} off")
    before = "" if found.before is None else f"; the same days 13 weeks earlier {found.before:.1%} (ours there {found.beside:.1%})"
    click.echo(f"win rate × mean value would have been {found.naive:.1%} off{before}; forecast ÷ actual {found.lean:.2f}")


@command.command()
@click.argument("code", metavar="2026-Q3")
def lock(code: str) -> None:
    """Lock a quarter that is over."""
    start("worker")
    from rounds.access.sight import system_sight
    from rounds.actions.numbers import locking
    from rounds.actions.numbers.quarters import quarter_said
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.kit.clock import now

    with system_sight():
        row = locking.lock(quarter_said(code, now()), by=SYSTEM_ACTOR, at=now())
    click.echo(f"{row.code} is locked since {row.at:%-d %b %Y}.")
