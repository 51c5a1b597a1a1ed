"""What a delay does to the rest of a plan: who needs what is late moves behind it, and nothing moves earlier by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rounds.kit.refusal import Refusal


class PlanGoesInCircles(Refusal):
    """These steps need each other in a circle; take one of the needs away."""

    status = 422
    field = "needs"


@dataclass(frozen=True, slots=True)
class Bar:
    """A step as it is planned. `done` (its day) or not; a milestone lies on one day and may fall on the last day of what
    it needs."""

    code: str
    starts: date
    ends: date
    needs: tuple[str, ...] = ()
    milestone: bool = False
    done: date | None = None


def moved(bars: Iterable[Bar]) -> dict[str, Bar]:
    """The plan after everything has stepped behind what it needs, each keeping its length. Done steps stay where they
    are, and what needs them begins after the day they were done. Raises PlanGoesInCircles."""
    known = {bar.code: bar for bar in bars}
    found: dict[str, Bar] = {}
    for code in ordered(known):
        bar = known[code]
        if bar.done is None:
            earliest = max((_after(bar, found[need]) for need in bar.needs if need in found), default=bar.starts)
            late = max(earliest - bar.starts, timedelta(0))
            bar = replace(bar, starts=bar.starts + late, ends=bar.ends + late)
        found[code] = bar
    return found


def _after(bar: Bar, need: Bar) -> date:
    ended = need.done or need.ends
    return ended if bar.milestone or need.milestone else ended + timedelta(days=1)


def ordered(bars: Mapping[str, Bar]) -> Sequence[str]:
    """Codes with every need before who needs it. Raises PlanGoesInCircles."""
    found: dict[str, None] = {}
    open_: set[str] = set()

    def visit(code: str) -> None:
        if code in found:
            return
        if code in open_:
            raise PlanGoesInCircles
        open_.add(code)
        for need in bars[code].needs:
            if need in bars:
                visit(need)
        open_.discard(code)
        found[code] = None

    for code in bars:
        visit(code)
    return list(found)


def slipped(before: Mapping[str, Bar], after: Mapping[str, Bar]) -> dict[str, int]:
    """Step → days its end moved; those that did not are left out."""
    return {code: days for code, bar in after.items() if code in before and (days := (bar.ends - before[code].ends).days)}
