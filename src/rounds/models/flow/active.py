"""The playbook in force: read once a transaction, compiled once a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from rounds import playbook as playbooks
from rounds.kit.refusal import Refusal
from rounds.models.flow.playbooks import PlaybookVersion

_compiled: dict[str, playbooks.Playbook | str] = {}
"""Hash → the playbook, or the sentence that says why this version of Rounds cannot read it."""


class PlaybookUnreadable(Refusal):
    """A stored playbook was written for another version of Rounds and cannot be asked anew."""


@dataclass(frozen=True, slots=True)
class Active:
    """The active version: its number ("v14"), its hash and the loaded playbook."""

    number: int
    hash: str
    playbook: playbooks.Playbook


_once: ContextVar[dict[str, Active] | None] = ContextVar("playbook_in_force", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Within the block the version in force is asked for once: a request, a transaction of the worker, a batch. A block within
    another shares what that one read, so that `read_again` reaches both; where it fails, what it published may be undone."""
    if _once.get() is not None:
        try:
            yield
        except BaseException:
            read_again()
            raise
        return
    token = _once.set({})
    try:
        yield
    finally:
        _once.reset(token)


def read_again() -> None:
    """Another version is in force from now on: what the block around read is forgotten."""
    if (held := _once.get()) is not None:
        held.clear()


def active() -> Active:
    """The version in force; within `read_once` as it was when it was first asked for. Raises PlaybookUnreadable."""
    held = _once.get()
    if held is None:
        return _in_force()
    if "now" not in held:
        held["now"] = _in_force()
    return held["now"]


def _in_force() -> Active:
    """The published playbook with the highest number; the shipped one as v0 before anything is published.

    Raises PlaybookUnreadable, which tells to migrate.
    """
    row = PlaybookVersion.objects.order_by("-number").values_list("number", "hash").first()
    if row is None:
        shipped = playbooks.default()
        return Active(0, shipped.hash, shipped)
    number, digest = row
    return Active(number, digest, by_hash(digest))


def by_hash(digest: str) -> playbooks.Playbook:
    """The playbook of a stored hash, so that a verdict can be reached again by the method it was made with.

    Raises PlaybookUnreadable where the stored files are no playbook for this version of Rounds; what a verdict says
    of itself (ScoreRecord.lines) needs none of this.
    """
    if digest not in _compiled:
        shipped = playbooks.default()
        _compiled[digest] = shipped if shipped.hash == digest else _read(digest)
    found = _compiled[digest]
    if isinstance(found, str):
        raise PlaybookUnreadable(found)
    return found


def files_of(digest: str) -> dict[str, str]:
    """The files behind a hash as they were published, readable or not. Raises PlaybookUnreadable where nobody has it."""
    shipped = playbooks.default()
    if shipped.hash == digest:
        return dict(shipped.files)
    files = PlaybookVersion.objects.filter(hash=digest).order_by("-number").values_list("files", flat=True).first()
    if files is None:
        raise PlaybookUnreadable(f"No published playbook has the hash {digest[:12]}.")
    return files


def files_in_force() -> dict[str, str]:
    """The files of the active version, readable or not."""
    row = PlaybookVersion.objects.order_by("-number").values_list("files", flat=True).first()
    return dict(playbooks.default().files) if row is None else row


def _read(digest: str) -> playbooks.Playbook | str:
    files = files_of(digest)
    try:
        return playbooks.load(files)
    except playbooks.PlaybookRefused as refused:
        number = PlaybookVersion.objects.filter(hash=digest).order_by("-number").values_list("number", flat=True)[0]
        return (
            f"Playbook v{number} was written for another version of Rounds ({refused.findings[0]}). "
            "`rounds migrate` completes the one in force; an older one explains its verdicts by the lines it left."
        )
