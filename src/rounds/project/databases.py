"""Which database a process talks to, and as which of the three roles."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from rounds.project.config import ROOT, Config, addresses, own_address

ROLES = {"owner": "rounds_owner", "web": "rounds_web", "worker": "rounds_worker"}

PATIENCE = 120_000
"""Milliseconds a statement of a request may take."""


def database(config: Config) -> dict[str, Any]:
    """Django's DATABASES["default"] for this process.

    The process's own address comes first, then DATABASE_URL; without either the embedded server is started (or
    found) and its private socket used.
    """
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
    url = addresses(config).get(own_address(config)) or config.database_url
    settings.update(_remote(url, config) if url else _embedded(config))
    options = settings.setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 10)
    if config.process == "web":
        # Whoever asked has gone long before: a statement that nobody waits for any more must not keep a processor for itself.
        options["options"] = f"{options.get('options', '')} -c statement_timeout={PATIENCE}".strip()
        # A request waits four seconds for a connection, then says 503. The pool gives an attempt up after two: left to
        # itself it doubles its pauses, and a database that was away for minutes would be missed for minutes more.
        options["pool"] = {"min_size": 1, "max_size": 12, "timeout": 4, "reconnect_timeout": 2}
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


def _remote(url: str, config: Config) -> dict[str, Any]:
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    if config.process != "owner":
        # Row security tests the role by its name: whoever logs in steps down to it, so one address for all will do.
        options["options"] = f"{options.get('options', '')} -c role={ROLES[config.process]}".strip()
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "rounds",
        "HOST": options.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(options.pop("port", None) or parts.port or ""),
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }
