"""Which database a process talks to, and as which of the three roles."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from rounds.project.config import ROOT, Config

ROLES = {"owner": "rounds_owner", "web": "rounds_web", "worker": "rounds_worker"}


def database(config: Config) -> dict[str, Any]:
    """Django's DATABASES["default"] for this process.

    Without DATABASE_URL the embedded server is started (or found) and its private socket used.
    """
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
    settings.update(_remote(config) if config.database_url else _embedded(config))
    options = settings.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 10)
    if config.process == "web":
        options["pool"] = {"min_size": 1, "max_size": 12, "timeout": 10}
    return settings


def _embedded(config: Config) -> dict[str, Any]:
    from rounds.kit import postgres

    server = postgres.ensure(config.data_dir or ROOT / "var" / "postgres")
    return {
        "NAME": config.database_name,
        "HOST": str(server.socket_dir),
        "PORT": str(server.port),
        "USER": ROLES[config.process],
        "PASSWORD": "",
    }


def _remote(config: Config) -> dict[str, Any]:
    own = {"web": config.database_url_web, "worker": config.database_url_worker, "owner": ""}[config.process]
    parts = urlsplit(own or config.database_url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if not own and config.process != "owner":
        # One address for all: the session still steps down to its own role, so row security holds.
        options["options"] = f"-c role={ROLES[config.process]}"
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "rounds",
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }
