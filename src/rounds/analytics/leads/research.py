"""The research a new lead needs: the four topics of the seed, each with what is known of it (LEAD-27)."""

from __future__ import annotations

from dataclasses import dataclass

from rounds.analytics.leads.standing import Standing
from rounds.rules.leads.research import TOPICS
from rounds.rules.scoring import scorer


@dataclass(frozen=True)
class Topic:
    """One topic: its criteria as (code, word, known)."""

    title: str
    parts: list[tuple[str, str, bool]]

    @property
    def done(self) -> int:
        return sum(known for _, _, known in self.parts)

    @property
    def state(self) -> str:
        return "met" if self.done == len(self.parts) else "missing"


def research(held: Standing) -> tuple[list[Topic], float]:
    """The topics, and the share of their criteria that are known (0 to 1)."""
    words = {line.code: line.criterion.word for line in scorer(held.now.playbook, "lead_fit").lines}
    missing = set(held.score.missing)
    topics = [Topic(title, [(code, words[code], code not in missing) for code in codes if code in words])
              for title, codes in TOPICS]  # fmt: skip
    whole = sum(len(topic.parts) for topic in topics)
    return topics, sum(topic.done for topic in topics) / whole if whole else 0.0
