"""Whether the feedback on a demo is positive: the mean high enough and nobody blocks (DEMO-06)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from rounds.playbook import Playbook
from rounds.playbook.shapes.demos import Demos
from rounds.rules.facts import WrongFact, whole

Word = Literal["positive", "not_positive", "unknown"]


@dataclass(frozen=True, slots=True)
class Summed:
    """`mean` None without an answer."""

    word: Word
    mean: Decimal | None
    answers: int
    blockers: int
    why: str


def summed(book: Demos, given: Iterable[tuple[int, bool]]) -> Summed:
    """What (rating, blocker) of each attendee come to."""
    rows = list(given)
    blockers = sum(blocks for _, blocks in rows)
    if not rows:
        return Summed("unknown", None, 0, 0, "nobody has answered yet")
    mean = (Decimal(sum(rating for rating, _ in rows)) / len(rows)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    floor = Decimal(str(book.feedback.positive_mean))
    if blockers:
        return Summed("not_positive", mean, len(rows), blockers, f"{blockers} {'blocker' if blockers == 1 else 'blockers'} raised")
    if mean < floor:
        return Summed("not_positive", mean, len(rows), 0, f"mean {mean.normalize():f} of at least {floor.normalize():f}")
    return Summed("positive", mean, len(rows), 0, f"mean {mean.normalize():f}, no blocker")


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`answers`: [{rating, blocker}]."""
    book = playbook.demos
    rows = given.get("answers", [])
    if set(given) - {"answers"} or not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
        raise WrongFact('Give the answers: {"answers": [{"rating": 5, "blocker": false}]}.', field="answers")
    rated = whole("rating", book.feedback.scale.low, book.feedback.scale.high)
    found = summed(book, [(rated(row.get("rating")), row.get("blocker") is True) for row in rows])
    return {
        "feedback": found.word, "mean": None if found.mean is None else float(found.mean), "answers": found.answers,
        "blockers": found.blockers, "missing": [] if rows else ["answers"],
        "lines": [{"what": "feedback", "level": found.word, "points": None, "why": found.why, "source": book.feedback.origin}],
    }  # fmt: skip
