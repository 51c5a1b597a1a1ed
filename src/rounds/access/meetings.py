"""Who may change a meeting: whoever may change what it is about, and its host."""

from __future__ import annotations

from rounds.access.allowed import NotAllowed, need_to_write, writes
from rounds.models import Meeting, User


def need_to_change(user: User, row: Meeting) -> None:
    """Go on only if `user`, who sees the meeting, may change it. Raises NotAllowed (403)."""
    if row.host_id == user.pk and writes(user, "task"):
        return
    need_to_write(user, row.opportunity or row.lead or row.account)


def may_change_meeting(user: User, row: Meeting) -> bool:
    """Whether `user` may change it: what a page asks before it offers to."""
    try:
        need_to_change(user, row)
    except NotAllowed:
        return False
    return True
