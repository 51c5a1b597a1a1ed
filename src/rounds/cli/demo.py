"""`rounds demo`: everything at once, on a synthetic market or on real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click

from rounds.cli.django import start
from rounds.cli.serve import check_free
from rounds.jobs.demo import ADDRESS
from rounds.kit.children import Family
from rounds.kit.refusal import Refusal

ROUNDS = [sys.executable, "-c", "from rounds.cli.main import main; main()"]
REAL = r"SELECT count(*) FROM rounds_user WHERE email !~* '[@.]example$'"
"""People of a demo have addresses that cannot be (RFC 2606)."""
READY_WITHIN = 60
"""Seconds the server may take to answer for the first time."""


class NotInProduction(Refusal):
    """Demo data is refused in production mode. Use `rounds migrate`, `rounds serve`, `rounds worker` and `rounds user add`."""

    status = 403


class NotADemo(Refusal):
    """People work in this database whom the demo does not know, so it is kept. Name a new one with ROUNDS_DATABASE_NAME."""


class NotReady(Refusal):
    """The server does not answer; see what it says above."""


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--universe", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Load the real public hospital files in this folder instead of drawing a market.")  # fmt: skip
@click.option("--check", "checking", is_flag=True, help="Start, log in, open every page of the rail, stop; 0 = all answered.")
@click.option("--data-only", is_flag=True, help="Make the data and the log-in links, then end; as JSON.")
@click.option("--small", is_flag=True, help="A small market, in a tenth of the time.")
@click.option("--history", is_flag=True, help="With two years of a simulated company before, so that numbers have a past; takes minutes.")
@click.option("--anew", is_flag=True, help="Throw the demo that is there away and make it anew. Refused where the database holds more than a demo.")
def command(port: int, folder: Path | None, checking: bool, data_only: bool, small: bool, history: bool, anew: bool) -> None:
    """Start the database, make a believable synthetic market if there is none, and serve it. Ctrl-C stops it all.

    Prints log-in links that work once. Nothing is sent anywhere. The data is kept for the next time.
    """
    if os.environ.get("ROUNDS_MODE") == "production":
        raise NotInProduction
    os.environ.setdefault("ROUNDS_MODE", "demo")
    if history and folder:
        raise click.UsageError("A history is invented, and never beside real hospitals: leave --universe or --history out.")
    if anew:
        throw_away()
    if data_only:
        _data(folder, small, history)
        return
    check_free("127.0.0.1", port)
    address = f"http://127.0.0.1:{port}"
    # What is invented says so on every page: the workspace carries it as its name. Its letters go, into a folder.
    named = {} if folder else {"ROUNDS_COMPANY": os.environ.get("ROUNDS_COMPANY", "Synthetic demo"), "ROUNDS_POSTAL_ADDRESS": os.environ.get("ROUNDS_POSTAL_ADDRESS", ADDRESS)}
    environment = {**os.environ, **named, "ROUNDS_PUBLIC_URL": address}
    _run(environment, "migrate")
    more = [*(["--universe", str(folder)] if folder else []), *(["--small"] if small else []), *(["--history"] if history else [])]
    made = json.loads(_run(environment, "demo", "--data-only", *more))
    links = made["people"]
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    family = Family(environment, lambda said: click.echo(said, err=True))
    try:
        family.start("server", [*ROUNDS, "serve", "--port", str(port)])
        family.start("worker", [*ROUNDS, "worker"])
        _until_ready(family, address)
        if checking:
            _check(address, links)
            return
        _welcome(address, links)
        _go_on(family, made["database"])
    except KeyboardInterrupt:
        click.echo("\nStopping; the data is kept.", err=True)
    finally:
        family.end()


def throw_away() -> None:
    """Drop the demo's database. Raises NotADemo where it is not ours to drop, or people work in it who are invented nowhere."""
    import psycopg

    from rounds.cli.django import deployment
    from rounds.kit import postgres

    folder, name = deployment().data_dir, os.environ.get("ROUNDS_DATABASE_NAME", "rounds")
    if folder is None:
        raise NotADemo("DATABASE_URL names a server of yours: drop the database there, or name another.")
    server = postgres.ensure(folder)
    try:
        with psycopg.connect(server.dsn("rounds_owner", name)) as connection:
            there = connection.execute("SELECT to_regclass('public.rounds_user') IS NOT NULL").fetchone()
            real = connection.execute(REAL).fetchone() if there and there[0] else None
    except psycopg.OperationalError:
        return  # there is none
    if real and real[0]:
        raise NotADemo
    postgres.drop_database(server, name)
    click.echo(f"The demo in {name} was thrown away.", err=True)


def _run(environment: dict[str, str], *command: str) -> str:
    """Run one of our commands to its end and answer what it printed; its own sentence is enough when it refuses."""
    done = subprocess.run([*ROUNDS, *command], env=environment, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise click.exceptions.Exit(done.returncode)
    return done.stdout


def _data(folder: Path | None, small: bool, history: bool) -> None:
    start("worker")
    from django.conf import settings

    from rounds.access.sight import system_sight
    from rounds.actions.people import logins
    from rounds.jobs.demo import build, size
    from rounds.jobs.simulate.writing import Asked
    from rounds.kit.clock import now

    if settings.PRODUCTION:
        raise NotInProduction
    cast = build.ensure(
        now(), size=size.LITE if small else size.FULL, folder=folder, say=lambda said: click.echo(f"  {said} …", err=True),
        history=Asked(**size.HISTORY) if history else None,
    )
    with system_sight():
        links = {
            user.email: {"name": user.name, "link": logins.make_link(user, by=cast.admin.actor, at=now())}
            for user in (cast.admin, cast.owner, cast.colleague)
        }
    own = None if settings.CONFIG.database_url else str(settings.CONFIG.data_dir or settings.ROOT / "var" / "postgres")
    click.echo(json.dumps({"people": links, "database": own}))


def _go_on(family: Family, database: str | None) -> None:
    """Replace whoever dies, the embedded database (its folder is `database`) included, until Ctrl-C."""
    from rounds.kit import postgres

    while True:
        for _ in range(5):
            time.sleep(1)
            family.look_after()
        if database:
            postgres.ensure(Path(database))


def _until_ready(family: Family, address: str) -> None:
    from urllib.error import URLError
    from urllib.request import urlopen

    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        family.look_after()
        try:
            with urlopen(f"{address}/health/ready/", timeout=5) as answer:  # noqa: S310 - our own loopback address
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.05)
    raise NotReady


def _welcome(address: str, links: dict[str, dict[str, str]]) -> None:
    click.echo(f"\nRounds runs on {address}\n\nLog in (each link works once, within 30 minutes):")
    admin, rep, other = links.values()
    for who, part in ((admin, "RevOps admin, sees everything"), (rep, "account executive, Northeast and Midwest"),
                      (other, "her colleague in the West, who sees none of hers")):  # fmt: skip
        click.echo(f"  {who['name']}, {part}\n    {address}/login/link/{who['link']}/")
    click.echo(f"\nAnother link: rounds user link {next(iter(links))}\nCtrl-C stops everything; the data is kept.")


def _check(address: str, links: dict[str, dict[str, str]]) -> None:
    """Log in as the admin and open every page the rail links to. Raises NotReady naming those that do not answer."""
    from rounds.cli.visit import pages_answered

    answered = pages_answered(address, next(iter(links.values()))["link"])
    for path, status in answered.items():
        click.echo(f"{status}  {path}")
    if wrong := [path for path, status in answered.items() if status != 200]:
        raise NotReady(f"{len(wrong)} of {len(answered)} pages did not answer with 200: {', '.join(wrong[:5])}.")
