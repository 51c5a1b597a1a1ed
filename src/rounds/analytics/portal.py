"""What the portal says to a customer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Care:
    """A customer's organisation and who looks after it; `name` and `mail` are empty while nobody does."""

    organization: str
    name: str
    mail: str


def looked_after() -> Care:
    """Of the customer through whose eyes the transaction looks: the one thing the portal reads. Empty for anybody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization, cares, cares_mail FROM rounds_portal_of()")
        found = cursor.fetchone()
    return Care(*(part or "" for part in found)) if found else Care("", "", "")
