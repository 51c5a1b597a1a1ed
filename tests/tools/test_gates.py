"""The gates of the supply chain: each passes on what is committed, and is shown to fail on a planted fault."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements", "package-lock.json", "pyproject.toml")
PLANTED = {
    "an API key": 'AWS = "AKIA' + 'QYLPMN5HHHFPZAM2"\n',
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7yn3bRHQ5FHMQ\n",
    "a password": 'database_password = "h7Rk' + 'Zq2vLw9xTb4N"\n',
    "an address with a password": "url = 'postgresql://admin:h7Rk" + "Zq2vLw9x@db.internal/x'\n",
}


def gate(name: str, *words: object) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, str(ROOT / "tools" / f"{name}.py"), *map(str, words)], capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The locks in a place where they may be spoilt."""
    for name in LOCKS:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    return tmp_path


def spoil(file: Path, pattern: str, by: str) -> None:
    text, count = re.subn(pattern, by, file.read_text(), flags=re.M)
    assert count
    file.write_text(text)


@pytest.mark.parametrize("name", ["floors", "licences", "leaks"])
def test_what_is_committed_passes(name):
    done = gate(name)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("package", "old"), [("django", "5.2.10"), ("h11", "0.14.0"), ("weasyprint", "68.1"), ("cryptography", "46.0.4")])
def test_a_planted_old_pin_is_found(copy, package, old):
    spoil(copy / "requirements" / "demo.txt", rf"^{package}==\S+", f"{package}=={old}")
    done = gate("floors", copy)
    assert done.returncode == 1
    assert re.search(rf"{package} {re.escape(old)} is open to CVE-", done.stderr)


def test_a_planted_old_npm_package_is_found(copy):
    lock = json.loads((copy / "package-lock.json").read_text())
    lock["packages"]["node_modules/esbuild"]["version"] = "0.24.2"
    (copy / "package-lock.json").write_text(json.dumps(lock))
    done = gate("floors", copy)
    assert done.returncode == 1
    assert "esbuild 0.24.2 is open to GHSA-" in done.stderr


def test_a_floor_of_nothing_is_found(copy):
    spoil(copy / "requirements" / "floors.toml", r"^h11 =", "h12 =")
    done = gate("floors", copy)
    assert done.returncode == 1
    assert "h12 is in no python lock" in done.stderr


def test_a_planted_licence_is_found(copy):
    spoil(copy / "requirements" / "licences.toml", r"^certifi =", "other =")
    lock = json.loads((copy / "package-lock.json").read_text())
    lock["packages"]["node_modules/echarts"]["license"] = "GPL-3.0-only"
    (copy / "package-lock.json").write_text(json.dumps(lock))
    done = gate("licences", copy)
    assert done.returncode == 1
    assert "certifi is under Mozilla Public License" in done.stderr
    assert "echarts (npm) is under GPL-3.0-only" in done.stderr


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_secret_is_found(tmp_path, planted):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "leaks.toml").write_text("allowed = []\n")
    (tmp_path / "settings.py").write_text(planted)
    done = gate("leaks", tmp_path)
    assert done.returncode == 1
    assert "settings.py:1 looks like a secret" in done.stderr
    assert "h7Rk" not in done.stderr, "the gate does not print what it found"


def test_an_allowance_nobody_needs_is_found(tmp_path):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "leaks.toml").write_text('[[allowed]]\nfile = "a.py"\ndigest = "0"\nwhy = "gone"\n')
    done = gate("leaks", tmp_path)
    assert done.returncode == 1
    assert "fits nothing any more" in done.stderr


def test_the_bill_of_materials_is_whole_valid_and_always_the_same(copy):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    first, second = gate("sbom"), gate("sbom")
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(first.stdout) is None
    said = json.loads(first.stdout)
    names = {part["purl"] for part in said["components"]}
    assert any(purl.startswith("pkg:pypi/django@") for purl in names)
    assert any(purl.startswith("pkg:npm/htmx.org@") for purl in names)
    locked = re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==([^\s;\\]+)", (ROOT / "requirements/demo.txt").read_text(), re.M)
    assert {f"pkg:pypi/{name}@{version}" for name, version in locked} <= names
    assert len(names) == len(said["components"])


def test_make_lint_runs_the_gates():
    lint = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.M)[1]
    for name in ("floors", "licences", "leaks"):
        assert f"tools/{name}.py" in lint
