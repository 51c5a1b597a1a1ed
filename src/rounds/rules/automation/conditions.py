"""Whether conditions hold: yes, no, or unknown, with every question and what was found (AUTO-10).

Three values, as SQL counts them: a test of something unknown is unknown, `not` of it too; `all` is no as soon as one
part is no, `any` is yes as soon as one is yes. What is not yes starts nothing, and the lines say why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rounds.playbook.happenings import words_of
from rounds.playbook.shapes.automation import Condition
from rounds.rules.automation.words import condition_words

Verdict = bool | None


@dataclass(frozen=True, slots=True)
class Line:
    """One question: its words, what was found, whether it held (None: not known)."""

    says: str
    found: str
    holds: Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    holds: Verdict
    lines: tuple[Line, ...]

    @property
    def why_not(self) -> str:
        """The first questions that did not hold, as a sentence; "" where all did."""
        wrong = [f"{line.says} ({'not known' if line.holds is None else 'it is ' + line.found})" for line in self.lines if not line.holds]
        return "" if self.holds else "; ".join(wrong[:3])

    @property
    def as_json(self) -> list[dict[str, Any]]:
        return [{"says": line.says, "found": line.found, "holds": line.holds} for line in self.lines]


def judge(condition: Condition | None, value_of: Callable[[str], Any]) -> Judged:
    """The verdict over what `value_of` answers to each question (None or "": unknown). No condition holds always."""
    if condition is None:
        return Judged(True, ())
    lines: list[Line] = []
    return Judged(_judge(condition, value_of, lines), tuple(lines))


def _judge(condition: Condition, value_of: Callable[[str], Any], lines: list[Line]) -> Verdict:
    if condition.ask is not None:
        value = value_of(condition.ask)
        holds = test(*condition.test, value)
        found = ("unknown" if value in (None, "") else "known") if condition.known is not None else words_of(value)
        lines.append(Line(condition_words(condition), found, holds))
        return holds
    verdicts = [_judge(part, value_of, lines) for part in condition.parts]
    if condition.not_ is not None:
        return None if verdicts[0] is None else not verdicts[0]
    decisive = condition.any is not None
    if decisive in verdicts:
        return decisive
    return None if None in verdicts else not decisive


def test(name: str, wanted: Any, value: Any) -> Verdict:
    """One test of one value. Numbers compare with numbers only; anything else of another kind does not hold."""
    unknown = value is None or value == "" or value == [] or value == frozenset()
    if name == "known":
        return unknown != wanted
    if unknown:
        return None
    if name in ("is_", "is_not"):
        words = wanted if isinstance(wanted, tuple) else (wanted,)
        same = any((type(word) is type(value) and word == value) or (_numbers(word, value) and word == value) for word in words)
        return same == (name == "is_")
    if name == "has":
        return wanted in value if isinstance(value, list | tuple | set | frozenset | dict) else wanted.lower() in str(value).lower()
    if not _numbers(value, wanted):
        return False
    return {"at_least": value >= wanted, "above": value > wanted, "at_most": value <= wanted, "below": value < wanted}[name]


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
