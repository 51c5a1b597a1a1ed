"""Checks of the pipeline: every stage has its place, every trigger leads to one, every criterion has its key."""

from __future__ import annotations

from itertools import pairwise

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles
from rounds.playbook.finding import Finding


def pipeline_findings(playbook: Playbook) -> list[Finding]:
    return _process(playbook) + _stages(playbook) + _rules(playbook) + _closing(playbook)


def _process(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "pipeline/process.yaml"), playbook.process
    for twice in doubles([entry.stage for entry in book.stages]):
        pad.error(("stages",), f"The process stage {twice} stands twice.", "Remove one.")
    for twice in doubles([one.key for entry in book.stages for one in entry.criteria]):
        pad.error(("stages",), f"The criterion '{twice}' stands twice.", "Give each a key of its own.")
    for place, entry in enumerate(book.stages):
        if entry.weeks.low > entry.weeks.high:
            pad.error(("stages", place, "weeks"), f"{entry.title} takes at least longer than at most.", "Turn the two round.")
        if not entry.criteria:
            pad.warn(("stages", place, "criteria"), f"Nothing says when {entry.title} is over.", "Add an exit criterion.")
    for key in book.hard_requirements.criteria:
        if key not in book.criteria:
            pad.error(("hard_requirements", "criteria"), f"There is no criterion '{key}'.", f"Use: {', '.join(book.criteria)}.")
        elif book.criteria[key].by_hand:
            pad.warn(("hard_requirements", "criteria"), f"'{key}' can be ticked by hand, so nothing hard stands behind it.", "Take hand away.")
    plays = {one.play: one for one in playbook.programme.plays}
    for place, segment in enumerate(book.estimate.segments):
        if segment.play not in plays or plays[segment.play].decision_months is None:
            pad.error(("estimate", "segments", place), f"'{segment.play}' is no play with decision months.", "Name one of programme.yaml.")
        for word in segment.org_types:
            if word not in playbook.picklists.org_type.values:
                pad.error(("estimate", "segments", place), f"'{word}' is no organisation type.", "Use those of picklists.yaml.")
        for word in segment.subtypes:
            if word not in playbook.picklists.subtype.values:
                pad.error(("estimate", "segments", place), f"'{word}' is no sub-type.", "Use those of picklists.yaml.")
    known = {*playbook.stages.by_code, *book.by_code}
    for place, leg in enumerate(book.macro.legs):
        for name in (leg.from_, leg.to):
            if name not in known:
                pad.error(("macro", "legs", place), f"There is no stage '{name}'.", "Name one of pipeline/stages.yaml.")
        if leg.months.low > leg.months.high:
            pad.error(("macro", "legs", place, "months"), f"{leg.title} takes at least longer than at most.", "Turn the two round.")
    return pad.found


def _stages(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "pipeline/stages.yaml"), playbook.stages
    codes, process = [entry.stage for entry in book.stages], playbook.process.by_code
    for twice in doubles(codes):
        pad.error(("stages",), f"The stage {twice} stands twice.", "Remove one.")
    for twice in doubles([kind for entry in book.stages for kind in entry.trigger]):
        pad.error(("stages",), f"The trigger {twice} leads to two stages.", "Keep it at one.")
    for end in ("won", "lost"):
        if sum(entry.end == end for entry in book.stages) != 1:
            pad.error(("stages",), f"There must be one stage that ends a deal as {end}.", f"Say end: {end} at one stage.")
    for place, entry in enumerate(book.stages):
        if entry.end != "lost" and entry.process is None:
            pad.error(("stages", place), f"{entry.title} stands in no process stage.", "Say process: P1 to P7.")
        for name in filter(None, (entry.process, entry.process_by_name)):
            if name not in process:
                pad.error(("stages", place), f"There is no process stage {name}.", f"Use: {', '.join(process)}.")
    order = list(process)
    places = [order.index(book.process_of(code)) for code in codes if book.process_of(code) in order]
    if any(later < earlier for earlier, later in pairwise(places)):
        pad.error(("stages",), "A later stage of a deal stands in an earlier process stage.", "Keep both in order.")
    chances = [entry.chance.percent for entry in book.stages if entry.end != "lost"]
    if any(later < earlier for earlier, later in pairwise(chances)):
        pad.warn(("stages",), "A later stage has a smaller chance than an earlier one.", "Check the percentages.")
    return pad.found


def _rules(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "pipeline/stages.yaml"), playbook.stages
    codes = book.by_code
    for code in (*book.gates.at, *(stage for said in book.gates.roles.values() for stage in said)):
        if code not in codes:
            pad.error(("gates",), f"There is no stage '{code}'.", f"Use: {', '.join(codes)}.")
    for role in book.gates.roles:
        if role not in playbook.access.roles:
            pad.error(("gates", "roles", role), f"There is no role '{role}'.", "Name one of access/roles.yaml.")
    for name in ("skip", "back", "reopen", "override", "back_date"):
        allowed = getattr(book.moves, name)
        if allowed.may and allowed.may not in playbook.access.permissions:
            pad.error(("moves", name), f"There is no permission '{allowed.may}'.", "Name one of access/roles.yaml.")
    if book.ageing.stalled_above < book.ageing.slow_above:
        pad.error(("ageing",), "A deal would be stalled before it is slow.", "Let stalled_above be the larger.")
    if playbook.process.hard_requirements.at not in codes:
        pad.error(("stages",), "The hard requirements stand before a stage that is not there.", "Mend pipeline/process.yaml.")
    return pad.found


def _closing(playbook: Playbook) -> list[Finding]:
    pad, book = Pad(playbook, "pipeline/closing.yaml"), playbook.closing
    for twice in doubles([entry.reason for entry in book.lost.reasons]):
        pad.error(("lost", "reasons"), f"The reason '{twice}' stands twice.", "Remove one.")
    if book.lost.default != "none" and book.lost.default not in book.lost.by_code:
        pad.error(("lost", "default"), f"There is no reason '{book.lost.default}'.", "Say none, or one of the list.")
    for stage in playbook.stages.by_code:
        if stage not in book.forecast.from_stage:
            pad.error(("forecast", "from_stage"), f"{stage} has no forecast category.", "Give it one.")
    for stage, category in book.forecast.from_stage.items():
        if stage not in playbook.stages.by_code or category not in book.forecast.titles:
            pad.error(("forecast", "from_stage", stage), f"{stage}: {category} is no stage or no category.", "Use those of the lists.")
    if book.currencies.company not in book.currencies.allowed:
        pad.error(("currencies",), "The company's own currency is not allowed.", "Add it to the list.")
    if book.terms.default_months > book.terms.most_months:
        pad.error(("terms",), "The usual term is longer than the longest.", "Make it shorter.")
    return pad.found
