"""Nobody writes an event of their own into the log."""

from __future__ import annotations

import logging

from rounds.kit.logs import OneLine

FORGED = "\r\nERROR rounds: all is well\x1b[2J\u202e\u2028"


def written(message: str, *args: object, fault: Exception | None = None) -> str:
    info = (type(fault), fault, None) if fault else None
    record = logging.LogRecord("rounds", logging.ERROR, "", 0, message, args, info)
    return OneLine("{levelname} {name}: {message}", style="{").format(record)


def test_an_event_is_one_line():
    line = written("%s failed", f"GET /x{FORGED}")
    assert line.splitlines() == [line]
    assert "\x1b" not in line
    assert "\\r\\nERROR" in line


def test_no_line_of_a_traceback_passes_for_an_event():
    lines = written("failed", fault=ValueError(f"bad{FORGED}")).split("\n")
    assert len(lines) > 1
    assert all(line.startswith("  | ") for line in lines[1:])
