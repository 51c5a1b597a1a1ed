"""Reports of mail servers: which mails are one, told by the head (RFC 3464, RFC 5321 §3.6.3; RFC 5965 for complaints)."""

from __future__ import annotations

import re

from rounds.rules.reach.mail_heads import Head

_DAEMON = re.compile(r"^(mailer-daemon|postmaster)@", re.I)


def is_report(head: Head) -> bool:
    """Whether a mail may be a report on one of ours: its text is read to see on which."""
    kind = head.headers.get("content-type", "").lower().replace('"', "").replace(" ", "")
    return "report-type=delivery-status" in kind or "report-type=feedback-report" in kind or _DAEMON.match(head.sender.address) is not None
