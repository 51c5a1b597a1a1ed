"""The last admin: somebody must always be able to invite people and to publish the method."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from rounds.access.roles import all_roles
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import ApiToken, User

NEEDED = {"people.manage", "playbook.publish"}
"""What a role must allow for its people to count."""


class LastAdmin(Refusal):
    """The last admin stays: without one nobody could invite people or publish the playbook. Make another admin first."""


def roles() -> frozenset[str]:
    """The roles whose people are admins in this sense."""
    return frozenset(code for code, role in all_roles().roles.items() if set(role.may) >= NEEDED and role.audience == "staff")


def hold_still() -> None:
    """Until the transaction ends nobody else changes who is an admin: two who leave at once are one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rounds.admins'))")


def need_another(user: User) -> None:
    """Go on only if somebody besides `user` is an admin who has joined. Raises LastAdmin. Call it after `hold_still`."""
    mine = roles()
    if user.role not in mine or not user.is_active:
        return
    others = User.objects.filter(role__in=mine, is_active=True, joined_at__isnull=False).exclude(pk=user.pk)
    if not others.exists():
        raise LastAdmin


def behind(by: Actor) -> UUID | None:
    """The person who acts: themselves, or through a token of theirs; None for the system and the like."""
    if by.kind == "integration" and by.id:
        return ApiToken.objects.filter(pk=by.id).values_list("user_id", flat=True).first()
    return by.id if by.kind == "user" else None
