"""What every match of a regular expression has to hold, read off the expression: a text that lacks it need not be searched.

Only texts of plain ASCII are told by it: elsewhere a letter has more small forms than one. What is not understood of an
expression asks for nothing, so that at worst a text is searched for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from re import _compiler, _parser  # type: ignore[attr-defined]
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

MOST_SPELLINGS = 200
"""So many spellings of a part are followed; more are taken for unknown."""
ZERO_WIDTH = (op.AT, op.ASSERT, op.ASSERT_NOT)
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))
Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Needs:
    """At least so many digits, one of these words in small letters (none: no word is asked for), and, where digits are
    asked for, what the expression says from the first of them on."""

    digits: int
    words: Words
    tail: re.Pattern[str] | None


class Sieve:
    """Tells the texts in which none of several expressions can be found."""

    def __init__(self, expressions: Iterable[str]) -> None:
        every = sorted(map(needs_of, expressions), key=lambda one: one.digits)
        plain = [one for one in every if not one.digits]
        self.open = any(not one.words for one in plain)
        self.words = _shortest(word for one in plain for word in one.words)
        self.more = [(one.digits, _shortest(one.words), one.tail) for one in every if one.digits]

    def passes(self, text: str) -> bool:
        """False where none of them can be found in `text`."""
        if self.open or not text.isascii():
            return True
        low = text.lower()
        for word in self.words:
            if word in low:
                return True
        digits = len(text) - len(text.translate(_NO_DIGITS))
        for least, words, tail in self.more if digits else ():
            if digits < least:
                return False
            if (not words or any(word in low for word in words)) and (tail is None or tail.search(text)):
                return True
        return False


def needs_of(expression: str) -> Needs:
    """What every match of `expression` holds. Raises re.error for one that is none."""
    tree = _parser.parse(expression)
    digits = _digits(tree)
    start = next((place for place, one in enumerate(tree) if _digits_of(*one)), None)
    points_back = "(?P=" in expression or re.search(r"\\[1-9]|\(\?\(", expression)
    return Needs(digits, _words(tree), None if start is None or points_back else _compiler.compile(tree[start:]))


def _shortest(words: Iterable[str]) -> tuple[str, ...]:
    """Without those that hold another one, and those that no text of ASCII holds."""
    kept: list[str] = []
    for word in sorted(filter(str.isascii, words), key=lambda one: (len(one), one)):
        if not any(other in word for other in kept):
            kept.append(word)
    return tuple(kept)


def _digits(items: Sequence[Any]) -> int:
    return sum(_digits_of(code, said) for code, said in items)


def _digits_of(code: Any, said: Any) -> int:
    if code is op.LITERAL:
        return int(chr(said) in "0123456789")
    if code is op.IN:
        return int(all(_is_digit(*one) for one in said))
    if code is op.BRANCH:
        return min(map(_digits, said[1]))
    if code is op.SUBPATTERN:
        return _digits(said[-1])
    if code in REPEATS:
        return said[0] * _digits(said[2])
    return 0


def _is_digit(code: Any, said: Any) -> bool:
    if code is op.RANGE:
        return ord("0") <= said[0] and said[1] <= ord("9")
    return (code is op.LITERAL and chr(said) in "0123456789") or (code is op.CATEGORY and said is op.CATEGORY_DIGIT)


def _words(items: Sequence[Any]) -> Words:
    """Of the parts that every match has, the one whose shortest spelling is the longest."""
    found: list[Words] = []
    run: Words = frozenset({""})
    for code, said in items:
        spelled = _spelled(code, said)
        longer = frozenset(a + b for a in run for b in spelled) if spelled is not None else frozenset[str]()
        if 0 < len(longer) <= MOST_SPELLINGS:
            run = longer
            continue
        found += [run, _within(code, said)]
        run = spelled or frozenset({""})
    found.append(run)
    return max(found, key=lambda words: (min(map(len, words), default=0), -len(words))) if any(map(_asks, found)) else frozenset()


def _asks(words: Words) -> bool:
    return bool(words) and "" not in words


def _within(code: Any, said: Any) -> Words:
    """The words of a part that is too long to be spelled out."""
    if code is op.SUBPATTERN:
        return _words(said[-1])
    if code in REPEATS and said[0]:
        return _words(said[2])
    if code is op.BRANCH:
        every = [_words(one) for one in said[1]]
        return frozenset().union(*every) if all(map(_asks, every)) else frozenset()
    return frozenset()


def _spelled(code: Any, said: Any) -> Words | None:
    """Every spelling of a part in small letters; None where there are too many, or it is not understood."""
    if code is op.LITERAL:
        return frozenset({chr(said).lower()})
    if code in ZERO_WIDTH:
        return frozenset({""})
    if code is op.SUBPATTERN:
        return _all_spelled(said[-1])
    if code is op.IN:
        return frozenset(chr(one).lower() for _, one in said) if all(kind is op.LITERAL for kind, _ in said) else None
    if code is op.BRANCH:
        every = [_all_spelled(one) for one in said[1]]
        whole = frozenset[str]().union(*(one for one in every if one is not None))
        return whole if None not in every and len(whole) <= MOST_SPELLINGS else None
    if code in REPEATS and said[1] == 1:
        once = _all_spelled(said[2])
        return once if once is None or said[0] else once | {""}
    return None


def _all_spelled(items: Sequence[Any]) -> Words | None:
    whole: Words = frozenset({""})
    for code, said in items:
        spelled = _spelled(code, said)
        if spelled is None or len(whole) * len(spelled) > MOST_SPELLINGS:
            return None
        whole = frozenset(a + b for a in whole for b in spelled)
    return whole
