"""Publishing the playbook: findings first, then a new version with its author and reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from rounds import playbook as playbooks
from rounds.access.allowed import need
from rounds.actions.flow import events, own_kinds, rescoring
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import PlaybookVersion, User
from rounds.models.base import signature
from rounds.models.flow.active import PlaybookUnreadable, active, read_again

GUARDED = ("access/", "trust/")
"""Folders whose change is a change of who may do what, or of what is kept: it needs a permission of its own."""


class ReasonMissing(Refusal):
    """Say why the playbook changes: the reason is kept with the version."""

    status = 422
    field = "reason"


class NothingChanged(Refusal):
    """This playbook is the one in force; there is nothing to publish."""


class BaseMoved(Refusal):
    """Somebody published another version while this draft was open. Bring the draft up to date, compare, then publish."""


def publish(
    files: Mapping[str, str], *, reason: str, by: Actor, at: datetime, base: str | None = None
) -> PlaybookVersion:
    """Make `files` the playbook in force.

    Effects: a PlaybookVersion, the event playbook.published, an audit entry (two where roles or rules of sign-in and
    retention changed), the job that scores by it. Raises PlaybookRefused when the files do not hold together,
    ReasonMissing, NothingChanged, BaseMoved when `base` is no longer the active hash, and NotAllowed for a person who
    changes GUARDED files without the permission roles.change.
    """
    if not reason.strip():
        raise ReasonMissing
    loaded = playbooks.load(files)
    with deed(by):
        last = _last_alone()
        if last and last.hash == loaded.hash:
            raise NothingChanged
        if base is not None and last and last.hash != base:
            raise BaseMoved
        if last and last.files.get("fields.yaml") != loaded.files.get("fields.yaml") and (wrong := _unreadable(loaded)):
            raise playbooks.PlaybookRefused(wrong)
        guarded = _guarded(last.files, loaded.files) if last else []
        if guarded and by.kind == "user":
            need(User.objects.get(pk=by.id), "roles.change")
        version = PlaybookVersion.objects.create(
            number=(last.number if last else 0) + 1,
            hash=loaded.hash,
            files=dict(loaded.files),
            reason=reason.strip(),
            **signature(by, at),
        )
        read_again()
        said = {"number": version.number, "hash": version.hash, "reason": version.reason}
        events.record("playbook.published", said, by=by, at=at, subject=version.id)
        audit.note("playbook.publish", by=by, at=at, kind="playbook", subject=version.id, detail=said)
        if guarded:
            audit.note("roles.change", by=by, at=at, kind="playbook", subject=version.id, detail={"files": guarded})
        if last is not None:
            rescoring.defer(version.number)
    return version


def _unreadable(after: playbooks.Playbook) -> list[playbooks.Finding]:
    """Own fields that change their kind under records that hold one; nothing where the version in force cannot be read."""
    try:
        return own_kinds.findings(active().playbook, after)
    except PlaybookUnreadable:
        return []


def _guarded(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The GUARDED files that differ."""
    names = sorted(name for name in {*before, *after} if name.startswith(GUARDED))
    return [name for name in names if before.get(name, "").rstrip() != after.get(name, "").rstrip()]


def ensure_first() -> PlaybookVersion:
    """The active version; the shipped playbook is published as v1 where nothing was published yet."""
    last = PlaybookVersion.objects.order_by("-number").first()
    if last:
        return last
    return publish(playbooks.default().files, reason="The playbook as shipped", by=SYSTEM_ACTOR, at=now())


def complete() -> tuple[PlaybookVersion, tuple[str, ...]]:
    """See that this version of Rounds can read the playbook in force; the version that is in force then, and what was
    added to it: nothing, where it could be read.

    Files of an older version are completed with the shipped words (see `playbook.completing`) and published; every
    figure of the company's stays. Effects: those of `publish`. Raises CannotComplete (409), which says what to mend.
    """
    with deed(SYSTEM_ACTOR):
        last = _last_alone()
        if last is None:
            return ensure_first(), ()
        found = playbooks.completed(last.files)
        if not found.added:
            return last, ()
        reason = f"Completed for this version of Rounds: {', '.join(found.added)}"
        return publish(found.files, reason=reason, by=SYSTEM_ACTOR, at=now()), found.added


def _last_alone() -> PlaybookVersion | None:
    """The version in force; nobody else publishes until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rounds.playbook'))")
    return PlaybookVersion.objects.order_by("-number").first()
