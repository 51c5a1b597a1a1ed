"""Qualification: what holds of a sheet (`standing`), whether it opens the gate (`judged`), a whole table (`columns`)."""

from __future__ import annotations

from rounds.rules.qualification.columns import columns
from rounds.rules.qualification.contradictions import against
from rounds.rules.qualification.explain import explain
from rounds.rules.qualification.gate import DimensionVerdict, Verdict, gap, judged
from rounds.rules.qualification.stage import StageGap, before_stage_1
from rounds.rules.qualification.standing import Holds, Said, derived, standing

__all__ = ["DimensionVerdict", "Holds", "Said", "StageGap", "Verdict", "against", "before_stage_1", "columns", "derived",
           "explain", "gap", "judged", "standing"]  # fmt: skip
