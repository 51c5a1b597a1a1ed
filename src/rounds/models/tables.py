"""Which state of our tables a database has. Until the first release the first migrations are made anew whenever a model changes:
a database of before then lacks what the code asks for, and says so once instead of failing page by page."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from django.db import connection

from rounds.kit.refusal import Refusal

HERE = Path(__file__).resolve().parent
MARK = "rounds tables "


class OtherTables(Refusal):
    """This database was made by another state of Rounds, whose tables are different, and before the first release no way leads from one
    to the other. A demo is made anew with `rounds demo --anew`. For records of your own stay with the state you had, or name a new
    database with ROUNDS_DATABASE_NAME."""

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


def state() -> str:
    """What the migrations and the ground below them say, as a hash: 16 hexadecimal digits."""
    files = sorted([*(HERE / "migrations").glob("0*.py"), *(HERE / "ground").glob("*.sql")])
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def check() -> None:
    """Go on only if the database is empty or has these tables. Raises OtherTables (409)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_migrations') IS NULL, coalesce(obj_description('public'::regnamespace), '')")
        empty, said = cursor.fetchone()
    if not empty and said != MARK + state():
        raise OtherTables


def keep() -> None:
    """Say in the database which tables it has now: on its schema, which every copy and backup carries along."""
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON SCHEMA public IS '{MARK}{state()}'")
