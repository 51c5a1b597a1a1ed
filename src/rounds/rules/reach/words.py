"""A sequence in words: when a step comes, what ends it, when mail may arrive."""

from __future__ import annotations

from rounds.playbook.shapes.reaching import Cap, Window
from rounds.playbook.shapes.sequences import Sequence, SequenceStep
from rounds.rules.calendar import WEEK

STOPS = {
    "reply": "they answer", "meeting": "a meeting is arranged", "unsubscribe": "they want no more mail", "bounce": "a mail comes back",
    "stage": "the deal moves on", "disqualified": "the lead is disqualified", "colleague": "a colleague has an open deal with their health system",
    "system": "somebody else of their health system answers a sequence", "left": "they do not work there any more",
}  # fmt: skip


def stop_words(sequence: Sequence) -> list[str]:
    """What ends it, each as a clause after "It ends when …"."""
    return [STOPS[code] for code in sequence.stops]


def window_words(window: Window) -> str:
    """When mail may arrive, on whose clock, and what becomes of a day on which none may."""
    places = sorted(WEEK.index(name) for name in window.days)
    ranged = len(places) > 2 and places == list(range(places[0], places[-1] + 1))
    days = f"{WEEK[places[0]].capitalize()} to {WEEK[places[-1]].capitalize()}" if ranged else _listed([WEEK[place].capitalize() for place in places])
    closed = "goes on the next open day" if window.closed == "next_business_day" else "goes on that very day"
    return f"{days}, {window.start} to {window.end} where they are; what falls on a weekend or a holiday {closed}"


def place_words(step: SequenceStep) -> str:
    """Day 7, or Week 3."""
    return f"Week {step.week}" if step.week is not None else f"Day {step.day}"


def again_words(sequence: Sequence) -> str:
    """Whether, and how long after its end, the same person may be enrolled again."""
    if sequence.again_days is None:
        return "Once for each person"
    return f"Again {sequence.again_days:,} days after its end" if sequence.again_days else "As often as it is due"


def cap_words(cap: Cap) -> str:
    """At most 3 in 7 days."""
    return f"at most {cap.most:,} in {'a day' if cap.days == 1 else f'{cap.days:,} days'}"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
