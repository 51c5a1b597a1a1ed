"""What a deployment says about its mail, and what is wrong or weak in it."""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from rounds.kit.mails import is_mail

if TYPE_CHECKING:
    from rounds.project.config import Config


def mistakes(config: Config) -> list[str]:
    found = []
    if not is_mail(parseaddr(config.smtp_from)[1]):
        found.append("ROUNDS_SMTP_FROM must hold an address, as in Rounds <rounds@example.com>.")
    if config.smtp_authority is not None and not config.smtp_authority.is_file():
        found.append("ROUNDS_SMTP_AUTHORITY names no file of certificates.")
    if config.smtp_host and config.mail_drop is not None:
        found.append("ROUNDS_SMTP_HOST and ROUNDS_MAIL_DROP say two things about mail; leave one of them out.")
    return found


def weaknesses(config: Config) -> list[str]:
    """What is wrong with the way mail leaves."""
    found, own = [], config.smtp_host in ("localhost", "127.0.0.1", "::1")
    if config.smtp_host and config.smtp_security == "none" and not own:
        found.append("ROUNDS_SMTP_SECURITY must be starttls or tls: mail goes to another machine, and others could read along.")
    if config.smtp_host and parseaddr(config.smtp_from)[1].endswith((".example", ".invalid")):
        found.append("ROUNDS_SMTP_FROM must be an address of yours; it is the one of the example.")
    if config.mail_drop is not None:
        found.append("ROUNDS_MAIL_DROP must not be set: production mail goes to people, not into a folder.")
    return found


def mail_drop(config: Config) -> Path | None:
    """The folder that takes mail instead of a server: the one named; in the demo one beside the embedded database."""
    from rounds.project.config import ROOT

    if config.mail_drop is not None or config.mode != "demo" or config.smtp_host:
        return config.mail_drop
    return config.data_dir.with_name(f"{config.data_dir.name}-mail") if config.data_dir else ROOT / "var" / "mail"
