"""Roles and databases inside the embedded server."""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg
from psycopg import sql

from .home import PORT, Home
from .refusal import DatabaseRefused

SUPERUSER = "postgres"
LEFT_BEHIND = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DuplicateDatabase,
    psycopg.errors.DuplicateObject,
    psycopg.errors.ObjectInUse,
)
"""What making says when somebody else is making the same just now, or has this moment."""
TRIES, PAUSE = 40, 0.25


class DatabaseExists(DatabaseRefused):
    """A database of that name is there already."""

    status = 409


def connect(home: Home, database: str = "postgres") -> psycopg.Connection:
    """A connection as the superuser, for the launcher's own work; each statement commits by itself."""
    return _connect(str(home.socket_dir), PORT, database)


def _connect(socket_dir: str, port: int, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=socket_dir,
        port=port,
        user=SUPERUSER,
        dbname=database,
        autocommit=True,
        connect_timeout=5,
        application_name="launcher",
    )


def has_all(home: Home, roles: Sequence[str], database: str) -> bool:
    """Whether the server answers and holds every one of `roles` and `database` already."""
    with connect(home) as connection:
        return _has_all(connection, roles, database)


def _has_all(connection: psycopg.Connection, roles: Sequence[str], database: str) -> bool:
    row = connection.execute(
        "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)), "
        "(SELECT count(*) FROM pg_database WHERE datname = %s)",
        [list(roles), database],
    ).fetchone()
    return row == (len(set(roles)), 1)


def provide(home: Home, roles: Sequence[str], database: str) -> None:
    """Make what is lacking of `roles` and `database`.

    The first role owns the database and may make others (test databases); the rest may only log in. None is a
    superuser, none passes by row security.
    """
    with connect(home) as connection:
        for _ in range(TRIES):
            try:
                return _provide(connection, roles, database)
            except LEFT_BEHIND:
                # A launcher that was killed leaves its last statement running in the server: look again when it ended.
                time.sleep(PAUSE)
        _provide(connection, roles, database)


def _provide(connection: psycopg.Connection, roles: Sequence[str], database: str) -> None:
    if not _has_all(connection, roles, database):
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for position, role in enumerate(roles):
            if role not in there:
                may = "CREATEDB" if position == 0 else "NOCREATEDB"
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION " + may).format(
                        sql.Identifier(role)
                    )
                )
        names = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        if database not in names:
            _create(connection, database, template=None, owner=roles[0])


def create_database(server, name: str, template: str | None = None) -> str:
    """Make the database `name` on `server`, owned as `server.database` is; a copy of `template` where given.

    Nobody may be connected to the template meanwhile. Returns the name. Raises DatabaseExists.
    """
    with _connect(str(server.socket_dir), server.port, "postgres") as connection:
        row = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [server.database]
        ).fetchone()
        owner = row[0] if row else SUPERUSER
        try:
            _create(connection, name, template, owner)
        except psycopg.errors.DuplicateDatabase:
            raise DatabaseExists(
                f"The database {name} is there already: drop it first or choose another name."
            ) from None
    return name


def _create(connection: psycopg.Connection, name: str, template: str | None, owner: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(owner), sql.Identifier(template or "template1")
    )
    connection.execute(statement)


def drop_database(server, name: str) -> None:
    """Drop the database `name` if it is there, closing the connections to it."""
    with _connect(str(server.socket_dir), server.port, "postgres") as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
