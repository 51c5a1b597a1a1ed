"""Where everybody of a committee stands in its picture: below whom they report to, never wider than there is room.

Whoever reports to somebody stands beside the others below them where that fits; where it does not, they go on in further
rows, set in a little, and the line of their chief runs down beside them. Plain geometry: ids in, places out.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

HIGH, GAP, DROP, EDGE, INDENT = 54, 16, 44, 10, 20


@dataclass(frozen=True)
class Spot:
    """Where somebody's box begins, and where the line to whoever reports to them leaves it."""

    x: float
    y: float
    leaves: float


@dataclass
class Block:
    """Somebody with everybody below: its size, and the spots in it."""

    width: float
    height: float
    spots: dict[Hashable, Spot] = field(default_factory=dict)

    def put(self, other: Block, x: float, y: float) -> None:
        """Take the spots of `other`, its corner at x and y."""
        for who, spot in other.spots.items():
            self.spots[who] = replace(spot, x=spot.x + x, y=spot.y + y, leaves=spot.leaves + x)
        self.width, self.height = max(self.width, x + other.width), max(self.height, y + other.height)


def placed(chiefs: Mapping[Hashable, Hashable | None], *, wide: float, most: float) -> Block:
    """Everybody (somebody → whom they report to, or None) in boxes `wide`, in `most` across; teams first."""
    below: dict[Hashable, list[Hashable]] = {}
    for who, chief in chiefs.items():
        if chief is not None:
            below.setdefault(chief, []).append(who)
    tops = [who for who, chief in chiefs.items() if chief is None]
    room = most - 2 * EDGE
    natural: dict[Hashable, float] = {}
    for who in tops:
        _measured(who, below, wide, natural)
    whole, teams = Block(0, EDGE), [_block(who, below, wide, room, natural) for who in tops if who in below]
    _rows(whole, teams, EDGE, EDGE, room, DROP)
    _rows(whole, [_block(who, below, wide, room, natural) for who in tops if who not in below], EDGE, whole.height + (DROP if teams else 0), room, GAP)
    whole.width, whole.height = whole.width + EDGE, whole.height + EDGE
    return whole


def _measured(who: Hashable, below: Mapping[Hashable, list[Hashable]], wide: float, natural: dict[Hashable, float]) -> float:
    """How wide somebody is with everybody below side by side."""
    mine = [_measured(other, below, wide, natural) for other in below.get(who, ())]
    natural[who] = max(wide, sum(mine) + GAP * (len(mine) - 1)) if mine else wide
    return natural[who]


def _block(who: Hashable, below: Mapping[Hashable, list[Hashable]], wide: float, room: float, natural: Mapping[Hashable, float]) -> Block:
    mine = below.get(who, [])
    if len(mine) <= 1 or natural[who] <= room:
        return _over(who, [_block(other, below, wide, room, natural) for other in mine], mine, wide)
    inner = room - INDENT
    made = Block(wide, HIGH, {who: Spot(0, 0, INDENT / 2)})
    _rows(made, [_block(other, below, wide, inner, natural) for other in mine], INDENT, HIGH + DROP, inner, DROP)
    return made


def _over(who: Hashable, blocks: Sequence[Block], mine: Sequence[Hashable], wide: float) -> Block:
    """Somebody over the middle of whoever reports to them, those side by side."""
    made, x = Block(wide, HIGH), 0.0
    for block in blocks:
        made.put(block, x, HIGH + DROP)
        x += block.width + GAP
    own = (made.spots[mine[0]].x + made.spots[mine[-1]].x) / 2 if mine else 0.0
    made.spots[who] = Spot(own, 0, own + wide / 2)
    return made


def _rows(whole: Block, blocks: Sequence[Block], left: float, top: float, room: float, drop: float) -> None:
    """Put blocks side by side from `left`, in a further row wherever `room` is full."""
    x, y, high = left, top, 0.0
    for block in blocks:
        if x > left and x + block.width > left + room:
            x, y, high = left, y + high + drop, 0.0
        whole.put(block, x, y)
        x, high = x + block.width + GAP, max(high, block.height)
