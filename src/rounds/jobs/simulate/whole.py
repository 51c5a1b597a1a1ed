"""A simulated company from nothing: the people, a market to sell to, then the company day by day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from rounds.access.sight import EVERYTHING, sight
from rounds.jobs.demo.cast import build_cast
from rounds.jobs.demo.size import FULL, LITE
from rounds.jobs.demo.universe import FOLDER, build_universe
from rounds.jobs.simulate.marking import need_synthetic
from rounds.jobs.simulate.writing import Asked, Say, Written, write
from rounds.kit.clock import now
from rounds.models import UniverseRun
from rounds.models.flow.days import house_day

BEFORE = timedelta(days=1300)
"""The market is there before the first lead comes."""


def company(asked: Asked, *, small: bool = False, say: Say = lambda *_: None, told: Callable[[str], None] = lambda _: None) -> Written:
    """Everything that is missing of the company `asked` for. Raises what writing.write raises."""
    at = now()
    with sight(EVERYTHING):
        need_synthetic()
        told("the people")
        cast = build_cast(at - BEFORE)
        drawn = UniverseRun.objects.filter(folder=FOLDER, state="done").exists()
    if not drawn:
        told("the market")
        build_universe(LITE if small else FULL, at=at - BEFORE, today=house_day(at))
    told("the company")
    return write(asked, cast, at=at, say=say)
