"""Holds the locks to requirements/floors.toml: no package older than its last known hole. python tools/floors.py [FOLDER]"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from locks import ROOT, npm, python, say
from packaging.version import Version


def faults(root: Path) -> list[str]:
    """A sentence for each package that is too old, or that the file names and no lock holds."""
    floors = tomllib.loads((root / "requirements" / "floors.toml").read_text())
    browser: dict[str, set[str]] = {}
    for name, entry in npm(root):
        browser.setdefault(name, set()).add(entry["version"])
    found = []
    for kind, held in (("python", python(root)), ("npm", browser)):
        for name, floor in floors[kind].items():
            if name not in held:
                found.append(f"{name} is in no {kind} lock; take it out of requirements/floors.toml.")
            for version in sorted(held.get(name, ())):
                if Version(version) < Version(floor["lowest"]):
                    found.append(f"{name} {version} is open to {floor['advisory']} ({floor['why']}); lock {floor['lowest']} or newer.")
    return found


if __name__ == "__main__":
    say("floors", faults(Path(sys.argv[1]) if sys.argv[1:] else ROOT), "no locked package is older than its last known hole.")
