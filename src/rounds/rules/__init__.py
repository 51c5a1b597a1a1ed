"""Pure verdicts. `explain` answers for one record, `columns` for a table: two readings of the same rule.

No Django, no clock, no database: facts go in, verdicts come out; unknown is a value, treated on purpose, said aloud.
"""

from __future__ import annotations

from rounds.rules.asking import RULES, UnknownRule, columns, explain
from rounds.rules.facts import WrongFact

__all__ = ["RULES", "UnknownRule", "WrongFact", "columns", "explain"]
