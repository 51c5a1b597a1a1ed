"""Mails as people and machines write them, for the tests of capture."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime


def mail(sender: str, to: str, subject: str = "Our talk", text: str = "Thank you, that helps.\n", *, id: str = "", at: datetime | None = None,
         cc: str = "", answers: str = "", references: str = "", headers: dict[str, str] | None = None, files: dict[str, bytes] | None = None) -> bytes:  # fmt: skip
    """The bytes of one mail. `id` and `answers` without their angle brackets."""
    said = EmailMessage(policy=SMTP)
    said["From"], said["To"], said["Subject"] = sender, to, subject
    said["Date"] = format_datetime(at or datetime.now(UTC))
    if cc:
        said["Cc"] = cc
    if id:
        said["Message-ID"] = f"<{id}>"
    if answers:
        said["In-Reply-To"] = f"<{answers}>"
    if references or answers:
        said["References"] = " ".join(f"<{one}>" for one in (references or answers).split())
    for name, value in (headers or {}).items():
        said[name] = value
    said.set_content(text)
    for name, body in (files or {}).items():
        said.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
    return said.as_bytes()


def complaint(to: str, about: str, said: str = "abuse", *, id: str = "") -> bytes:
    """What a provider writes when somebody called the letter `about` unwanted (RFC 5965)."""
    return f"""From: feedback@provider.example\r
To: {to}\r
Subject: Abuse report\r
Date: {format_datetime(datetime.now(UTC))}\r
Message-ID: <{id or f"complaint.{about}"}>\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=feedback-report; boundary="=b"\r
\r
--=b\r
Content-Type: text/plain\r
\r
This is an abuse report for a mail received from you.\r
--=b\r
Content-Type: message/feedback-report\r
\r
Feedback-Type: {said}\r
User-Agent: Provider/1.0\r
Version: 1\r
\r
--=b\r
Content-Type: message/rfc822\r
\r
From: olivia@northwind-rounds.example\r
Message-ID: <{about}>\r
Subject: Our talk\r
\r
Hello\r
--=b--\r
""".encode()


def report(to: str, about: str, status: str = "5.1.1", *, id: str = "", at: datetime | None = None) -> bytes:
    """What a mail server writes back of the letter `about` (RFC 3464)."""
    at = at or datetime.now(UTC)
    return f"""From: MAILER-DAEMON@mx.newfound.example\r
To: {to}\r
Subject: Undelivered Mail Returned to Sender\r
Date: {format_datetime(at)}\r
Message-ID: <{id or f"report.{about}"}>\r
Auto-Submitted: auto-replied\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="=b"\r
\r
--=b\r
Content-Type: text/plain\r
\r
I am sorry to have to inform you that your message could not be delivered.\r
--=b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.newfound.example\r
\r
Final-Recipient: rfc822; rosa@newfound.example\r
Action: failed\r
Status: {status}\r
Diagnostic-Code: smtp; 550 {status} no such user\r
\r
--=b\r
Content-Type: text/rfc822-headers\r
\r
From: olivia@northwind-rounds.example\r
Message-ID: <{about}>\r
Subject: Our talk\r
\r
--=b--\r
""".encode()
