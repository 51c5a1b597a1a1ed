"""Lines of the log: one event, one line, whatever people put into names, addresses and agents."""

from __future__ import annotations

import logging
import re

LONGEST = 4000
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class OneLine(logging.Formatter):
    """Control characters, line breaks and marks that turn the reading direction are written as escapes; the lines of a
    traceback begin with a bar, so that none of them can pass for an event."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The event on one line."""
        return one_line(super().formatMessage(record))

    def formatException(self, ei) -> str:
        """The traceback, each line marked as part of it."""
        return "\n".join(f"  | {one_line(line)}" for line in re.split(r"\r\n|[\n\r]", super().formatException(ei)))


def one_line(text: str) -> str:
    """`text` without anything that a terminal or a reader of logs would take for more than letters."""
    cut = text if len(text) <= LONGEST else text[:LONGEST] + " …"
    return _BREAKS.sub(lambda found: found[0].encode("unicode_escape").decode(), cut)
