"""A production server of the tests' own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.production import Place, command, sound


@pytest.fixture(scope="session")
def production(server, clone, tmp_path_factory) -> Iterator[Place]:
    """Rounds in production mode with collected assets, an administrator (ada@house.example) and a public form."""
    folder = tmp_path_factory.mktemp("production")
    environment = sound(folder, server, clone(f"production_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"))
    if not (Path(__file__).parents[2] / "src/rounds/web/static/build/app.js").is_file():
        pytest.skip("the assets are not built: npm ci && npm run build")
    for words in (("migrate",), ("assets", "collect"), ("user", "add", "ada@house.example", "Ada Lane", "--role", "admin")):
        done = command(environment, *words)
        assert done.returncode == 0, (words, done.stderr)
    place = Place(environment)
    try:
        place.start(folder / "server.log")
        place.log_in("ada@house.example")
        yield place
    finally:
        place.end()
