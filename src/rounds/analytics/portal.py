"""What the portal says to a customer: who looks after them, and what of their own is shared with them.

Every reading is narrowed twice: row security lets the buying unit of the person's account through, and each query here
names that account. The account is the one of the logged-in person's row, never one that was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from rounds.access.portal import customers_eyes
from rounds.access.sight import sight
from rounds.models import Implementation, Poc, Proposal, SignOff, User
from rounds.models.deals.poc_standing import PocStanding, stand

POCS = ("running", "readout", "ended")
"""A proof of concept is shared from its kickoff on."""
PROPOSALS = ("sent", "viewed", "accepted", "declined", "changes", "expired")


@dataclass(frozen=True)
class Care:
    """A customer's organisation and who looks after it; `name` and `mail` are empty while nobody does."""

    organization: str
    name: str
    mail: str
    unit: UUID | None = None


def looked_after() -> Care:
    """Of the customer through whose eyes the transaction looks. Empty for anybody else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organization, cares, cares_mail, unit FROM rounds_portal_of()")
        found = cursor.fetchone()
    return Care(*(part or "" for part in found[:3]), found[3]) if found else Care("", "", "")


@contextmanager
def _looking(user: User) -> Iterator[UUID | None]:
    """Look through a customer's eyes; answers their account."""
    unit = looked_after().unit
    with sight(customers_eyes(user, unit)):
        yield user.portal_account_id


def shared(user: User) -> dict[str, list[Any]]:
    """Everything of the person's own account that is shared: projects, proofs of concept, proposals, what was signed."""
    with _looking(user) as account:
        return {
            "projects": list(Implementation.objects.filter(customer__account_id=account, merged_into=None).order_by("-at")),
            "pocs": list(Poc.objects.filter(opportunity__account_id=account, state__in=POCS).order_by("-at")),
            "proposals": list(Proposal.objects.filter(opportunity__account_id=account, state__in=PROPOSALS).order_by("-sent_at")),
            "signed": list(SignOff.objects.filter(account_id=account, accepted=True).order_by("-at")),
        }  # fmt: skip


def project(user: User, key: UUID) -> Implementation | None:
    """One project of the person's own account."""
    with _looking(user) as account:
        return Implementation.objects.select_related("customer").filter(pk=key, customer__account_id=account).first()


def plan_of(user: User, row: Implementation, draw: Any) -> Any:
    """What `draw` makes of the project, read through the customer's eyes."""
    with _looking(user):
        return draw(row)


def poc(user: User, key: UUID) -> PocStanding | None:
    """One proof of concept of the person's own account, with its criteria and readings."""
    with _looking(user) as account:
        row = Poc.objects.filter(pk=key, opportunity__account_id=account, state__in=POCS).first()
        return stand([row])[row.pk] if row else None


def proposal(user: User, key: UUID) -> Proposal | None:
    """One proposal that was sent to the person's own account."""
    with _looking(user) as account:
        return Proposal.objects.filter(pk=key, opportunity__account_id=account, state__in=PROPOSALS).first()


def signed(user: User, kind: str, key: UUID) -> SignOff | None:
    """The last word of the person's account on one thing."""
    with _looking(user) as account:
        return SignOff.objects.filter(account_id=account, kind=kind, subject_id=key).order_by("-at").first()
