"""Checks of the scoring files: sums, levels, readings, bands (LEAD-02, C-02, C-04, C-50)."""

from __future__ import annotations

from typing import Any

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad, doubles, floors_fall
from rounds.playbook.finding import Finding
from rounds.playbook.reach import Reach
from rounds.playbook.shapes.scoring import Criterion, Reading, ScoringModel
from rounds.playbook.vocabulary import VOCABULARY


def scoring_findings(playbook: Playbook) -> list[Finding]:
    found: list[Finding] = []
    for name, model in playbook.scoring.items():
        pad = Pad(playbook, f"scoring/{name}.yaml")
        _sums(pad, model)
        _names(pad, model)
        for category in model.categories:
            for criterion in category.criteria:
                _criterion(pad, ("categories", category.category, "criteria", criterion.criterion), criterion)
        _bands(pad, model)
        _references(pad, model)
        found += pad.found
    return found + _heat(playbook)


def _sums(pad: Pad, model: ScoringModel) -> None:
    for category in model.categories:
        if category.max is None:
            continue
        parts = [criterion.max or 0 for criterion in category.criteria]
        if sum(parts) != category.max:
            pad.error(
                ("categories", category.category, "max"),
                f"The criteria of {category.title} sum to {sum(parts)}, but its max is {category.max}.",
                f"Make the {len(parts)} criterion maxima sum to {category.max}, or change the category max.",
            )
    if model.max is not None:
        total = sum(category.max or 0 for category in model.categories)
        if total != model.max:
            pad.error(
                ("max",),
                f"The category maxima sum to {total}, but the model's max is {model.max}.",
                "Change a category max or the model's max until they agree.",
            )


def _names(pad: Pad, model: ScoringModel) -> None:
    for twice in doubles([category.category for category in model.categories]):
        pad.error(("categories", twice), f"The category '{twice}' stands twice.", "Rename one of them.")
    for twice in doubles([criterion.criterion for criterion in model.criteria]):
        pad.error(("categories",), f"The criterion '{twice}' stands twice.", "Rename one of them.")
    for category in model.categories:
        for criterion in category.criteria:
            if criterion.criterion in VOCABULARY or criterion.level_fact in VOCABULARY:
                pad.error(
                    ("categories", category.category, "criteria", criterion.criterion),
                    f"'{criterion.criterion}' is also the name of a raw fact.",
                    "Give the criterion another name.",
                )


def _criterion(pad: Pad, path: tuple[Any, ...], criterion: Criterion) -> None:
    if bool(criterion.levels) == (criterion.counted is not None):
        pad.error(path, f"{criterion.title} needs either levels or counted events.", "Write one of the two.")
        return
    codes = [level.level for level in criterion.levels]
    for twice in doubles(codes):
        pad.error(
            (*path, "levels", twice), f"{criterion.title} has the level '{twice}' twice.", "Remove or rename one."
        )
    for level in criterion.levels:
        if criterion.max is not None and level.points > criterion.max:
            pad.error(
                (*path, "levels", level.level),
                f"Level '{level.level}' gives {level.points} points, over {criterion.title}'s maximum of {criterion.max}.",
                "Lower the points or raise the maximum (and keep the sums).",
            )
        if level.same_as is not None and level.same_as not in codes:
            pad.error(
                (*path, "levels", level.level),
                f"Level '{level.level}' is the same as '{level.same_as}', which does not exist.",
                f"Name one of: {', '.join(codes)}.",
            )
    if criterion.levels and criterion.max is not None and criterion.best < criterion.max:
        pad.error(
            (*path, "max"),
            f"No level of {criterion.title} gives its maximum of {criterion.max} points.",
            f"Lower the maximum to {criterion.best} or add the level.",
        )
    if sum(level.unknown or level.absence for level in criterion.levels) > 1:
        pad.error(path, f"{criterion.title} has more than one level for not knowing.", "Keep one unknown or absence.")
    if criterion.counted:
        _kinds(pad, (*path, "counted"), set(criterion.counted.points) | set(criterion.counted.caps))
    _take(pad, path, criterion)
    for name, readings in criterion.readings.items():
        for position, reading in enumerate(readings):
            _reading(pad, (*path, "readings", name, position), criterion, reading)


