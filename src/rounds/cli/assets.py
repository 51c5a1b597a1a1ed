"""`rounds assets`: what browsers load, made ready for production."""

from __future__ import annotations

import click

from rounds.cli.django import start
from rounds.kit.refusal import Refusal


class NotBuilt(Refusal):
    """The styles and scripts are not built; run `npm ci` and `npm run build`, or take a package that holds them."""


@click.group("assets")
def command() -> None:
    """Styles, scripts, fonts and icons."""


@command.command("collect")
def collect() -> None:
    """Copy them to ROUNDS_STATIC_DIR (default var/static) with hashed names and packed forms. Safe to run again."""
    start("web")
    from django.conf import settings
    from django.core.management import call_command

    if not all((place / "build" / "app.js").is_file() for place in settings.STATICFILES_DIRS):
        raise NotBuilt
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    count = sum(1 for file in settings.STATIC_ROOT.rglob("*") if file.is_file())
    click.echo(f"{count} files lie in {settings.STATIC_ROOT}.")
