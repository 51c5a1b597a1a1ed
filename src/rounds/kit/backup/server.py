"""The PostgreSQL that is backed up: how it is reached, and its own programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg

from rounds.kit.postgres import binaries, databases, home
from rounds.kit.postgres.account import account_for

from .refusal import BackupRefused


@dataclass(frozen=True, slots=True)
class Source:
    """`address`: where a role with REPLICATION and pg_read_all_settings logs in (libpq words; a password stands in
    ~/.pgpass, never here). `programs`: the folder with pg_basebackup and the rest, of the server's own version."""

    address: str
    programs: Path

    @classmethod
    def embedded(cls, data_dir: Path) -> Source:
        """The embedded server of `data_dir`."""
        at = home.find(data_dir)
        found = binaries.for_home(at, account_for(at.at))
        return cls(f"host='{at.socket_dir}' port={home.PORT} user={databases.SUPERUSER}", found.folder / "bin")

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection; each statement commits by itself. Raises BackupRefused."""
        try:
            return psycopg.connect(self.address, dbname=database, autocommit=True, connect_timeout=10)
        except psycopg.Error as error:
            raise BackupRefused(f"The database to back up does not answer: {str(error).splitlines()[0][:200]}") from error

    def told(self) -> dict[str, str]:
        """system (the cluster's number), version, major, segment (bytes of a WAL file), bytes, archive_mode, command, user."""
        with self.connect() as connection:
            row = connection.execute(
                "SELECT (SELECT system_identifier FROM pg_control_system())::text, current_setting('server_version'),"
                " current_setting('server_version_num')::int / 10000, (SELECT setting FROM pg_settings WHERE name ="
                " 'wal_segment_size'), (SELECT coalesce(sum(pg_database_size(oid)), 0) FROM pg_database WHERE datallowconn)::text,"
                " current_setting('archive_mode'), current_user"
            ).fetchone()
        names = ("system", "version", "major", "segment", "bytes", "archive_mode", "user")
        return {name: str(value) for name, value in zip(names, row or (), strict=True)}
