"""Which asset fits a stage, a persona and a segment, and why (AUTO-14)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from rounds.playbook.shapes.handing import AssetBook


class Offered(Protocol):
    """What is asked of an asset: what it is for."""

    name: str
    stages: Sequence[str]
    personas: Sequence[str]
    segments: Sequence[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An asset with the version that would go out."""

    asset: Offered
    key: object
    approved_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Chosen:
    candidate: Candidate
    points: int
    why: str


def may_go(candidate: Candidate, on: date) -> bool:
    """Whether its version is approved and has not run out."""
    return candidate.approved_on is not None and candidate.approved_on <= on and (candidate.expires_on is None or on <= candidate.expires_on)


def choose(
    book: AssetBook, candidates: Iterable[Candidate], *, stage: str, persona: str, segment: str, on: date, sent: Collection[object] = ()
) -> list[Chosen]:  # fmt: skip
    """Those that fit, the best first. An unknown persona or segment ("") fits only what is for all. `sent`: keys that went
    to the same record lately, which are left out."""
    found = []
    for one in candidates:
        if one.key in sent or not may_go(one, on):
            continue
        said = (("stage", stage, one.asset.stages, book.weights.stage), ("persona", persona, one.asset.personas, book.weights.persona),
                ("segment", segment, one.asset.segments, book.weights.segment))  # fmt: skip
        if any(named and wanted not in named for _, wanted, named, _ in said):
            continue
        on_purpose = [(word, wanted, weight) for word, wanted, named, weight in said if named]
        why = ", ".join(f"{word} {wanted}" for word, wanted, _ in on_purpose) or "for all"
        found.append(Chosen(one, sum(weight for *_, weight in on_purpose), why))
    return sorted(found, key=lambda one: (-one.points, -(one.candidate.approved_on or date.min).toordinal(), one.candidate.asset.name))
