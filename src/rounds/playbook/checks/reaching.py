"""Checks of reach: sequences whose texts are there, texts whose places can be filled, caps that do not contradict."""

from __future__ import annotations

from itertools import pairwise

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding
from rounds.playbook.places import unknown
from rounds.playbook.shapes.sequences import Sequence

UNWRITTEN = "(Write "
"""How a shipped text says where words of the house belong."""


def reaching_findings(playbook: Playbook) -> list[Finding]:
    found = [finding for code in playbook.sequences for finding in _sequence(playbook, code)]
    found += [finding for code in playbook.templates for finding in _template(playbook, code)]
    return found + _rules(playbook) + _messaging(playbook) + _nurture(playbook) + _enrolments(playbook)


def _sequence(playbook: Playbook, code: str) -> list[Finding]:
    pad, book = Pad(playbook, f"sequences/{code}.yaml"), playbook.sequences[code]
    if book.rule != f"sequences/{code}":
        pad.error(("rule",), f"The file is {code}.yaml, the rule is called {book.rule}.", f"Write rule: sequences/{code}.")
    for twice in doubles([step.step for step in book.steps]):
        pad.error(("steps",), f"The step '{twice}' stands twice.", "Give each a code of its own.")
    if not any(step.sends for step in book.steps):
        pad.error(("steps",), "It sends nothing.", "Give it at least one step that is not off.")
    for place, (one, other) in enumerate(pairwise(_days(book))):
        if other < one:
            pad.error(("steps", place + 1), "The step lies before the one above it.", "Put the steps in the order of their days.")
    for place, step in enumerate(book.steps):
        _step(playbook, pad, book, place)
        for goal in filter(None, (step.then, step.otherwise)):
            if goal != "end" and goal not in [later.step for later in book.steps[place + 1 :]]:
                pad.error(("steps", place), f"'{goal}' is no later step.", "Lead to a later step, or to: end.")
    off = sum(step.off for step in book.steps)
    if off and book.placeholders == "shown":
        pad.warn(("steps",), f"{off} of {len(book.steps)} steps are places to be filled; nothing is sent there.", "Write their texts, or take them out (C-29).")
    return pad.found


def _days(book: Sequence) -> list[int]:
    return [(step.week - 1) * 7 + 1 if step.week is not None else step.day or 0 for step in book.steps]


def _step(playbook: Playbook, pad: Pad, book: Sequence, place: int) -> None:
    step = book.steps[place]
    if step.day == 0 and book.day_base == 1:
        pad.error(("steps", place), "There is no day 0 in a sequence that counts from day 1.", "Write day: 1, or day_base: 0.")
    if not step.sends:
        return
    if step.template is None:
        if step.do == "email":
            pad.write("error" if book.state == "ready" else "warning", ("steps", place), f"'{step.title}' has no text.", "Name a template, or switch the step off.")
        return
    text = playbook.templates.get(step.template)
    if text is None:
        pad.write("error" if book.state == "ready" else "warning", ("steps", place), f"There is no template '{step.template}' yet.",
                  f"Write templates/{step.template}.yaml, or name another one.")  # fmt: skip
    elif text.channel != step.do:
        pad.error(("steps", place), f"The step is a {step.do}, the text a {text.channel}.", "Name a text of the same channel.")


def _template(playbook: Playbook, code: str) -> list[Finding]:
    pad, book = Pad(playbook, f"templates/{code}.yaml"), playbook.templates[code]
    if book.template != code:
        pad.error(("template",), f"The file is {code}.yaml, the template is called {book.template}.", f"Write template: {code}.")
    for way in book.ways:
        for name in unknown(f"{way.subject} {way.text}", playbook.reach.fields):
            pad.error(("template",), f"'{name[:60]}' cannot be filled in.", f"Use one of: {', '.join(playbook.reach.fields)}.")
        if "\n" in way.subject.strip():
            pad.error(("template",), "The subject has more than one line.", "Write it in one line.")
    if not sum(way.share for way in book.ways):
        pad.error(("variants",), "No variant has a share.", "Give at least one variant a share above 0.")
    for twice in doubles([way.variant for way in book.ways]):
        pad.error(("variants",), f"The variant '{twice}' stands twice.", "Give each a name of its own.")
    if any(UNWRITTEN in way.text for way in book.ways):
        sent = any(one.state == "ready" and code in {step.template for step in one.steps} for one in playbook.sequences.values())
        pad.write("error" if sent else "warning", ("template",), "A part of the text is still to be written.", "Put your words in the place of '(Write …)'.")
    known = {one.persona for one in playbook.assets.personas.listed}
    for persona in book.personas:
        if persona not in known:
            pad.error(("personas",), f"There is no persona '{persona}'.", f"Use: {', '.join(sorted(known))}.")
    plays = [one.play for one in playbook.programme.plays]
    for play in book.plays:
        if play not in plays:
            pad.error(("plays",), f"There is no play '{play}'.", f"Use: {', '.join(plays)}.")
    return pad.found


def _rules(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "reach/rules.yaml"), playbook.reach
    if book.window.start >= book.window.end:
        pad.error(("window",), "The window ends before it begins.", "Let it end later on the same day.")
    if not book.window.days:
        pad.error(("window", "days"), "Nothing may ever be sent.", "Name at least one day.")
    for whose, caps in (("contact", book.caps.contact), ("buying_unit", book.caps.buying_unit)):
        for one, other in pairwise(sorted(caps, key=lambda cap: cap.days)):
            if other.most < one.most:
                pad.warn(("caps", whose), f"{other.most} in {other.days} days is less than {one.most} in {one.days}: the shorter cap never holds.", "Raise the longer one.")
    if book.sender.hour > book.sender.day:
        pad.warn(("sender",), "An hour may send more than a day.", "Let the day be at least the hour.")
    return pad.found


def _messaging(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "reach/messaging.yaml"), playbook.messaging
    plays = [one.play for one in playbook.programme.plays]
    for path, play in [(("otherwise",), book.otherwise), *((("kinds", place), kind.play) for place, kind in enumerate(book.kinds))]:
        if play not in plays:
            pad.error(path, f"There is no play '{play}'.", f"Use: {', '.join(plays)}.")
    known = {one.persona for one in playbook.assets.personas.listed}
    for persona in sorted(known - set(book.personas)):
        pad.warn(("personas",), f"Nothing is said to the persona '{persona}'.", "Say what they care about, and the angle.")
    return pad.found


def _nurture(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "reach/nurture.yaml"), playbook.nurture
    if sorted(book.priority) != sorted(book.families):
        pad.error(("priority",), "The order does not name each family once.", f"Name: {', '.join(book.families)}.")
    for code, family in book.families.items():
        for member in family.members:
            if member.sequence not in playbook.sequences:
                pad.warn(("families", code), f"There is no sequence '{member.sequence}' yet: nobody gets it.", f"Write sequences/{member.sequence}.yaml.")
    return pad.found


def _enrolments(playbook: Playbook) -> list[Finding]:
    """Automations that enrol in a sequence nobody has."""
    found: list[Finding] = []
    for code, automation in playbook.automations.items():
        pad = Pad(playbook, f"automations/{code}.yaml")
        for place, step in enumerate(automation.then):
            said = step.said.get("sequence")
            if step.do == "sequence.enrol" and said != "by_rule" and said not in playbook.sequences:
                pad.warn(("then", place), f"There is no sequence '{said}': nobody is enrolled.", f"Use: by_rule, {', '.join(playbook.sequences)}.")
        found += pad.found
    return found
