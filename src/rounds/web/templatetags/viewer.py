"""What the viewer may, asked by templates: no link leads where its reader may not go, no button would only be refused."""

from __future__ import annotations

from rounds.access import allowed, fields
from rounds.access.roles import role_of


def _known(user: object) -> bool:
    return bool(getattr(user, "pk", None))


def may(user: object, permission: str) -> bool:
    """Whether the viewer has `permission`."""
    return _known(user) and allowed.may(user, permission)


def reads(user: object, noun: str) -> bool:
    """Whether the viewer's role works with `noun` (account, contact, lead) at all."""
    return _known(user) and allowed.reads(user, noun)


def writes(user: object, noun: str) -> bool:
    """Whether the viewer adds rows of `noun`."""
    return _known(user) and allowed.writes(user, noun)


def may_change(user: object, row: object) -> bool:
    """Whether the viewer may change this `row`."""
    return _known(user) and allowed.may_change(user, row)


def shows(user: object, name: str) -> bool:
    """Whether the viewer's role is shown the field `name` ("contact.email")."""
    return _known(user) and fields.shows(user, name)


def shell_of(user: object) -> str:
    """The template around a page for this viewer: customers see nothing of ours, not even its frame."""
    return "shell.html" if not _known(user) or role_of(user).audience == "staff" else "portal/shell.html"
