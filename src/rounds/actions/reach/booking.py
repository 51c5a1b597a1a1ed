"""Booking pages, and what people outside do on them: choose a time, move it, call it off (AUTO-13)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.flow.deeds import deed
from rounds.actions.leads import leads
from rounds.actions.leads.given import LeadRefused, given
from rounds.actions.leads.routing import one as routing
from rounds.actions.reach import meetings
from rounds.actions.reach.meeting_links import LinkGone, digest_of, meeting_of
from rounds.actions.reach.meetings import About, MeetingRefused
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.ids import new_id
from rounds.kit.mails import is_mail
from rounds.kit.refusal import Refusal
from rounds.models import BookingPage, Contact, Lead, Meeting, Opportunity, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.leads.leads import CLOSED

SOURCE = "Web form"
"""Where somebody comes from whom we did not know, where the playbook has such a source."""


class NobodyFree(Refusal):
    """Thank you. Nobody can be booked this minute; we have your name and will write to you."""


@phi.texts("title", hold=False)
def open_page(kind: str, *, user: User | None, title: str = "", by: Actor, at: datetime) -> BookingPage:
    """A page on which a meeting of `kind` is booked with `user`, or with whoever the router gives the guest.

    Effects: BookingPage, an audit entry. Raises MeetingRefused (422).
    """
    said = active().playbook.meetings.kinds.get(kind)
    if said is None:
        raise MeetingRefused(f"There is no meeting of the kind “{kind[:40]}”; use one of: {', '.join(active().playbook.meetings.kinds)}.", field="kind")
    if user is not None and not user.is_active:
        raise MeetingRefused(f"{user.name} works here no longer; choose somebody else.", field="user")
    with deed(by):
        key = new_id()
        row = BookingPage.objects.create(id=key, user=user, kind=kind, title=title.strip()[:200] or said.title, digest=digest_of(key, "page"), **signature(by, at))
        audit.note("booking_page.open", by=by, at=at, kind="booking_page", subject=row.id, detail={"kind": kind})
    return row


def close_page(page: BookingPage, *, by: Actor, at: datetime) -> BookingPage:
    """Nobody books on it any more; what was booked stays. Effects: off_at, an audit entry. Twice changes nothing."""
    with deed(by):
        if BookingPage.objects.filter(pk=page.pk, off_at=None).update(off_at=at):
            audit.note("booking_page.close", by=by, at=at, kind="booking_page", subject=page.id)
        page.refresh_from_db()
    return page


def page_for(user: User | None, kind: str, *, by: Actor, at: datetime) -> BookingPage:
    """The open page of `user` for meetings of this kind; made where there is none. Effects: those of open_page."""
    found = BookingPage.objects.filter(user=user, kind=kind, off_at=None).order_by("at").first()
    return found or open_page(kind, user=user, by=by, at=at)


def guest_of(page: BookingPage) -> Actor:
    """Who acts on a page: nobody we know."""
    return Actor("form", page.id, page.title or "A booking page")


def of(who: Lead | Contact | Opportunity) -> About:
    """Whom one of our records is about, as a meeting says it."""
    if isinstance(who, Lead):
        return About(who.name, who.email, lead=who, account=who.account)
    if isinstance(who, Contact):
        return About(who.name, who.email, account=who.account, contact=who)
    person = who.lead if who.lead_id else None
    return About(person.name if person else who.account.name, person.email if person else "", lead=None, opportunity=who, account=who.account)


def host_for(page: BookingPage, who: Lead | Contact | Opportunity | None, *, at: datetime) -> User | None:
    """Whom one books on this page: the person it is of, else the owner of the lead, deal or account. Nothing is written."""
    if page.user is not None:
        return page.user
    owner = who.owner if who is not None else None
    if owner is None and isinstance(who, Contact | Opportunity):
        owner = who.account.owner
    return owner if owner is not None and owner.is_active else None


def welcome(page: BookingPage, *, name: str, email: str, organization: str = "", state: str = "", nonce: str, at: datetime) -> Lead | Contact:
    """Who a guest is: their lead or contact where we know the address, else a new lead, given to the host of the page or by
    the router.

    Effects: those of leads.capture for a new one, of routing where nobody has it. Raises LeadRefused (422), AskedToBeErased.
    """
    by = guest_of(page)
    if not is_mail(email.strip()):
        raise LeadRefused("Give your work e-mail address, so that the invitation reaches you.", field="email")
    if not name.strip():
        raise LeadRefused("Say your name.", field="name")
    lead = Lead.objects.filter(email=email.strip().lower(), merged_into=None).exclude(status__in=CLOSED).order_by("-captured_at").first()
    if lead is None and (contact := _contact(page, email.strip().lower(), at)) is not None:
        return contact
    if lead is None:
        known = active().playbook.picklists.lead_source.values
        said = given(name=name, email=email, organization=organization, state=state, source=SOURCE if SOURCE in known else "", hand_raise=True,
                     external_id=f"book:{page.id}:{nonce}")  # fmt: skip
        return leads.capture(said, owner=page.user, by=by, at=at)
    if page.user is None and (lead.owner is None or not lead.owner.is_active):
        routing.route(lead, cause="booking", by=by, at=at)
        lead.refresh_from_db()
    return lead


def _contact(page: BookingPage, email: str, at: datetime) -> Contact | None:
    """The contact of that address whom somebody of ours looks after."""
    rows = Contact.objects.filter(email=email, merged_into=None, left_on=None).select_related("owner", "account__owner")
    return next((row for row in rows[:3] if host_for(page, row, at=at) is not None), None)


@phi.texts("name", "note", written="at")
def book_as_guest(page: BookingPage, who: Lead | Contact | Opportunity, *, starts_at: datetime, zone: str = "", name: str = "", email: str = "",
                  note: str = "", by: Actor, at: datetime) -> Meeting:  # fmt: skip
    """Somebody outside takes a time. Effects: those of meetings.book. Raises NobodyFree, TimeTaken (409), MeetingRefused (422)."""
    host = host_for(page, who, at=at)
    if host is None:
        raise NobodyFree
    about = of(who)
    if not about.email or isinstance(who, Opportunity):
        if not is_mail(email.strip()):
            raise MeetingRefused("Give your work e-mail address, so that the invitation reaches you.", field="email")
        about = About(name.strip() or about.name, email.strip().lower(), lead=about.lead, opportunity=about.opportunity, account=about.account, contact=about.contact)
    return meetings.book(page.kind, about, host=host, starts_at=starts_at, zone=zone, note=note, page=page, by=by, at=at)


def move_by_link(token: str, starts_at: datetime, *, at: datetime) -> Meeting:
    """The guest takes another time; after it was called off or missed, a new meeting. Effects: those of meetings.move or book.
    Raises LinkGone (410), TimeTaken, MeetingOver (409)."""
    row = meeting_of(token)
    if row.state in ("cancelled", "no_show") and row.host is not None:
        return _again(row, starts_at, at=at)
    return meetings.move(row, starts_at, guest=True, by=guest_by(row), at=at)


def cancel_by_link(token: str, *, at: datetime) -> Meeting:
    """The guest calls it off; once off, it stays so. Effects: those of meetings.cancel. Raises LinkGone (410), MeetingOver."""
    row = meeting_of(token)
    return row if row.state == "cancelled" else meetings.cancel(row, guest=True, by=guest_by(row), at=at)


def guest_by(row: Meeting) -> Actor:
    """Who acts by the link of a meeting: whoever it was sent to."""
    return Actor("form", row.id, row.guest_name or "The guest")


def _again(row: Meeting, starts_at: datetime, *, at: datetime) -> Meeting:
    if row.host is None or not row.host.is_active:
        raise LinkGone
    about = About(row.guest_name, row.guest_email, lead=row.lead, opportunity=row.opportunity, account=row.account, contact=row.contact)
    with deed(guest_by(row)):
        made = meetings.book(row.kind, about, host=row.host, starts_at=starts_at, zone=row.zone, platform=row.platform, page=row.page or page_for(
            row.host, row.kind, by=guest_by(row), at=at), by=guest_by(row), at=at)  # fmt: skip
        meetings.found_a_new_day(row, by=guest_by(row), at=at)
    return made

