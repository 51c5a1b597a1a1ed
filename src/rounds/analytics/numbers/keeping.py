"""Compiled statements on disk, so that a fresh process neither imports Ibis nor compiles what another one has.

A folder for each version of the code that compiles (its hash), a file for each statement; the playbook and whose sight
it is are part of a statement's name. Where the folder cannot be written, or others may write it, nothing is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

from rounds.analytics.numbers.templates import Template

VERSIONS = 4
"""Folders of other versions that stay."""
CODE = ("analytics/metrics", "analytics/numbers", "rules", "playbook", "access")
"""What a statement is made by."""
PACKAGE = Path(__file__).resolve().parents[2]


def read(name: str) -> Template | None:
    """The kept template of a name; None where there is none."""
    folder = _folder()
    if folder is None:
        return None
    try:
        held = json.loads((folder / _file(name)).read_bytes())
        return Template(tuple(piece if isinstance(piece, str) else (piece[0], piece[1]) for piece in held["pieces"]), {table: frozenset(columns) for table, columns in held["used"].items()}) if held["name"] == name else None
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None


def keep(name: str, made: Template) -> None:
    """Write a template down; whoever reads sees all of it or nothing."""
    folder = _folder()
    if folder is None:
        return
    try:
        handle, written = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"name": name, "pieces": made.pieces, "used": {table: sorted(columns) for table, columns in made.used.items()}}, file)
        os.replace(written, folder / _file(name))
    except OSError:
        return


def _file(name: str) -> str:
    return f"{hashlib.sha256(name.encode()).hexdigest()[:40]}.json"


@cache
def _folder() -> Path | None:
    """The folder of this version, made where it is not there; None where it is not ours alone."""
    from django.conf import settings

    root = getattr(settings, "STATEMENTS_DIR", None) if settings.configured else None
    if root is None:
        return None
    folder = Path(root) / _version()
    try:
        new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if new:
            _forget(Path(root), folder)
        for one in (Path(root), folder):
            said = one.stat()
            if said.st_uid != os.geteuid() or said.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return None
    except OSError:
        return None
    return folder


def _forget(root: Path, ours: Path) -> None:
    """Remove the folders of older versions."""
    others = sorted((one for one in root.iterdir() if one.is_dir() and one != ours), key=lambda one: one.stat().st_mtime)
    for one in others[: max(0, len(others) - VERSIONS)]:
        shutil.rmtree(one, ignore_errors=True)


def _version() -> str:
    """The hash of all code and packages that have a say in what is compiled."""
    digest = hashlib.sha256("|".join(f"{name} {version(name)}" for name in ("ibis-framework", "sqlglot")).encode())
    for place in CODE:
        for file in sorted((PACKAGE / place).rglob("*.py")):
            digest.update(file.relative_to(PACKAGE).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:20]
