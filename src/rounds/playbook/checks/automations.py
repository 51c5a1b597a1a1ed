"""Checks of automations: nothing named that nobody has, nothing said that no deed understands, no circle (AUTO-11)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad
from rounds.playbook.finding import Finding
from rounds.playbook.happenings import ASKS, CHANGES, DEEDS, EVENTS, SCORES, STATES, event_of
from rounds.playbook.shapes.automation import Automation, Condition, Step, When
from rounds.playbook.vocabulary import VOCABULARY


def automation_findings(playbook: Playbook) -> list[Finding]:
    found: list[Finding] = []
    for code, automation in playbook.automations.items():
        pad = Pad(playbook, f"automations/{code}.yaml")
        if automation.automation != code:
            pad.error(("automation",), f"The file is named {code}, the automation {automation.automation}.", "Give both one name.")
        _when(pad, automation.when)
        if automation.if_ is not None:
            _condition(pad, ("if",), automation.if_, automation.when)
        for place, step in enumerate(automation.then):
            _step(pad, place, step, automation)
        found += pad.found
    return found + _circles(playbook)


def _unknown(pad: Pad, path: tuple[Any, ...], what: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    mend = f"Did you mean {near[0]}?" if near else "Known: " + ", ".join(names) + "."
    pad.error(path, f"There is no {what} '{name}'.", mend)


def _when(pad: Pad, when: When) -> None:
    if when.event and EVENTS and when.event not in EVENTS:
        _unknown(pad, ("when", "event"), "event", when.event, EVENTS)
    if when.change and EVENTS and event_of(when.change) not in EVENTS:
        _unknown(pad, ("when", "change"), "field", when.change, CHANGES)
    if when.score and when.score not in SCORES:
        _unknown(pad, ("when", "score"), "score", when.score, SCORES)
    if when.time_in and when.time_in not in STATES:
        _unknown(pad, ("when", "time_in"), "state", when.time_in, STATES)
    if when.time_in and "{is}" in STATES.get(when.time_in, ("", ""))[1] and not when.is_:
        pad.error(("when",), f"{when.time_in} asks for a value.", "Add is: [New], for example.")


def _condition(pad: Pad, path: tuple[Any, ...], condition: Condition, when: When) -> None:
    for key in ("all", "any"):
        for place, part in enumerate(getattr(condition, key) or ()):
            _condition(pad, (*path, key, place), part, when)
    if condition.not_ is not None:
        _condition(pad, (*path, "not"), condition.not_, when)
    if condition.ask is None:
        return
    noun, _, name = condition.ask.partition(".")
    if noun == "event":
        kind = happenings_of(when)
        if kind is None:
            pad.error((*path, "ask"), "Nothing happens here that could be asked: it starts by the clock.", "Ask of the record.")
        elif kind in EVENTS and name not in EVENTS[kind]:
            _unknown(pad, (*path, "ask"), f"field of {kind}", name, EVENTS[kind])
    elif condition.ask not in ASKS and condition.ask not in VOCABULARY:
        _unknown(pad, (*path, "ask"), "question", condition.ask, [*ASKS, *VOCABULARY])
    elif when.each and condition.ask not in ASKS:
        pad.error((*path, "ask"), f"{condition.ask} has no column to search many records by.", f"Ask of {when.each}.… instead.")


def happenings_of(when: When) -> str | None:
    """The kind of event whose payload an automation may ask; None where the clock starts it."""
    if when.event:
        return when.event
    if when.change:
        return event_of(when.change)
    return SCORES.get(when.score or "")


def noun_of(when: When) -> str | None:
    """What an automation is about: a lead or an account; None: nothing in particular, or it depends on the event."""
    if when.each:
        return when.each
    if when.time_in:
        return STATES.get(when.time_in, ("", ""))[0] or None
    kind = happenings_of(when)
    noun = (kind or "").partition(".")[0]
    return noun if noun in ("lead", "account", "opportunity") else ("record" if kind else None)


def _step(pad: Pad, place: int, step: Step, automation: Automation) -> None:
    path = ("then", place)
    if step.if_ is not None:
        _condition(pad, (*path, "if"), step.if_, automation.when)
    if not DEEDS:
        return
    deed = DEEDS.get(step.do)
    if deed is None:
        _unknown(pad, (*path, "do"), "deed", step.do, DEEDS)
        return
    about = noun_of(automation.when)
    of_deal = about == "opportunity" and deed.needs == "account"  # a deal is with an account
    if deed.needs and not of_deal and (about is None or (about not in (deed.needs, "record") and deed.needs != "record")):
        pad.error((*path, "do"), f"'{step.do}' is done to a {deed.needs}, and this automation is about {about or 'none'}.",
                  "Let it start with a record, or use another deed.")  # fmt: skip
    try:
        deed.shape(**step.said)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            where = " › ".join(map(str, fault["loc"])) or "said"
            known = ", ".join(deed.shape.model_fields) or "nothing"
            pad.error((*path, "said", *fault["loc"]), f"{step.do}: {where}: {fault['msg']}.", f"It is told: {known}.")
    if not deed.room:
        pad.note((*path, "do"), f"'{step.do}' waits: the part of Rounds that does it is not built yet.")


def emitted(automation: Automation, deeds: Mapping[str, Any] = DEEDS) -> frozenset[str]:
    """The kinds of event its deeds may leave."""
    return frozenset().union(*(deeds[step.do].emits for step in automation.then if step.do in deeds and not step.inline))


def follows(first: Automation, second: Automation) -> bool:
    """Whether an event the first leaves may start the second."""
    kind = happenings_of(second.when)
    return kind is not None and kind in emitted(first)


def circle(automations: Mapping[str, Automation]) -> list[list[str]]:
    """Every circle of automations that may start each other, each said once, beginning with its first name."""
    after = {code: [other for other in sorted(automations) if follows(automations[code], automations[other])] for code in sorted(automations)}
    found: list[list[str]] = []

    def walk(path: list[str]) -> None:
        for other in after[path[-1]]:
            if other == path[0]:
                found.append(path)
            elif other > path[0] and other not in path:
                walk([*path, other])

    for code in after:
        walk([code])
    return found


def _circles(playbook: Playbook) -> list[Finding]:
    found = []
    live = {code: one for code, one in playbook.automations.items() if one.enabled}
    for path in circle(live):
        pad = Pad(playbook, f"automations/{path[0]}.yaml")
        said = " → ".join(live[code].title for code in [*path, path[0]])
        if any(live[code].again for code in path):
            pad.error(("then",), f"These start each other without end: {said}.", "Take again: true away, or narrow their when.")
        else:
            pad.warn(("then",), f"These may start each other: {said}. The second round is refused.", "Narrow their when or if.")
        found += pad.found
    return found
