"""What belongs to an account follows it: contacts and leads carry its unit, contacts its territory, because sight and
lists read these columns where they stand."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

FOLLOW = """
    UPDATE {table} f SET {column} = a.{column} FROM rounds_account a
     WHERE a.id = f.account_id AND f.{column} IS DISTINCT FROM a.{column} AND (%(all)s OR a.id = ANY(%(ids)s))
       AND ('{column}' <> 'buying_unit_id' OR f.buying_unit_id IS NULL OR f.buying_unit_id NOT IN (SELECT rounds_held_accounts()))
"""
"""A unit on legal hold keeps what stands at it (models/ground/holds.sql)."""


def follow_unit(accounts: Collection[UUID] | None = None) -> int:
    """Give contacts and leads of `accounts` (None: of all) the buying unit of their account; how many had another."""
    return sum(_follow(table, "buying_unit_id", accounts) for table in ("rounds_contact", "rounds_lead"))


def follow_territory(accounts: Collection[UUID]) -> int:
    """Give contacts of `accounts` the territory of their account; how many had another. (A lead is placed with its
    verdict.)"""
    return _follow("rounds_contact", "territory", accounts)


def _follow(table: str, column: str, accounts: Collection[UUID] | None) -> int:
    with connection.cursor() as cursor:
        asked = {"all": accounts is None, "ids": list(accounts or ())}
        cursor.execute(FOLLOW.format(table=table, column=column), asked)
        return cursor.rowcount
