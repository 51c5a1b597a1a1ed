"""How playbook files are shown: the shelf of files, coloured lines, the form of a scoring file's figures."""

from __future__ import annotations

import re
from typing import Any

from rounds.playbook import Playbook

SHELVES = [("Scoring", "scoring/"), ("Tiers", "tiers/"), ("Routing", "routing/"), ("Automations", "automations/"), ("Trust", "trust/"), ("Words and facts", "")]
SAYS = {
    "scoring/lead_fit.yaml": "100-point lead score", "scoring/crm_quick.yaml": "Quick score",
    "scoring/abm_account.yaml": "Account matrix", "scoring/heat.yaml": "Heat",
    "scoring/integration_complexity.yaml": "Integration complexity", "tiers/abm.yaml": "Account tiers",
    "routing/territories.yaml": "Territories", "routing/segments.yaml": "Segments", "routing/roles.yaml": "Roles by band",
    "routing/sla.yaml": "Clocks", "routing/recycle.yaml": "Recycling", "picklists.yaml": "Picklists",
    "ehr.yaml": "EHR names and classes", "titles.yaml": "Job titles", "universe.yaml": "Hospital universe",
    "trust/retention.yaml": "Retention", "trust/agreements.yaml": "Agreements", "trust/checks.yaml": "Compliance checks",
    "automation.yaml": "What holds for automations", "fields.yaml": "Your own fields", "programme.yaml": "Programme plays", "choices.yaml": "Choices",
}  # fmt: skip
_KEY = re.compile(r"^(\s*(?:- )?(?:\{)?)([\w\"'&/ .+()-]+?)(:)(?=\s|$)")


def shelf(files: dict[str, str], here: str) -> list[dict[str, Any]]:
    """The files in groups: [{name, files: [{file, says, current}]}]."""
    rest, groups = dict.fromkeys(sorted(files)), []
    for name, prefix in SHELVES:
        mine = [f for f in rest if f.startswith(prefix)]
        for file in mine:
            del rest[file]
        rows = [{"file": f, "says": SAYS.get(f, f), "current": f == here} for f in mine]
        groups.append({"name": name, "files": rows})
    return [group for group in groups if group["files"]]


def coloured(text: str) -> list[dict[str, str]]:
    """Lines of YAML as {number, lead, key, rest, comment}, for a quiet colouring."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        body, hash_, comment = line.partition(" #") if not line.lstrip().startswith("#") else ("", "", line)
        match = _KEY.match(body)
        lead, key, rest = (match.group(1), match.group(2) + ":", body[match.end():]) if match else ("", "", body)
        lines.append({"number": str(number), "lead": lead, "key": key, "rest": rest,
                      "comment": (hash_ + comment) if hash_ else comment})  # fmt: skip
    return lines


def figures(book: Playbook, file: str) -> list[dict[str, Any]] | None:
    """A scoring file's weights as fields: categories with criteria, maxima and points by level; None for other files.

    A field's `name` is its path joined by "|": what `drafts.figures` sets.
    """
    model = book.scoring.get(file.removeprefix("scoring/").removesuffix(".yaml")) if file.startswith("scoring/") else None
    if model is None:
        return None
    shown = []
    for category in model.categories:
        at = ("categories", category.category)
        criteria = [_criterion((*at, "criteria", c.criterion), c) for c in category.criteria]
        shown.append({"title": category.title, "max": category.max, "name": "|".join((*at, "max")),
                      "criteria": criteria})  # fmt: skip
    return shown


def _criterion(at: tuple[str, ...], criterion: Any) -> dict[str, Any]:
    levels = [
        {"title": level.title, "points": level.points, "name": "|".join((*at, "levels", level.level, "points"))}
        for level in criterion.levels
    ]
    return {"title": criterion.title, "max": criterion.max, "name": "|".join((*at, "max")), "levels": levels}