def _take(pad: Pad, path: tuple[Any, ...], criterion: Criterion) -> None:
    if len(criterion.readings) > 1 and criterion.take is None:
        pad.error(
            path, f"{criterion.title} has several readings and does not say which to take.", "Add take and choices."
        )
    if criterion.take is not None and criterion.take not in criterion.choices:
        pad.error(
            (*path, "take"),
            f"{criterion.title} takes '{criterion.take}', which is none of its choices.",
            f"Choose one of: {', '.join(criterion.choices) or 'none defined'}.",
        )
    for name, choice in criterion.choices.items():
        for reading in choice.names:
            if reading not in criterion.readings:
                pad.error(
                    (*path, "choices", name),
                    f"The choice '{name}' names the reading '{reading}', which does not exist.",
                    f"Name some of: {', '.join(criterion.readings)}.",
                )


def _reading(pad: Pad, path: tuple[Any, ...], criterion: Criterion, reading: Reading) -> None:
    codes = {level.level for level in criterion.levels}
    for fact in (reading.fact, reading.trust.fact if reading.trust else None):
        if fact is not None and fact not in VOCABULARY:
            pad.error(path, f"The fact '{fact}' is not known.", "Known: " + ", ".join(VOCABULARY) + ".")
            return
    steps = reading.ladder or reading.count_ladder or ()
    if steps and not floors_fall([step.floor for step in steps]):
        pad.error(
            path,
            "The floors of this ladder do not fall from step to step.",
            "Order the steps from the highest floor down; only the last may have none.",
        )
    named = {step.level for step in steps if step.level} | set((reading.map or {}).values())
    named |= {step.level for step in reading.any or ()}
    if reading.table:
        named |= _table(pad, path, reading)
    for level in sorted(named - codes):
        pad.error(
            path,
            f"The level '{level}' does not exist in {criterion.title}.",
            f"Use one of: {', '.join(sorted(codes))}.",
        )
    for step in reading.any or ():
        _kinds(pad, path, set(step.at_least))
    _map_words(pad, path, reading)
    kind = VOCABULARY[reading.fact].kind
    wanted = {
        "ladder": ("count", "number", "ratio", "money"),
        "count_ladder": ("set",),
        "any": ("counts",),
        "map": ("choice", "flag", "text"),
        "table": ("choice", "text"),
    }
    way = next(way for way in wanted if getattr(reading, way) is not None)
    if kind not in wanted[way]:
        pad.error(
            path,
            f"'{reading.fact}' is a {kind}, which cannot be read by a {way}.",
            "Use another fact or another way of reading.",
        )


def _table(pad: Pad, path: tuple[Any, ...], reading: Reading) -> set[str]:
    from rounds.playbook.tables import table

    try:
        return {reading.via.get(level, level) for level in table(pad.playbook, reading.table or "").values()}
    except KeyError:
        pad.error(
            path,
            f"There is no table '{reading.table}'.",
            "Use ehr/NAME, ehr/vendor_classes or picklists/lead_source_warmth.",
        )
        return set()


def _map_words(pad: Pad, path: tuple[Any, ...], reading: Reading) -> None:
    fact = VOCABULARY[reading.fact]
    if reading.map is None:
        return
    if fact.words:
        known: set[Any] = set(getattr(pad.playbook.picklists, fact.words).values)
    elif fact.kind == "flag":
        known = {True, False}
    else:
        return
    for word in reading.map:
        if word not in known:
            pad.error((*path, "map", word), f"'{word}' is not in the picklist of {fact.label}.", "Use its exact words.")


def _kinds(pad: Pad, path: tuple[Any, ...], kinds: set[str]) -> None:
    for kind in sorted(kinds - set(pad.playbook.picklists.events.values)):
        pad.error(
            path, f"The activity '{kind}' is not in picklists.yaml › events.", "Add it there or correct its spelling."
        )


