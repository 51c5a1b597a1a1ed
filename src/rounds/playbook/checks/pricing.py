"""Checks of pricing: weights of 100, bands that stand upright, a matrix that leaves nothing out, nothing unreachable."""

from __future__ import annotations

from itertools import product as each

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles, floors_fall
from rounds.playbook.finding import Finding
from rounds.playbook.vocabulary import VOCABULARY

PRICE_FACTS = frozenset({"integration_complexity", "roi_percent"})
"""What a price may be read from beyond the vocabulary: counted from the account and the deal."""
SOURCES = frozenset({
    "quote_lines", "business_case", "approach", "investment", "architecture", "integration", "security", "support", "pricing",
    "payment", "service_levels", "contract", "timeline", "resources", "risks", "success",
})  # fmt: skip
"""What an item of the proposal can be written from (models/deals/proposal_facts.py)."""


def pricing_findings(playbook: Playbook) -> list[Finding]:
    return [*_products(playbook), *_value(playbook), *_discounts(playbook), *_matrix(playbook), *_quotes(playbook), *_proposal(playbook)]


def _products(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "pricing/products.yaml"), playbook.products
    if not said.products:
        pad.error(("products",), "There is nothing to sell.", "Add a product.")
    for twice in doubles([entry.product for entry in said.products]):
        pad.error(("products",), f"The product '{twice}' stands twice.", "Give each a code of its own.")
    for place, entry in enumerate(said.products):
        at = ("products", place)
        if entry.band.floor > entry.band.ceiling:
            pad.error(at, f"The band of {entry.title} begins above its end.", "Swap floor and ceiling.")
        if entry.least > entry.band.ceiling:
            pad.error(at, f"Nothing in the band of {entry.title} reaches its price floor.", "Lower `least`, or raise the band.")
        elif entry.least > entry.band.floor:
            pad.warn(at, f"The cheapest guidance for {entry.title} lies below its price floor.", "Lower `least`, or raise the floor of the band.")
        if entry.cost > entry.least:
            pad.warn(at, f"At its price floor {entry.title} is sold below cost.", "Raise `least`.")
    if not floors_fall([band.at_least for band in said.sizes.bands]):
        pad.error(("sizes", "bands"), "The deal sizes do not fall.", "Order them from the largest down.")
    return pad.found


def _value(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "pricing/value.yaml"), playbook.value
    total = sum(factor.weight for factor in said.factors)
    if total != 100:
        pad.error(("factors",), f"The weights sum to {total}, not 100.", f"{'Take off' if total > 100 else 'Add'} {abs(100 - total)}.")
    for twice in doubles([factor.factor for factor in said.factors]):
        pad.error(("factors",), f"The factor '{twice}' stands twice.", "Remove one.")
    for place, factor in enumerate(said.factors):
        at = ("factors", place)
        if factor.weight == 0:
            pad.warn(at, f"{factor.title} weighs nothing.", "Remove it, or give it a weight.")
        if factor.fact and factor.fact not in VOCABULARY and factor.fact not in PRICE_FACTS:
            pad.error(at, f"There is no fact '{factor.fact}'.", "Use one of the vocabulary, integration_complexity or roi_percent.")
        if factor.ladder and not factor.fact:
            pad.error(at, f"{factor.title} has a ladder and no fact to climb it.", "Name the fact.")
        if factor.ladder and not floors_fall([rung.at_least for rung in factor.ladder.floors]):
            pad.error(at, f"The ladder of {factor.title} does not fall: a rung would never be reached.", "Order its floors from the highest down.")
    return pad.found


