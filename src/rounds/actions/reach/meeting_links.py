"""Links by which people outside book, move and call off meetings. A link is made of the row's key and our own secret, so that
it can be said again; the database keeps its digest alone, and nobody who reads that can make one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing
from django.utils.crypto import salted_hmac

from rounds.actions.links.webhooks import outside
from rounds.actions.trust.tokens import digest
from rounds.kit.refusal import Refusal
from rounds.models import BookingPage, Contact, Lead, Meeting, Opportunity
from rounds.models.flow.active import active

SIGNS = 43
"""Signs of a token: 172 bits in hexadecimal."""
SALT = "rounds.booking.for"
KINDS = {"l": Lead, "c": Contact, "o": Opportunity}


class LinkGone(Refusal):
    """This link leads nowhere any more. Answer the mail it came with, and we will find a time."""

    status = 410


def token_of(key: UUID, purpose: str = "meeting") -> str:
    """The token of a meeting (of a booking page: purpose "page"), the same whenever it is asked."""
    return salted_hmac(f"rounds.{purpose}.link", str(key), algorithm="sha256").hexdigest()[:SIGNS]


def digest_of(key: UUID, purpose: str = "meeting") -> str:
    """What of a token is kept."""
    return digest(token_of(key, purpose)).hex()


def own_link(row: Meeting) -> str:
    """Where the guest of a meeting moves it or calls it off."""
    return outside(f"/book/own/{token_of(row.id)}/")


def page_link(page: BookingPage) -> str:
    """Where anybody books on this page."""
    return outside(f"/book/{token_of(page.id, 'page')}/")


def link_for(page: BookingPage, who: Lead | Contact | Opportunity) -> str:
    """Where one person books on this page without saying who they are; good for the days of the playbook."""
    kind = next(kind for kind, model in KINDS.items() if isinstance(who, model))
    return outside(f"/book/{signing.dumps([page.id.hex, kind, who.id.hex], salt=SALT)}/")


def meeting_of(token: str) -> Meeting:
    """The meeting behind a guest's link; changes nothing. Raises LinkGone (410)."""
    row = Meeting.objects.select_related("host", "page").filter(digest=digest(token).hex()).first()
    if row is None:
        raise LinkGone
    return row


def page_of(token: str, *, at: datetime) -> tuple[BookingPage, Lead | Contact | Opportunity | None]:
    """The page behind a link, and for whom the link was made; changes nothing. Raises LinkGone (410)."""
    who = None
    if ":" in token:
        try:
            (page, kind, key), made = _signed(token)
        except (signing.BadSignature, ValueError, TypeError) as fault:
            raise LinkGone from fault
        if made + timedelta(days=active().playbook.meetings.link_days) < at:
            raise LinkGone("This link has run out. Answer the mail it came with, and we will find a time.")
        rows, who = BookingPage.objects.filter(pk=page), KINDS[kind].objects.filter(pk=key).first()
        if who is None:
            raise LinkGone
    else:
        rows = BookingPage.objects.filter(digest=digest(token).hex())
    found = rows.select_related("user").filter(off_at=None).first()
    if found is None or found.kind not in active().playbook.meetings.kinds or (found.user is not None and not found.user.is_active):
        raise LinkGone
    return found, who


def _signed(token: str) -> tuple[tuple[str, str, str], datetime]:
    said = signing.loads(token, salt=SALT)
    made = datetime.fromtimestamp(signing.b62_decode(token.rsplit(":", 2)[1]), UTC)
    return (str(said[0]), str(said[1]), str(said[2])), made
