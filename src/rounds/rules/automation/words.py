"""Automations in words: "When a lead is captured, if the lead's driving band is hot: 1 give the lead …" """

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rounds.playbook.happenings import ASKS, DEEDS, STATES, words_of
from rounds.playbook.shapes.automation import Automation, Condition, Step, Wait, When
from rounds.playbook.vocabulary import VOCABULARY

HAPPENS = {
    "lead.captured": "a lead is captured", "lead.changed": "a lead is changed", "lead.assigned": "a lead changes hands",
    "lead.scored": "a lead's score moves", "lead.status_changed": "a lead's status changes",
    "lead.answered": "a question about a lead is answered", "account.added": "an account is added",
    "account.changed": "an account is changed", "account.assigned": "an account changes hands",
    "account.scored": "an account's score moves", "account.tier_changed": "an account changes tier",
    "account.closed": "an account is closed", "contact.added": "a contact is added", "seat.filled": "a committee seat is filled",
    "activity.logged": "an activity is logged", "activity.withdrawn": "an activity is taken back",
    "intelligence.noted": "intelligence is noted", "playbook.published": "a playbook is published",
}  # fmt: skip
TESTS = {"at_least": "is at least", "above": "is above", "at_most": "is at most", "below": "is below", "has": "has"}


def happens(kind: str) -> str:
    """An event as a clause; one nobody has words for is said by its name."""
    if kind in HAPPENS:
        return HAPPENS[kind]
    noun, _, verb = kind.partition(".")
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun.replace('_', ' ')} is {verb.replace('_', ' ')}"


def span_words(wait: Wait) -> str:
    """A wait as words: 24 hours, 1 day."""
    parts = [(wait.days, "day"), (wait.hours, "hour"), (wait.minutes, "minute"), (wait.seconds, "second")]
    return " and ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)


def listed(words: Iterable[Any], last: str = "or") -> str:
    """a, b or c."""
    said = [words_of(word) for word in words]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {last} {said[-1]}"


def when_words(when: When) -> str:
    """What starts it, as the clause after "When" (or "Every day at 07:00")."""
    if when.event:
        return happens(when.event)
    if when.change:
        noun, _, name = when.change.partition(".")
        to = f" to {listed(when.to if isinstance(when.to, tuple) else (when.to,))}" if when.to is not None else ""
        return f"{_of(noun, name)} changes{to}"
    if when.score:
        way = f"reaches {when.reaches}" if when.reaches is not None else f"falls below {when.falls_below}"
        return f"{_of(*when.score.split('.'))} {way}"
    if when.time_in:
        return STATES[when.time_in][1].replace("{is}", listed(when.is_ or ("?",))).replace("{span}", span_words(when.for_))
    return _schedule(when)


def _of(noun: str, name: str) -> str:
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun}'s {name.replace('_', ' ')}"


def _schedule(when: When) -> str:
    day = {"day": "business day" if when.business else "day", "week": (when.on or "").capitalize(), "month": "month"}[when.every]
    moment = f"every {day} at {when.at}"
    if when.every == "month":
        moment = f"every month on day {when.day} at {when.at}"
    if when.every != "day" and when.business:
        moment += " (or the next business day)"
    return f"{moment}, for each open {when.each}" if when.each else moment


def condition_words(condition: Condition) -> str:
    """A condition as a clause."""
    if condition.ask is not None:
        return f"{_asked(condition.ask)} {_tested(*condition.test)}"
    if condition.not_ is not None:
        return f"not ({condition_words(condition.not_)})"
    word = " and " if condition.all is not None else " or "
    parts = [condition_words(part) for part in condition.parts]
    return word.join(f"({text})" if part.ask is None and part.not_ is None else text for part, text in zip(condition.parts, parts, strict=True))


def _asked(ask: str) -> str:
    if ask in ASKS:
        return ASKS[ask].label
    if ask.startswith("event."):
        return f"its {ask[6:].replace('_', ' ')}"
    return VOCABULARY[ask].label.lower() if ask in VOCABULARY else ask


def _tested(name: str, wanted: Any) -> str:
    if name == "known":
        return "is known" if wanted else "is not known"
    if name in ("is_", "is_not"):
        return f"is {'not ' if name == 'is_not' else ''}{listed(wanted if isinstance(wanted, tuple) else (wanted,))}"
    return f"{TESTS[name]} {wanted:,}" if isinstance(wanted, int) else f"{TESTS[name]} {wanted}"


def step_words(step: Step) -> str:
    """One deed: its title, and when it waits or is asked."""
    said = step.title
    if step.if_ is not None:
        said += f", if {condition_words(step.if_)}"
    if step.delay is not None:
        said += f", after {span_words(step.delay)}"
    if step.inline:
        said += " (the capture did it)"
    return said


def deed_words(verb: str) -> str:
    """What a verb does, in words."""
    return DEEDS[verb].says if verb in DEEDS else verb


def start_words(automation: Automation) -> str:
    """What starts it and its conditions: the sentence before the deeds."""
    start = when_words(automation.when)
    start = start[0].upper() + start[1:] if automation.when.every else f"When {start}"
    conditions = f", if {condition_words(automation.if_)}" if automation.if_ is not None else ""
    return start + conditions


def sentence(automation: Automation) -> str:
    """The whole automation as one sentence."""
    deeds = [step_words(step) for step in automation.then]
    said = deeds[0] if len(deeds) == 1 else "; ".join(f"{place} {deed}" for place, deed in enumerate(deeds, 1))
    return f"{start_words(automation)}: {said}."


