"""The committee of a deal as a picture: who reports to whom from top to bottom, who influences whom as dashed lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rounds.analytics.deals.committee import DealCommittee, Sitting
from rounds.web.deals.committee_layout import DROP, GAP, HIGH, placed

WIDE, WIDE_PHONE, LETTER = 176, 160, 7.6
MOST, MOST_PHONE = 780, 356


@dataclass(frozen=True)
class Box:
    """Somebody's place in the picture, `wide` across; `leaves`: where the line to whoever reports to them begins."""

    one: Sitting
    x: float
    y: float
    wide: float
    leaves: float

    @property
    def middle(self) -> float:
        return self.x + self.wide / 2


def pictures(said: DealCommittee) -> list[dict[str, Any]]:
    """The picture for a screen and the one for a phone: both fit their page without scrolling sideways."""
    return [{**_picture(said, WIDE, MOST), "phone": False}, {**_picture(said, WIDE_PHONE, MOST_PHONE), "phone": True}]


def _picture(said: DealCommittee, wide: float, most: float) -> dict[str, Any]:
    """Boxes, lines and the size of the drawing; nobody on the committee: nothing to draw."""
    ids = {one.row.id for one in said.people}
    laid = placed({one.row.id: one.row.reports_to_id if one.row.reports_to_id in ids else None for one in said.people}, wide=wide, most=most)
    boxes = [Box(one, spot.x, spot.y, wide, spot.leaves) for one in said.people if (spot := laid.spots.get(one.row.id))]
    by_id = {box.one.row.id: box for box in boxes}
    return {
        "width": round(laid.width), "height": round(laid.height),
        "boxes": [_box(box) for box in boxes],
        "reports": [_elbow(by_id[box.one.row.reports_to_id], box) for box in boxes if box.one.row.reports_to_id in by_id],
        "lines": [_bow(by_id[who], by_id[whom]) for who, whom in said.lines if who in by_id and whom in by_id],
    }  # fmt: skip


def _box(box: Box) -> dict[str, Any]:
    row, letters = box.one.row, round(box.wide / LETTER)
    return {"id": row.id, "x": round(box.x, 1), "y": round(box.y, 1), "w": box.wide, "h": HIGH, "name": _short(row.contact.name, letters),
            "role": _short(box.one.role, letters),
            "stance": row.stance, "dots": [(round(box.x + 12 + 9 * n, 1), round(box.y + HIGH - 9, 1), n < row.influence) for n in range(5)],
            "tx": round(box.x + 12, 1), "ty": round(box.y + 18, 1), "ry": round(box.y + 33, 1), "cooling": box.one.cooling, "buyer": box.one.buyer,
            "mx": round(box.x + box.wide - 12, 1), "my": round(box.y + HIGH - 6, 1)}  # fmt: skip


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip(" ,") + "…"


def _elbow(above: Box, under: Box) -> str:
    """The line from a chief down to somebody."""
    return f"M{above.leaves:.1f} {above.y + HIGH:.1f}V{under.y - DROP / 2:.1f}H{under.middle:.1f}V{under.y:.1f}"


def _bow(who: Box, whom: Box) -> str:
    """The dashed line from whoever influences to whom."""
    if abs(who.y - whom.y) < 1:
        left, right = (who, whom) if who.x < whom.x else (whom, who)
        x1, x2 = (left.x + left.wide, right.x) if who is left else (right.x, left.x + left.wide)
        y = who.y + HIGH / 2
        if right.x - left.x - left.wide <= GAP + 1:
            return f"M{x1:.1f} {y:.1f}L{x2:.1f} {y:.1f}"
        x1, x2, low = who.middle, whom.middle, who.y + HIGH + DROP * 0.7
        return f"M{x1:.1f} {who.y + HIGH:.1f}C{x1:.1f} {low:.1f} {x2:.1f} {low:.1f} {x2:.1f} {whom.y + HIGH:.1f}"
    down = whom.y > who.y
    y1, y2 = (who.y + HIGH, whom.y) if down else (who.y, whom.y + HIGH)
    shift = 18 if whom.middle >= who.middle else -18
    x1, x2, bend = who.middle + shift, whom.middle - shift, (y2 - y1) / 2
    return f"M{x1:.1f} {y1:.1f}C{x1:.1f} {y1 + bend:.1f} {x2:.1f} {y2 - bend:.1f} {x2:.1f} {y2:.1f}"
