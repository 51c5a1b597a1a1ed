"""Starts Django for a command, as one of the three database roles."""

from __future__ import annotations

import os

from rounds.kit.refusal import Refusal


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
