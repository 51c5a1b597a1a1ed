"""Holds what runs below Rounds to requirements/licences.toml: no licence that binds its users. python tools/licences.py [FOLDER]

Python packages say their licence when they are installed, so the gate looks at the packages of requirements/demo.txt
that are; npm packages say it in package-lock.json.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from locks import ROOT, npm, python, say


def said(name: str) -> list[str] | None:
    """What an installed package says its licence is; None where it is not installed (another system's package)."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    classes = [line.rpartition("::")[2].strip() for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    short = (about.get("License") or "").strip()
    return [one for one in (about.get("License-Expression"), *classes, short if len(short) < 60 else "") if one]


def fits(licence: str, taken: set[str]) -> bool:
    """Whether every part of an expression (A AND B), or one of its choices (A OR B), is taken."""
    if licence in taken:
        return True
    choices = re.split(r"\s+OR\s+", licence.strip("()"))
    return any(all(part.strip("() ") in taken for part in re.split(r"\s+AND\s+", choice)) for choice in choices)


def faults(root: Path) -> list[str]:
    """A sentence for each package whose licence is neither taken nor noted."""
    rules = tomllib.loads((root / "requirements" / "licences.toml").read_text())
    taken, noted, found = set(rules["taken"]), rules["noted"], []
    for name in sorted(python(root, "demo")):
        licences = said(name)
        if licences is None or name in noted["python"]:
            continue
        if not licences or not all(fits(one, taken) for one in licences):
            found.append(f"{name} is under {', '.join(licences) or 'no licence it names'}; see requirements/licences.toml.")
    for name, entry in npm(root):
        licence = entry.get("license", "")
        if not fits(licence, taken) and name.partition("-")[0] not in noted["npm"] and name not in noted["npm"]:
            found.append(f"{name} (npm) is under {licence or 'no licence it names'}; see requirements/licences.toml.")
    return found


if __name__ == "__main__":
    say("licences", faults(Path(sys.argv[1]) if sys.argv[1:] else ROOT), "nothing below Rounds binds its users.")
