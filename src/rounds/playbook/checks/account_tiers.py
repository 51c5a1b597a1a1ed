"""Checks of the tier gates."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad
from rounds.playbook.finding import Finding
from rounds.playbook.shapes.tiers import Tier
from rounds.playbook.vocabulary import VOCABULARY

OWN_FACTS = {"score"}


def tier_findings(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "tiers/abm.yaml")
    tiers = playbook.tiers
    if tiers.model.removeprefix("scoring/") not in playbook.scoring:
        pad.error(
            ("model",), f"There is no scoring model '{tiers.model}'.", f"Use one of: {', '.join(playbook.scoring)}."
        )
    numbers = [tier.tier for tier in tiers.tiers]
    if numbers != sorted(set(numbers)):
        pad.error(
            ("tiers",), "The tiers are not numbered upward, each once.", "Number them 1, 2, 3 from the best down."
        )
    for tier in tiers.tiers:
        _tier(pad, tier)
    for better, worse in zip(tiers.tiers, tiers.tiers[1:], strict=False):
        _floors(pad, better, worse)
    return pad.found


def _tier(pad: Pad, tier: Tier) -> None:
    path = ("tiers", tier.tier)
    if tier.capacity.low > tier.capacity.high:
        pad.error(
            (*path, "capacity"),
            f"Tier {tier.tier} may hold at least {tier.capacity.low} and at most {tier.capacity.high}.",
            "Swap them.",
        )
    if tier.service.owner_role not in pad.playbook.roles.roles:
        pad.error(
            (*path, "service", "owner_role"),
            f"There is no role '{tier.service.owner_role}'.",
            "Use a role of routing/roles.yaml.",
        )
    for position, gate in enumerate(tier.gates):
        for test in gate.any:
            where = (*path, "gates", position)
            fact = VOCABULARY.get(test.fact)
            if fact is None and test.fact not in OWN_FACTS:
                pad.error(where, f"The fact '{test.fact}' is not known.", "Known: " + ", ".join(VOCABULARY) + ".")
            elif fact is not None and test.is_ is not None:
                known = getattr(pad.playbook.picklists, fact.words).values if fact.words else (True, False)
                for word in test.is_:
                    if word not in known:
                        pad.error(where, f"'{word}' is not a value of {fact.label}.", "Use its exact words.")


def _floors(pad: Pad, better: Tier, worse: Tier) -> None:
    """A worse tier must not ask for more than a better one."""
    floors = {gate.gate: gate.any[0].at_least for gate in better.gates}
    for gate in worse.gates:
        above, mine = floors.get(gate.gate), gate.any[0].at_least
        if above is not None and mine is not None and mine > above:
            pad.error(
                ("tiers", worse.tier, "gates"),
                f"Tier {worse.tier} asks for more {gate.gate} ({mine}) than tier {better.tier} ({above}).",
                "Lower it: a tier's minimums fall from the best tier down.",
            )
