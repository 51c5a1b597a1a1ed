"""What must never be committed: a registry's address, a path of somebody's machine, an unhashed package."""

from __future__ import annotations

import json
import re
import subprocess
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Hosts that serve packages. A lock file that names one binds every user to it, or to somebody's mirror.
REGISTRIES = re.compile(
    r"(pypi\.org|pythonhosted\.org|test\.pypi|registry\.npmjs\.org|npmjs\.com|registry\.yarnpkg|npm\.pkg\.github"
    r"|deb\.debian\.org|conda\.anaconda|crates\.io|proxy\.golang\.org|artifactory|nexus\.)"
)
# Absolute paths that exist on one machine only. /var/lib and /tmp are everywhere.
MACHINE = re.compile(r"(?<![\w.])(/work/|/root/|/home/[a-z]|/Users/[A-Za-z]|[A-Z]:\\\\Users)")
HERE = Path(__file__).relative_to(ROOT).as_posix()


def committed() -> list[Path]:
    """Every file git knows here; all files of the folder where this is no checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and name != HERE and (ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for file in committed():
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                found.append(f"{file.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    return found


def test_no_file_names_a_package_registry() -> None:
    assert lines_with(REGISTRIES) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_with(MACHINE) == []


def test_no_file_asks_python_to_warn() -> None:
    """What Python only warns of today (an escape it does not know, a comparison by `is`) is an error of a later one."""
    said = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for file in committed():
            if file.suffix == ".py":
                try:
                    compile(file.read_bytes(), str(file.relative_to(ROOT)), "exec")
                except SyntaxError as fault:
                    said.append(str(fault))
    assert said == []


LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_one_version_and_hashes(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    assert "--index-url" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_a_package_has_the_same_version_in_every_lock() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for line in lock.read_text().splitlines():
            if match := re.match(r"([a-z0-9._-]+)(?:\[.*\])?==(\S+)(.*?)\s*\\?$", line):
                versions.setdefault(f"{match[1]}{match[3]}", set()).add(match[2])
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_the_package_lock_carries_hashes_and_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    bare = [
        name for name, entry in packages.items() if name and not (entry.get("inBundle") or entry.get("integrity"))
    ]
    assert bare == []


def test_every_dependency_of_the_project_is_locked() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    asked = {
        "core": project["project"]["dependencies"],
        "demo": extras["analytics"] + extras["pdf"],
        "test": project["dependency-groups"]["dev"],
        "spark": extras["spark"],
        "build": project["dependency-groups"]["build"],
        "node": project["dependency-groups"]["node"],
    }
    for lock, wanted in asked.items():
        held = {
            line.split("==")[0].split("[")[0] for line in (ROOT / f"requirements/{lock}.txt").read_text().split("\n")
        }
        names = {re.match(r"[A-Za-z0-9._-]+", one)[0].lower().replace("_", "-") for one in wanted}
        assert names <= held, f"run `make lock`: requirements/{lock}.txt lacks {sorted(names - held)}"


def test_continuous_integration_runs_what_everybody_runs() -> None:
    deeds = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert deeds[-1] == "exec make test"
    assert len(deeds) <= 3
