"""Checks of territories, segments, roles and clocks (ROUTE-04, C-07)."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, floors_fall, splits
from rounds.playbook.finding import Finding
from rounds.playbook.states import STATES


def routing_findings(playbook: Playbook) -> list[Finding]:
    return _territories(playbook) + _segments(playbook) + _roles(playbook) + _clocks(playbook)


def _territories(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "routing/territories.yaml")
    book = playbook.territories
    if book.table not in book.tables:
        pad.error(
            ("table",), f"There is no territory table '{book.table}'.", f"Choose one of: {', '.join(book.tables)}."
        )
    for position, name in enumerate(book.names):
        if splits(name):
            pad.error(
                ("names", position), f"The territory '{name}' holds a comma or a tilde, which part values.", "Write it without."
            )
    for number, table in book.tables.items():
        path = ("tables", number, "territories")
        naming: dict[str, list[str]] = {}
        for territory, states in table.territories.items():
            if territory not in book.names:
                pad.error(
                    (*path, territory),
                    f"The territory '{territory}' is not in names.",
                    "Add it there or correct its spelling.",
                )
            for state in states:
                naming.setdefault(state, []).append(territory)
                if state not in STATES:
                    pad.error((*path, territory), f"'{state}' is no US state or territory.", "Use two-letter codes.")
        _overlaps(pad, playbook, number, naming)
        _holes(pad, playbook, number, naming)
    for part in ("tiebreak", "filled"):
        for state, territory in getattr(book, part).states.items():
            if territory not in book.names:
                pad.error(
                    (part, "states", state),
                    f"There is no territory '{territory}'.",
                    f"Use one of: {', '.join(book.names)}.",
                )
    return pad.found


def _overlaps(pad: Pad, playbook: Playbook, number: str, naming: dict[str, list[str]]) -> None:
    tiebreak = playbook.territories.tiebreak.states
    for state, territories in sorted(naming.items()):
        if len(territories) < 2:
            continue
        path = ("tables", number, "territories", territories[0])
        said = " and ".join(territories)
        if tiebreak.get(state) in territories:
            pad.note(path, f"Table {number} names {state} in {said}; the tie-break gives it to {tiebreak[state]}.")
        else:
            severity = pad.error if number == playbook.territories.table else pad.warn
            severity(
                path,
                f"Table {number} names {state} in {said}, and no tie-break decides.",
                f"Add {state} to tiebreak › states, or remove it from one territory.",
            )


def _holes(pad: Pad, playbook: Playbook, number: str, naming: dict[str, list[str]]) -> None:
    filled = playbook.territories.filled.states if playbook.territories.fill == "shipped" else {}
    holes = [state for state in STATES if state not in naming]
    added = [state for state in holes if state in filled]
    open_ = [state for state in holes if state not in filled]
    path = ("tables", number)
    if added:
        pad.note(path, f"Table {number} leaves out {', '.join(added)}: filled by our own additions.")
    if open_:
        write = pad.warn if number == playbook.territories.table else pad.note
        write(
            path,
            f"Table {number} leaves out {', '.join(open_)}: they go to the queue '{playbook.territories.queue}'.",
            "Name them in a territory or under filled › states.",
        )


def _segments(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "routing/segments.yaml")
    for basis in ("beds", "deal"):
        if not floors_fall([getattr(segment, basis).at_least for segment in playbook.segments.segments]):
            pad.error(
                ("segments",), f"The {basis} floors of the segments do not fall.", "Order them from the largest down."
            )
    return pad.found


def _roles(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "routing/roles.yaml")
    roles = playbook.roles
    bands = {step.band for model in playbook.scoring.values() if model.bands for step in model.bands.steps}
    for band in sorted(bands - set(roles.by_band.map)):
        pad.error(("by_band", "map"), f"The band '{band}' has no role.", "Add it, with null for nobody.")
    for band, role in roles.by_band.map.items():
        if role is not None and role not in roles.roles:
            pad.error(("by_band", "map", band), f"There is no role '{role}'.", f"Use one of: {', '.join(roles.roles)}.")
        if band not in bands:
            pad.error(
                ("by_band", "map", band), f"There is no band '{band}'.", f"Use one of: {', '.join(sorted(bands))}."
            )
    for role, following in roles.fallback.chain.items():
        if role not in roles.roles or following not in {*roles.roles, "manager_queue"}:
            pad.error(
                ("fallback", "chain", role),
                f"'{role} → {following}' names a role that does not exist.",
                "Use roles or manager_queue.",
            )
        seen, step = {role}, following
        while step in roles.fallback.chain:
            if step in seen:
                pad.error(
                    ("fallback", "chain", role),
                    f"The fallback of '{role}' runs in a circle.",
                    "End the chain with manager_queue.",
                )
                break
            seen.add(step)
            step = roles.fallback.chain[step]
    return pad.found


def _clocks(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "routing/sla.yaml")
    bands = set(playbook.roles.by_band.map)
    for band in set(playbook.sla.bands) - bands:
        pad.error(("bands", band), f"There is no band '{band}'.", f"Use one of: {', '.join(sorted(bands))}.")
    for part in ("recycle", "follow_up"):
        for band in getattr(playbook.recycle, part).bands:
            if band not in bands:
                other = Pad(playbook, "routing/recycle.yaml")
                other.error((part, "bands"), f"There is no band '{band}'.", f"Use one of: {', '.join(sorted(bands))}.")
                pad.found += other.found
    return pad.found
