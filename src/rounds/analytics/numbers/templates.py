"""A statement with places in it: a metric is compiled once for a shape of question, and each question fills its own in.

Ibis needs some 50 ms to write a metric as SQL. What differs from one period to the next is a handful of moments and days,
and from one filter to the next its words. So a metric is compiled for a window whose moments lie in centuries of their own
(STAND_INS), and what is found there afterwards is a place: of which moment, and how far from it. tests/analytics/numbers/
test_templates.py holds every filled-in statement equal, letter for letter, to the one Ibis writes for the window itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.period import Period, Window
from rounds.analytics.numbers.pruning import Columns
from rounds.analytics.numbers.sources import Filters
from rounds.playbook import Playbook

DIALECTS = ("postgres", "duckdb")
"""Those whose way to write a moment is known here; another one's statement is compiled each time."""
MOMENTS = {"start": 3000, "running": 3100, "end": 3200, "over": 3300, "until": 3800, "known": 3900}
DAYS = {"day": 3400, "starts": 3500, "ends": 3600, "as_of": 3700}
STAND_INS: dict[str, Any] = {name: datetime.fromisoformat(f"{year}-06-01") for name, year in MOMENTS.items()} | {name: date(year, 6, 1) for name, year in DAYS.items()}
NEAR = timedelta(days=30 * 366)
"""How far from its stand-in something is still told by it: no figure of the playbook looks back as far."""
WORD, NUMBER = "rounds-place-{}-{}", 910_000_000
"""Stand-ins of the values of filters: words, and whole numbers of a tier."""

Piece = str | tuple[str, int]
"""Plain SQL, or a place: its name and how many microseconds lie between."""
LITERALS = re.compile(
    r"MAKE_DATE\((\d+), (\d+), (\d+)\)"
    r"|CAST\('(\d{4}-\d\d-\d\dT[\d:.]+)' AS TIMESTAMP\)"
    r"|MAKE_TIMESTAMP\((\d+), (\d+), (\d+), (\d+), (\d+), ([\d.]+)\)"
    r"|'rounds-place-(\d+)-(\d+)'|\b(91\d{7})\b"
)


class NoPlace(ValueError):
    """A moment in a statement that belongs to none of its window: the metric is compiled for each window."""


@dataclass(frozen=True, slots=True)
class Template:
    """SQL in pieces, and the tables it reads with those of their columns."""

    pieces: tuple[Piece, ...]
    used: Columns

    def filled(self, window: Window, filters: Filters, book: Playbook, dialect: str) -> str:
        """The statement of a window and filters of this shape."""
        held: dict[str, Any] = {"start": window.start, "end": window.end, "at": window.at, "day": window.day, "known": window.known, "starts": window.period.starts,
                                "ends": window.period.ends, "as_of": window.as_of, "until": until(window.as_of, book)}  # fmt: skip
        written = {piece: _written(piece, held, filters, dialect) for piece in set(self.pieces) if not isinstance(piece, str)}
        return "".join(piece if isinstance(piece, str) else written[piece] for piece in self.pieces)


def until(as_of: date | None, book: Playbook) -> datetime | None:
    """The moment a day ends, before which something was written that counts."""
    return periods.midnight(as_of + periods.DAY, book) if as_of else None


def shape(window: Window, filters: Filters) -> tuple[Any, ...]:
    """What two questions share whose statements differ only in their places."""
    return (window.at < window.end, window.as_of is not None, tuple((name, len(values)) for name, values in filters))


def stand_in(window: Window, filters: Filters) -> tuple[Window, Filters, datetime | None]:
    """A window and filters of the same shape, and the moment what counts was written before, in centuries nobody asks of."""
    of, running = STAND_INS, window.at < window.end
    period = Period("days", "", "", of["starts"], of["ends"])
    words = tuple((name, tuple(str(NUMBER + 1000 * place + n) if name == "tier" else WORD.format(place, n) for n in range(len(values))))
                  for place, (name, values) in enumerate(filters))  # fmt: skip
    day = of["as_of"] if window.as_of else None
    return Window(period, of["start"], of["end"], of["running" if running else "over"], of["day"], of["known"], day), words, of["until"] if day else None


def cut(sql: str, used: Columns) -> Template:
    """The template of a statement that was written for stand-ins. Raises NoPlace."""
    pieces: list[Piece] = []
    last = 0
    for found in LITERALS.finditer(sql):
        place = _place(found)
        pieces += [sql[last : found.start()], place]
        last = found.end()
    return Template((*pieces, sql[last:]), used)


def _place(found: re.Match[str]) -> tuple[str, int]:
    *ymd, iso = found.groups()[:4]
    moment = found.groups()[4:10]
    word, value, number = found.groups()[10:]
    if word is not None:
        return (f"filter {int(word)}", int(value))
    if number is not None:
        return (f"filter {(int(number) - NUMBER) // 1000}", (int(number) - NUMBER) % 1000)
    if ymd[0] is not None:
        said: date | datetime = date(*map(int, ymd))
    elif iso is not None:
        said = datetime.fromisoformat(iso)
    else:
        whole, _, micro = moment[5].partition(".")
        year, month, day, hour, minute = (int(one) for one in moment[:5])
        said = datetime.combine(date(year, month, day), time(hour, minute, int(whole), int(micro.ljust(6, "0"))))
    for name, base in STAND_INS.items():
        if type(base) is type(said) and abs(said - base) < NEAR:
            apart = said - base
            return ({"running": "at", "over": "at"}.get(name, name), (apart.days * 86_400 + apart.seconds) * 1_000_000 + apart.microseconds)
    raise NoPlace(found[0])


def _written(piece: tuple[str, int], held: dict[str, Any], filters: Filters, dialect: str) -> str:
    name, apart = piece
    if name.startswith("filter "):
        dimension, values = filters[int(name[7:])]
        return str(int(values[apart])) if dimension == "tier" else "'" + values[apart].replace("'", "''") + "'"
    said = held[name] + timedelta(microseconds=apart)
    if not isinstance(said, datetime):
        return f"MAKE_DATE({said.year}, {said.month}, {said.day})"
    if dialect == "postgres":
        return f"CAST('{said.isoformat()}' AS TIMESTAMP)"
    return f"MAKE_TIMESTAMP({said.year}, {said.month}, {said.day}, {said.hour}, {said.minute}, {said.second + said.microsecond / 1_000_000})"
