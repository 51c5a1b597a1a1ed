"""The small universe of the tests, joined once; and the real one where the public files are."""

from __future__ import annotations

from datetime import date

import pytest

from rounds.connectors.public_files import survey
from rounds.playbook import default
from rounds.rules.universe import join
from tests.conftest import public_data
from tests.universe_files import small_universe

AT = date(2026, 11, 21)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """The small universe of five hospitals."""
    book = default()
    folder = small_universe(tmp_path_factory.mktemp("files"))
    return join(survey(folder).tables(), book.universe, book.ehr, at=AT)


@pytest.fixture(scope="session")
def real():
    """The real files, joined."""
    book = default()
    return join(survey(public_data()).tables(), book.universe, book.ehr, at=AT)
