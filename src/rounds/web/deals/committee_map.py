"""The committee of a deal as a picture: who reports to whom from top to bottom, who influences whom as dashed lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rounds.analytics.deals.committee import DealCommittee, Sitting

WIDE, HIGH, GAP, DROP, EDGE = 176, 54, 16, 44, 10
LETTERS = 23


@dataclass(frozen=True)
class Box:
    """Somebody's place in the picture."""

    one: Sitting
    x: float
    y: float

    @property
    def middle(self) -> float:
        return self.x + WIDE / 2


def picture(said: DealCommittee) -> dict[str, Any]:
    """Boxes, lines and the size of the drawing; nobody on the committee: nothing to draw."""
    boxes = _placed(said.people)
    by_id = {box.one.row.id: box for box in boxes}
    width = max((box.x + WIDE for box in boxes), default=0) + EDGE
    height = max((box.y + HIGH for box in boxes), default=0) + EDGE
    return {
        "width": round(width), "height": round(height),
        "boxes": [_box(box) for box in boxes],
        "reports": [_elbow(by_id[box.one.row.reports_to_id], box) for box in boxes if box.one.row.reports_to_id in by_id],
        "lines": [_bow(by_id[who], by_id[whom]) for who, whom in said.lines if who in by_id and whom in by_id],
    }  # fmt: skip


def _placed(people: Sequence[Sitting]) -> list[Box]:
    """Everybody below whom they report to, chiefs over the middle of theirs; those who report to nobody side by side."""
    ids = {one.row.id for one in people}
    below: dict[UUID | None, list[Sitting]] = {}
    for one in people:
        chief = one.row.reports_to_id if one.row.reports_to_id in ids else None
        below.setdefault(chief, []).append(one)
    placed: dict[UUID, Box] = {}
    right = EDGE
    tops = sorted(below.get(None, []), key=lambda one: not below.get(one.row.id))
    for one in tops:
        right = _place(one, right, 0, below, placed)
    return [placed[one.row.id] for one in people if one.row.id in placed]


def _place(one: Sitting, left: float, depth: int, below: Mapping[UUID | None, list[Sitting]], placed: dict[UUID, Box]) -> float:
    """Put `one` and everybody below; answers where the next one may begin."""
    right, mine = left, below.get(one.row.id, [])
    for other in mine:
        right = _place(other, right, depth + 1, below, placed)
    first, last = (placed[mine[0].row.id], placed[mine[-1].row.id]) if mine else (None, None)
    x = (first.x + last.x) / 2 if first and last else left
    placed[one.row.id] = Box(one, max(x, left), EDGE + depth * (HIGH + DROP))
    return max(right, left + WIDE + GAP)


def _box(box: Box) -> dict[str, Any]:
    row = box.one.row
    return {"id": row.id, "x": round(box.x, 1), "y": round(box.y, 1), "w": WIDE, "h": HIGH, "name": _short(row.contact.name), "role": _short(box.one.role),
            "stance": row.stance, "dots": [(round(box.x + 12 + 9 * n, 1), round(box.y + HIGH - 9, 1), n < row.influence) for n in range(5)],
            "tx": round(box.x + 12, 1), "ty": round(box.y + 18, 1), "ry": round(box.y + 33, 1), "cooling": box.one.cooling, "buyer": box.one.buyer,
            "mx": round(box.x + WIDE - 12, 1), "my": round(box.y + HIGH - 6, 1)}  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else text[: LETTERS - 1].rstrip(" ,") + "…"


def _elbow(above: Box, under: Box) -> str:
    """The line from a chief down to somebody."""
    y1, y2 = above.y + HIGH, under.y
    half = y1 + (y2 - y1) / 2
    return f"M{above.middle:.1f} {y1:.1f}V{half:.1f}H{under.middle:.1f}V{y2:.1f}"


def _bow(who: Box, whom: Box) -> str:
    """The dashed line from whoever influences to whom."""
    if abs(who.y - whom.y) < 1:
        left, right = (who, whom) if who.x < whom.x else (whom, who)
        x1, x2 = (left.x + WIDE, right.x) if who is left else (right.x, left.x + WIDE)
        y = who.y + HIGH / 2
        if right.x - left.x - WIDE <= GAP + 1:
            return f"M{x1:.1f} {y:.1f}L{x2:.1f} {y:.1f}"
        x1, x2, low = who.middle, whom.middle, who.y + HIGH + DROP * 0.7
        return f"M{x1:.1f} {who.y + HIGH:.1f}C{x1:.1f} {low:.1f} {x2:.1f} {low:.1f} {x2:.1f} {whom.y + HIGH:.1f}"
    down = whom.y > who.y
    y1, y2 = (who.y + HIGH, whom.y) if down else (who.y, whom.y + HIGH)
    shift = 18 if whom.middle >= who.middle else -18
    x1, x2, bend = who.middle + shift, whom.middle - shift, (y2 - y1) / 2
    return f"M{x1:.1f} {y1:.1f}C{x1:.1f} {y1 + bend:.1f} {x2:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}"
