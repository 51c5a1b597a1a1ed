"""What a visitor sends does not become an event of the log."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from rounds.kit.logs import OneLine

FORGED = "\r\nERROR rounds: all is well\x1b[2J"


def test_the_product_writes_so(db, caplog):
    assert settings.LOGGING["formatters"]["line"]["()"] == "rounds.kit.logs.OneLine"
    with caplog.at_level("WARNING"):
        Client(raise_request_exception=False, headers={"user-agent": f"x{FORGED}"}).get("/no%0d%0aERROR%20rounds:%20well/")
    for record in caplog.records:
        line = OneLine("{levelname} {name}: {message}", style="{").format(record)
        assert not any(part.startswith("ERROR rounds") for part in line.splitlines())
