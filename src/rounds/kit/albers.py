"""Where a place of the United States stands on the map: Albers' equal-area conic, with Alaska and Hawaii set below.

The same composite as d3's `geoAlbersUsa().scale(1300).translate([487.5, 305])`, so that points meet the outlines of
`us-atlas`. Formulas: Snyder, Map Projections: A Working Manual (USGS 1395), chapter 14.
"""

from __future__ import annotations

from math import cos, radians, sin, sqrt

SCALE, LEFT, TOP = 1300.0, 487.5, 305.0
EDGE = 1e-6


class _Conic:
    """One equal-area conic: a central meridian, two true parallels, a centre, a scale and a place on the sheet.

    `frame` is (left, top, right, bottom) in shares of SCALE from the sheet's centre: what lies outside is not drawn.
    """

    def __init__(self, meridian, parallels, centre, scale, shift, frame):
        first, second = (radians(p) for p in parallels)
        self.meridian, self.scale, self.shift, self.frame = meridian, scale, shift, frame
        self.n = (sin(first) + sin(second)) / 2
        self.c = 1 + sin(first) * (2 * self.n - sin(first))
        self.r0 = sqrt(self.c) / self.n
        self.centre = self._raw(radians(centre[0]), radians(centre[1]))

    def _raw(self, lon: float, lat: float) -> tuple[float, float]:
        r = sqrt(self.c - 2 * self.n * sin(lat)) / self.n
        return r * sin(lon * self.n), self.r0 - r * cos(lon * self.n)

    def place(self, lon: float, lat: float) -> tuple[float, float] | None:
        turned = (lon + self.meridian + 180) % 360 - 180
        x, y = self._raw(radians(turned), radians(lat))
        across = (x - self.centre[0]) * self.scale + self.shift[0]
        down = (self.centre[1] - y) * self.scale + self.shift[1]
        left, top, right, bottom = self.frame
        if left - EDGE <= across <= right + EDGE and top - EDGE <= down <= bottom + EDGE:
            return LEFT + across * SCALE, TOP + down * SCALE
        return None


PARTS = (
    _Conic(96, (29.5, 45.5), (-0.6, 38.7), 1, (0, 0), (-0.455, -0.238, 0.455, 0.238)),
    _Conic(154, (55, 65), (-2, 58.5), 0.35, (-0.307, 0.201), (-0.425, 0.120, -0.214, 0.234)),
    _Conic(157, (8, 18), (-3, 19.9), 1, (-0.205, 0.212), (-0.214, 0.166, -0.115, 0.234)),
)
"""The lower 48, Alaska (at a third of the size), Hawaii: the first whose frame holds a place draws it."""


def albers_usa(lon: float, lat: float) -> tuple[float, float] | None:
    """(x, y) on a sheet of 975 × 610, y downwards; None for what the sheet does not show (Puerto Rico, Guam …).

    `lon` and `lat` are degrees, west and south negative.
    """
    if not (-180 <= lon <= 180 and -90 < lat < 90):
        return None
    for part in PARTS:
        found = part.place(lon, lat)
        if found is not None:
            return found
    return None
