"""Encryption: what lies in the database, what goes over the wire, and the cookies."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from rounds.analytics.trust.checks.finding import Finding, Look, ask, failed, passed, unknown
from rounds.kit import keys
from rounds.models.sealed import sealed_columns

TRYING_OUT = ("demo", "test", "development")


def at_rest(look: Look) -> Finding:
    """No sealed column holds a plain value, and the ring opens what was sealed last."""
    plain, sealed = {}, 0
    names = connection.ops.quote_name
    for table, column in _places():
        where = f"FROM {names(table)} WHERE {names(column)} <> ''"
        open_, shut = ask(f"SELECT count(*) FILTER (WHERE left({names(column)}, 7) <> %s), count(*) {where}", keys.MARK)[0]
        sealed += shut - open_
        if open_:
            plain[f"{table}.{column}"] = open_
    used = _keys_used()
    try:
        ring = keys.ring()
    except keys.KeyMissing as missing:
        return failed(f"The key ring cannot be used: {missing}", plain=plain)
    if plain:
        worst = ", ".join(f"{count:,} in {name}" for name, count in plain.items())
        return failed(f"Values lie in the clear where they must be sealed: {worst}.", "", "Run rounds keys rotate", plain=plain)
    if lost := sorted(used - set(ring.keys)):
        return failed(f"The ring lacks the key {lost[0]}, which values are sealed with.", keys_missing=lost)
    return passed(f"AES-256-GCM: {sealed:,} values in {len(_places())} columns, none in the clear.",
                  sealed=sealed, columns=len(_places()), active=ring.active)  # fmt: skip


def _places() -> list[tuple[str, str]]:
    return [(one.table, one.column) for one in sealed_columns()]


def _keys_used() -> set[str]:
    used: set[str] = set()
    names = connection.ops.quote_name
    for table, column in _places():
        used |= {row[0] for row in ask(f"SELECT DISTINCT split_part({names(column)}, ':', 2) FROM {names(table)}"
                                       f" WHERE left({names(column)}, 7) = %s", keys.MARK)}  # fmt: skip
    return used


def key_age(look: Look) -> Finding:
    """How long ago the key was changed: the last finished rotation, else when the ring's file was written."""
    from rounds.models import KeyRotation

    rotated = KeyRotation.objects.exclude(finished_at=None).order_by("-finished_at").first()
    try:
        since = rotated.finished_at if rotated else datetime.fromtimestamp(keys.where().stat().st_mtime, UTC)
    except (OSError, keys.KeyMissing):
        return unknown("The file of the key ring cannot be looked at.")
    days, most = (look.at - since).days, look.playbook.checks.limits.key_older_than.days
    if days > most:
        return failed(f"The key is {days} days old; it is changed within {most}.", "", "Run rounds keys rotate", days=days)
    return passed(f"The key is {days} days old; it is changed within {most}.", days=days, since=since.isoformat())


def in_transit(look: Look) -> Finding:
    """The way to the database is a socket of this machine or TLS, and people come by https."""
    host = settings.DATABASES["default"].get("HOST") or ""
    local = host.startswith("/")
    tls = bool(ask("SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)")[0][0])
    said = {"database": "socket" if local else "tls" if tls else "open", "public_url": settings.CONFIG.public_url}
    if not local and not tls:
        return failed("The connection to the database is neither TLS nor a socket of this machine.", **said)
    if settings.CONFIG.public_url.startswith("https://"):
        return passed(f"The database is reached by {'a private socket' if local else 'TLS'}, the pages by https.", **said)
    if settings.CONFIG.mode in TRYING_OUT and urlsplit(settings.CONFIG.public_url).hostname in ("127.0.0.1", "localhost", "::1"):
        return unknown("Trying out on this machine alone: the pages come without https, which production refuses.", **said)
    return failed("The pages are served without https.", **said)


def cookies(look: Look) -> Finding:
    """Session and CSRF cookies travel by https alone, and no script reads the session's."""
    said = {"secure": bool(settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE),
            "http_only": bool(settings.SESSION_COOKIE_HTTPONLY), "same_site": settings.SESSION_COOKIE_SAMESITE}  # fmt: skip
    if said["secure"] and said["http_only"] and said["same_site"] in ("Lax", "Strict"):
        return passed("Cookies are secure, closed to scripts and bound to this site.", **said)
    if settings.CONFIG.mode in TRYING_OUT:
        return unknown("Trying out without https: production makes the cookies secure.", **said)
    return failed("Cookies may travel without https or be read by scripts.", **said)


CHECKS = {"encryption_at_rest": at_rest, "key_age": key_age, "encryption_in_transit": in_transit, "cookies": cookies}
