"""Checks of lead statuses and of qualification: every move leads somewhere, every item is one that can be answered."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding
from rounds.playbook.shapes.life import Dimension
from rounds.playbook.vocabulary import VOCABULARY

SHEET_FACTS = frozenset({
    "c_level_met", "c_level_known", "supporter_levels", "stakeholders", "privacy_officers_met", "clinical_champions",
    "it_blockers", "fiscal_year_end", "hipaa_status",
})  # fmt: skip
"""What a sheet may derive from beyond the vocabulary: counted from the people and the account (models/leads/sheets.py)."""


def life_findings(playbook: Playbook) -> list[Finding]:
    return _statuses(playbook) + _dimensions(playbook) + _tables(playbook)


def _statuses(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "leads/statuses.yaml"), playbook.statuses
    if set(book.values) != set(playbook.picklists.lead_status.values):
        pad.error(("statuses",), "The statuses are not those of picklists.yaml › lead_status.", "Name the same in both.")
    for place, move in enumerate(book.moves):
        for name in (move.from_, move.to):
            if name not in book.values:
                pad.error(("moves", place), f"'{name}' is no lead status.", f"Use: {', '.join(book.values)}.")
        if move.may and move.may not in playbook.access.permissions:
            pad.error(("moves", place), f"There is no permission '{move.may}'.", "Name one of access/roles.yaml.")
    for twice in doubles([f"{move.from_} → {move.to}" for move in book.moves]):
        pad.error(("moves",), f"The move {twice} stands twice.", "Remove one.")
    for status in book.values:
        if status != book.values[0] and not any(move.to == status for move in book.moves):
            pad.warn(("statuses",), f"No move leads to {status}.", "Add one, or remove the status.")
    if not any(reason.needs_words for reason in book.reasons.listed):
        pad.warn(("reasons",), "No reason of the list asks for words of its own.", "Add one such as 'other'.")
    for band in book.lifecycle.bands:
        if band not in playbook.roles.by_band.map:
            pad.error(("lifecycle", "bands"), f"There is no band '{band}'.", "Use those of the lead score.")
    return pad.found


def _dimensions(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "qualification.yaml"), playbook.qualification
    every = [item.item for entry in book.dimensions for item in (*entry.indicators, *entry.flags)]
    for twice in doubles([*every, *(item.item for item in book.stage_1.items)]):
        pad.error(("dimensions",), f"The item '{twice}' stands twice.", "Give each a code of its own.")
    if book.reading not in book.readings:
        pad.error(("reading",), f"There is no reading '{book.reading}'.", f"Use: {', '.join(book.readings)}.")
    if "strict" not in book.readings:
        pad.error(("readings",), "The strict reading is missing; later stages ask for it.", "Add it.")
    for place, entry in enumerate(book.dimensions):
        _dimension(pad, ("dimensions", place), entry)
    names = {entry.dimension: entry for entry in book.dimensions}
    for name, reading in book.readings.items():
        for code, need in reading.dimensions.items():
            if code not in names:
                pad.error(("readings", name, "dimensions", code), f"There is no dimension '{code}'.", f"Use: {', '.join(names)}.")
            elif need.at_least > len(names[code].indicators):
                pad.error(("readings", name, "dimensions", code), f"'{code}' has only {len(names[code].indicators)} indicators.", "Ask for fewer.")
        if any(need.at_least > len(entry.indicators) for entry in book.dimensions for need in (getattr(reading, entry.kind),)):
            pad.error(("readings", name), "A dimension has fewer indicators than the reading asks for.", "Ask for fewer.")
    for code in book.six_leaves_out:
        if code not in names:
            pad.error(("six_leaves_out",), f"There is no dimension '{code}'.", f"Use: {', '.join(names)}.")
    if not any(entry.kind == "bant" for entry in book.asked):
        pad.error(("dimensions",), "No dimension of BANT is asked, so everybody would be qualified.", "Keep at least one.")
    return pad.found


def _dimension(pad: Pad, path: tuple, entry: Dimension) -> None:
    known = {item.item for item in entry.indicators}
    for place, flag in enumerate(entry.flags):
        at = (*path, "flags", place)
        if flag.negates and flag.negates not in known:
            pad.error(at, f"'{flag.item}' negates '{flag.negates}', which is no indicator of {entry.title}.", f"Use: {', '.join(known)}.")
        if flag.negates and flag.severity == "blocker":
            pad.error(at, f"'{flag.item}' only negates an indicator and would punish the same thing twice.", "Make it a caution.")
    for place, way in enumerate(entry.paths):
        wrong = [*(set(way.all) - known), *(set(way.lifts) - {flag.item for flag in entry.flags})]
        if wrong:
            pad.error((*path, "paths", place), f"'{wrong[0]}' is not asked in {entry.title}.", "Name its own items.")


def _tables(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "qualification.yaml"), playbook.qualification
    for place, pair in enumerate(book.contradictions.pairs):
        for item in pair:
            if item not in book.items:
                pad.error(("contradictions", "pairs", place), f"There is no item '{item}'.", "Name two that can be answered.")
        if pair[0] == pair[1]:
            pad.error(("contradictions", "pairs", place), f"'{pair[0]}' cannot contradict itself.", "Name two items.")
    for place, line in enumerate(book.derivations):
        at = ("derivations", place)
        if line.item not in book.items:
            pad.error(at, f"There is no item '{line.item}'.", "Name one that can be answered.")
        if (line.at_least is None) == (line.is_ is None):
            pad.error(at, f"'{line.item}' needs either at_least or is.", "Keep one of them.")
        for fact in (line.fact, *((line.needs.fact,) if line.needs else ())):
            if fact not in VOCABULARY and fact not in SHEET_FACTS:
                pad.error(at, f"There is no fact '{fact}'.", "Use one of the vocabulary, or one counted for the sheet.")
    if "default" not in book.min_capacity.usd:
        pad.error(("min_capacity", "usd"), "The capacity for leads without a segment is missing.", "Add default.")
    return pad.found
