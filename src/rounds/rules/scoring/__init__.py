"""Scoring: one record (`score`), a whole table (`columns`), one answer with its reasons (`explain`)."""

from __future__ import annotations

from rounds.rules.scoring.checklist import checklist
from rounds.rules.scoring.columns import OUTPUTS, columns
from rounds.rules.scoring.compiled import Scorer, scorer
from rounds.rules.scoring.explain import as_dict
from rounds.rules.scoring.score import Fit, Question, Score, score

__all__ = ["OUTPUTS", "Fit", "Question", "Score", "Scorer", "as_dict", "checklist", "columns", "score", "scorer"]
