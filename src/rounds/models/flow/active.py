"""The playbook in force: read once a transaction, compiled once a process."""

from __future__ import annotations

from dataclasses import dataclass

from rounds import playbook as playbooks
from rounds.models.flow.playbooks import PlaybookVersion

_compiled: dict[str, playbooks.Playbook] = {}


@dataclass(frozen=True, slots=True)
class Active:
    """The active version: its number ("v14"), its hash and the loaded playbook."""

    number: int
    hash: str
    playbook: playbooks.Playbook


def active() -> Active:
    """The published playbook with the highest number; the shipped one as v0 before anything is published."""
    row = PlaybookVersion.objects.order_by("-number").values_list("number", "hash").first()
    if row is None:
        shipped = playbooks.default()
        return Active(0, shipped.hash, shipped)
    number, digest = row
    return Active(number, digest, by_hash(digest))


def by_hash(digest: str) -> playbooks.Playbook:
    """The playbook of a stored hash, so that a verdict can be explained by the method it was made with."""
    if digest not in _compiled:
        shipped = playbooks.default()
        if shipped.hash == digest:
            _compiled[digest] = shipped
        else:
            files = (
                PlaybookVersion.objects.filter(hash=digest).order_by("-number").values_list("files", flat=True).first()
            )
            if files is None:
                raise PlaybookVersion.DoesNotExist(f"No published playbook has the hash {digest}.")
            _compiled[digest] = playbooks.load(files)
    return _compiled[digest]
