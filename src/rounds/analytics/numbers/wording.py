"""Why a number is what it is, in sentences."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.reading import scale_of
from rounds.analytics.numbers.result import Reading
from rounds.playbook import Playbook
from rounds.rules.numbers.showing import shown

NOUNS = {"opportunity": ("deal", "deals"), "lead": ("lead", "leads"), "account": ("account", "accounts"), "customer": ("customer", "customers"),
         "task": ("task", "tasks"), "meeting": ("meeting", "meetings"), "mail": ("mail", "mails"), "person": ("person", "people"), "": ("row", "rows")}  # fmt: skip


def why(metric: Metric, as_of: date | None, reading: Reading, book: Playbook) -> tuple[str, ...]:
    """The sentences of a reading: what was divided by what, how many rows, how sure it is, as of when."""
    if metric.waits:
        return (f"This number waits for {metric.waits_for}: there are no such records yet.",)
    said = [_state(metric, reading, book)] if reading.value is None else [*_made(metric, reading)]
    said += [f"With {book.measures.confidence.percent} % confidence between {reading.spread}."] if reading.spread else []
    said += [f"As the records stood at the end of {as_of:%-d %b %Y}."] if as_of else []
    return tuple(said)


def many(metric: Metric, n: int) -> str:
    """So many rows, in the word of what they are."""
    one, several = NOUNS.get((metric.rows_of or (metric.noun,))[0], NOUNS[""])
    return f"{n:,} {one if n == 1 else several}"


def _state(metric: Metric, reading: Reading, book: Playbook) -> str:
    if reading.state == "small":
        return f"Only {many(metric, reading.n)}: below {book.measures.small_n.value} a single one decides the number, so it is not shown."
    if reading.state == "not kept":
        return "How things stood then was not kept: the first snapshot was taken later."
    return f"Nothing to count: {metric.population[:1].lower()}{metric.population[1:]}."


def _made(metric: Metric, reading: Reading) -> list[str]:
    if metric.how == "derived":
        return [f"Made of {_listed([name.replace('_', ' ') for name in metric.of])}."]
    if metric.how in ("share", "ratio") and reading.top is not None and reading.base is not None:
        return [f"{_side(metric, reading.top)} of {_side(metric, reading.base)}."] if not metric.private else [f"{reading.n:,} answers."]
    if metric.how == "count":
        return []
    found = [f"Over {many(metric, reading.n)}."]
    if reading.mean is not None and reading.ninth is not None:
        found.append(f"The mean is {shown(reading.mean, metric.unit)}; nine of ten lie below {shown(reading.ninth, metric.unit)}.")
    return found


def _side(metric: Metric, value: int) -> str:
    """One side of a ratio: dollars where it is made of cents."""
    if metric.sides == "cents":
        return shown(Fraction(value, 100), "money")
    return f"{Fraction(value, scale_of(metric)):,.0f}".replace("-", "−") if metric.scale != 1 else f"{value:,}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