def _bands(pad: Pad, model: ScoringModel) -> None:
    if model.bands is None:
        return
    steps = model.bands.steps
    path = ("bands", "steps")
    if not floors_fall([step.at_least for step in steps]) or (steps and steps[-1].at_least is not None):
        pad.error(
            path,
            "The bands do not fall from the best down to one without a floor.",
            "Order them by falling at_least and leave the last without.",
        )
        return
    for twice in doubles([step.band for step in steps]):
        pad.error((*path, twice), f"The band '{twice}' stands twice.", "Rename one of them.")
    reach = Reach.of(model)
    for step in steps:
        if reach.highest is not None and step.at_least is not None and step.at_least > reach.highest:
            pad.warn(
                (*path, step.band),
                f"{step.title} begins at {step.at_least}, but the best total is {reach.highest}: it is unreachable.",
                "Lower its floor, or count the events another way.",
            )
    _counted_reach(pad, model)
    if reach.gaps and model.max:
        pad.note(("max",), f"No answers give a total of {', '.join(map(str, reach.gaps))}.")
    if steps and len(steps) > 1 and reach.share_below is not None and reach.share_below < 0.05:
        pad.note(
            (*path, steps[-1].band),
            f"Only {reach.share_below:.2%} of fully answered combinations are {steps[-1].title}: "
            "the band is reached almost only by missing answers.",
        )


def _counted_reach(pad: Pad, model: ScoringModel) -> None:
    """C-02: in which counting modes the best band cannot be reached."""
    for criterion in model.criteria:
        if criterion.counted is None or model.bands is None:
            continue
        best = model.bands.steps[0]
        for mode in ("once_per_kind", "highest_only"):
            highest = Reach.of(model, mode).highest
            if highest is not None and best.at_least is not None and highest < best.at_least:
                pad.note(
                    ("bands", "steps", best.band),
                    f"{best.title} is unreachable when events count {mode.replace('_', ' ')}: "
                    f"the best total is {highest}, {best.title} begins at {best.at_least}.",
                    "Keep each_event, or lower the floor.",
                )


def _references(pad: Pad, model: ScoringModel) -> None:
    known = {category.category for category in model.categories}
    for part in ("fit", "intent"):
        rule = getattr(model, part)
        for name in rule.categories if rule else ():
            if name not in known:
                pad.error(
                    (part, "categories"),
                    f"{part} names the category '{name}', which does not exist.",
                    f"Use some of: {', '.join(sorted(known))}.",
                )
    if model.fit and not floors_fall([grade.at_least for grade in model.fit.grades]):
        pad.error(("fit", "grades"), "The floors of the fit grades do not fall.", "Order them from the best down.")
    cap = model.unknown.provisional_cap
    if cap and (model.bands is None or cap not in {step.band for step in model.bands.steps}):
        pad.error(("unknown", "provisional_cap"), f"The band '{cap}' does not exist.", "Name one of the bands.")


def _heat(playbook: Playbook) -> list[Finding]:
    pad = Pad(playbook, "scoring/heat.yaml")
    for kind, trigger in playbook.heat.activities.map.items():
        if kind not in playbook.picklists.events.values:
            pad.error(
                ("activities", "map", kind),
                f"The activity '{kind}' is not in picklists.yaml › events.",
                "Add it there or correct it.",
            )
        if trigger not in playbook.heat.triggers:
            pad.error(
                ("activities", "map", kind),
                f"There is no trigger '{trigger}'.",
                f"Use one of: {', '.join(playbook.heat.triggers)}.",
            )
    heard = {("changes", "map", fact): one.trigger for fact, one in (playbook.heat.changes.map if playbook.heat.changes else {}).items()}
    heard |= {("news", "map", word): trigger for word, trigger in (playbook.heat.news.map if playbook.heat.news else {}).items()}
    for path, trigger in heard.items():
        if trigger not in playbook.heat.triggers:
            pad.error(path, f"There is no trigger '{trigger}'.", f"Use one of: {', '.join(playbook.heat.triggers)}.")
        if path[0] == "changes" and path[2] not in VOCABULARY:
            pad.error(path, f"There is no fact '{path[2]}'.", "Name a fact of the vocabulary.")
    if playbook.heat.mode == "boost":
        pad.warn(
            ("mode",),
            "Boost counts a change twice: once as its own criterion and once as bonus points.",
            "heat keeps them apart.",
        )
    return pad.found