def _discounts(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "pricing/discounts.yaml"), playbook.discounts
    for twice in doubles([band.band for band in said.bands]):
        pad.error(("bands",), f"The band '{twice}' stands twice.", "Remove one.")
    if not any(band.band == "standard" for band in said.bands):
        pad.error(("bands",), "The standard band, which everybody has, is missing.", "Add it.")
    for place, band in enumerate(said.bands):
        if band.low > band.high:
            pad.error(("bands", place), f"{band.title} begins at {band.low} % and ends at {band.high} %.", "Swap them.")
        if said.stacking == "max_single" and band.band != "standard" and band.high <= said.bands[0].high and said.bands[0].band == "standard":
            pad.note(("bands", place), f"{band.title} never raises the ceiling: standard reaches {said.bands[0].high} % already.")
    if said.cap.percent < max(band.high for band in said.bands):
        pad.warn(("cap",), "The cap lies below the highest band.", "Raise the cap, or lower the band.")
    if playbook.quotes.term.most < said.multi_year_from.months:
        pad.warn(("multi_year_from",), "No quote may run long enough to be a multi-year contract.", "Lower it, or let terms be longer.")
    return pad.found


def _matrix(playbook: Playbook) -> list[Finding]:
    """Every discount finds a line, every line some discount, every level somebody."""
    pad, said = Pad(playbook, "pricing/discounts.yaml"), playbook.discounts.approvals
    hit = set()
    for percent, within in each(range(101), (True, False)):
        line = next((place for place, entry in enumerate(said.matrix) if percent <= entry.at_most and (within or not entry.within)), None)
        if line is None:
            pad.error(("approvals", "matrix"), f"Nobody is named for {percent} % {'within' if within else 'above'} the ceiling.", "Add a line up to 100.")
            break
        hit.add(line)
    for place in range(len(said.matrix)):
        if place not in hit:
            pad.warn(("approvals", "matrix", place), "No discount ever reaches this line.", "Remove it, or move it up.")
    for place, entry in enumerate(said.matrix):
        for code in entry.asks:
            if code not in said.levels:
                pad.error(("approvals", "matrix", place), f"There is no level '{code}'.", f"Use: {', '.join(said.levels)}.")
    for code, level in said.levels.items():
        at = ("approvals", "levels", code)
        if level.may not in playbook.access.permissions:
            pad.error(at, f"There is no permission '{level.may}'.", "Name one of access/roles.yaml.")
        elif not any(level.may in role.may for role in playbook.access.roles.values()):
            pad.error(at, f"No role may {level.may}, so nobody would ever say yes as {level.title}.", "Give it to a role.")
        if level.escalates_to is not None and (level.escalates_to not in said.levels or level.escalates_to == code):
            pad.error(at, f"{level.title} is escalated to '{level.escalates_to}'.", "Name another level.")
        for role in level.stands_in:
            if role not in playbook.access.roles:
                pad.error(at, f"There is no role '{role}'.", "Name one of access/roles.yaml.")
    return pad.found


def _quotes(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "pricing/quotes.yaml"), playbook.quotes
    if not said.term.least <= said.term.months <= said.term.most:
        pad.error(("term",), "The usual term lies outside of the shortest and the longest.", "Order least, months and most.")
    for place, payment in enumerate(said.payments):
        if bool(payment.per_year) == bool(payment.shares):
            pad.error(("payments", place), f"{payment.title} needs per_year or shares.", "Keep one of them.")
        if payment.shares and sum(share.percent for share in payment.shares) != 100:
            pad.error(("payments", place), f"The shares of {payment.title} sum to {sum(share.percent for share in payment.shares)} %.", "Make them 100.")
    return pad.found


def _proposal(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "pricing/proposal.yaml"), playbook.proposal
    items = [item for section in said.sections for item in section.items]
    for twice in doubles([item.item for item in items]):
        pad.error(("sections",), f"The item '{twice}' stands twice.", "Give each a code of its own.")
    for place, section in enumerate(said.sections):
        for number, item in enumerate(section.items):
            if item.from_ not in SOURCES:
                pad.error(("sections", place, "items", number), f"Nothing is written from '{item.from_}'.", f"Use: {', '.join(sorted(SOURCES))}.")
    if len(said.sections) != 4 or any(len(section.items) != 4 for section in said.sections):
        pad.note(("sections",), "The seed's proposal has four sections of four items.")
    if said.good_for.span > playbook.quotes.good_for.span:
        pad.warn(("good_for",), "A proposal would stand longer than the quote in it.", "Shorten it, or let quotes stand longer.")
    return pad.found
