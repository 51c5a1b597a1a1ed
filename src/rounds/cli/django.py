"""Starts Django for a command, as one of the three database roles."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from rounds.kit.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Deployment:
    """`data_dir`: the folder of the embedded database, None where DATABASE_URL names another."""

    data_dir: Path | None
    keyring: Path
    backups: Path
    keep: int
    archive_timeout: int


class NotConfigured(Refusal):
    """Rounds does not start like this."""


def start(process: str) -> None:
    """Set Django up as `process` (web, worker or owner). The role is said before the settings are read.

    Raises NotConfigured with the sentences of `project.config` when the environment is weak or wrong.
    """
    os.environ["ROUNDS_PROCESS"] = process
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rounds.project.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise NotConfigured(str(error)) from error


def deployment() -> Deployment:
    """What a command needs that must not start (or ask) a database, because there may be none to ask.

    Raises NotConfigured with the sentences of `project.config`.
    """
    said = import_module("rounds.project.config")
    try:
        config = said.read()
    except said.NotConfigured as error:
        raise NotConfigured(str(error)) from error
    own = None if config.database_url else config.data_dir or said.ROOT / "var" / "postgres"
    return Deployment(own, said.keyring(config), said.backups(config), config.backup_keep, config.archive_timeout)
