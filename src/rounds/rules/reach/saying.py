"""What is said to whom: the persona of a role, the play of an organisation, and the words for both (COMM-06)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.automation.conditions import judge


def persona_of(playbook: Playbook, role: str) -> str:
    """The persona whose roles name this one; "" where none does."""
    for one in playbook.assets.personas.listed:
        if role in one.roles:
            return one.persona
    return ""


def play_of(playbook: Playbook, facts: Mapping[str, Any]) -> str:
    """The play that speaks to an organisation, by its facts: the first whose condition holds, else the one the playbook names."""
    for kind in playbook.messaging.kinds:
        if judge(kind.when, facts.get).holds:
            return kind.play
    return playbook.messaging.otherwise


def words(playbook: Playbook, persona: str, play: str) -> dict[str, str]:
    """The places of messaging, filled in. A persona nobody knows, and a play the seed gives no words, leave theirs empty (C-49)."""
    plays = {one.play: one for one in playbook.programme.plays}
    said = plays[play]
    if not said.pains and said.messages_from:
        said = plays[said.messages_from]
    pains, values, who = (*said.pains, "", ""), (*said.values, "", ""), playbook.messaging.personas.get(persona)
    found = {"segment.pain": pains[0], "segment.pain_2": pains[1], "segment.value": values[0], "segment.value_2": values[1]}
    return {name: _within(one) for name, one in found.items()} | ({"persona.cares": who.cares, "persona.angle": who.angle} if who else {})


def _within(said: str) -> str:
    """Words as they stand inside a sentence: no capital at the beginning, unless the next letter is one too (AI, EHR)."""
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]
