"""Mail addresses: which text is one, and only one."""

from __future__ import annotations

import re

LONGEST = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets."""
_ONE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
                  r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]")  # fmt: skip


def is_mail(text: object) -> bool:
    """Whether `text` is one address of the plain form: no name beside it, no list, no line break, no quoting."""
    return isinstance(text, str) and len(text) <= LONGEST and _ONE.fullmatch(text) is not None
