"""The critical path in words."""

from __future__ import annotations

from rounds.rules.calendar import WEEK
from rounds.rules.pipeline.critical_path import Path
from rounds.rules.pipeline.quarters import quarter_name


def says(path: Path) -> str:
    """The verdict in words: whether it can be kept, by how much not, and which step is the longest."""
    which = path.longest
    tail = f" The longest step is the {_small(which.step.title)}." if which is not None else ""
    earliest = f"{path.signature:%-d %B}" + (f" {path.signature.year}" if path.signature.year != path.wanted.year else "")
    if which is None:
        return "Nothing stands between today and the signature."
    if path.short_days <= 0:
        spare = "to the day" if path.short_days == 0 else f"{_span(-path.short_days)} to spare"
        return f"Can be signed by {earliest}: {spare}.{tail}"
    return f"Earliest signature is {earliest}: {_span(path.short_days)} short.{tail}"


def tag(path: Path, starts: int = 1) -> tuple[str, str]:
    """(state, words) of the verdict: late "Cannot close in Q3 2026", soon "After the wanted day", ok "In time"."""
    if path.short_days <= 0:
        return "ok", "In time"
    if path.this_quarter:
        return "soon", "After the wanted day"
    return "late", f"Cannot close in {quarter_name(path.wanted, starts)}"


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def _span(days: int) -> str:
    """Days as people say them: "three days", "five weeks"."""
    week = len(WEEK)
    weeks, unit = (days // week, "week") if days >= week else (days, "day")
    said = NUMBERS[weeks] if weeks < len(NUMBERS) else str(weeks)
    return f"{said} {unit}{'' if weeks == 1 else 's'}"


def _small(title: str) -> str:
    """A title within a sentence: "Security review" becomes "security review", "BAA" and "POC readout" stay."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]
