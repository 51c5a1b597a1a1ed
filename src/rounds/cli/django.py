"""Starts Django for a command, as one of the three database roles."""

from __future__ import annotations

import os


def start(process: str) -> None:
    """Set Django up as `process` (web, worker or owner). The role is said before the settings are read."""
    os.environ["ROUNDS_PROCESS"] = process
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rounds.project.settings")
    import django

    django.setup()
