"""A folder for a server, a server of its own, and one to share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rounds.kit import postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that does not exist yet, short and reachable by any account; its server is stopped afterwards."""
    base = Path(tempfile.mkdtemp(prefix="pgt-", dir="/tmp"))
    base.chmod(0o755)
    place = base / "db"
    yield place
    postgres.stop(place)
    found = postgres.status(place) if place.exists() else None
    for left in (base, found and found.at, found and found.socket_dir):
        if left:
            shutil.rmtree(left, ignore_errors=True)


@pytest.fixture
def server(folder: Path) -> postgres.Server:
    """A fresh server in `folder`."""
    return postgres.ensure(folder)


@pytest.fixture(scope="module")
def shared_server() -> Iterator[postgres.Server]:
    """One server for the tests of a module that do it no harm."""
    base = Path(tempfile.mkdtemp(prefix="pgt-", dir="/tmp"))
    base.chmod(0o755)
    yield postgres.ensure(base / "db")
    postgres.stop(base / "db")
    shutil.rmtree(base, ignore_errors=True)
