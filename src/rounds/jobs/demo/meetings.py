"""The meetings of the demo: held with what came of them, missed, moved, called off, and those of this week and the next.

Each is booked some days before, at a time at which its host was free, and its invitations count as taken on that day:
nothing of it waits in the outbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import events, sending
from rounds.actions.reach import booking, hosts, meeting_ends, meetings
from rounds.actions.reach.meetings import About
from rounds.jobs.demo.cast import Cast
from rounds.kit.ids import new_id
from rounds.models import BookingPage, Contact, Delivery, Lead, Meeting, Opportunity, User
from rounds.models.leads.leads import CLOSED

DAY = timedelta(days=1)
BEGAN = timedelta(days=150)
"""How long ago the booking pages were opened; nothing was booked before."""
AHEAD = 9
"""Days before it begins that a meeting is booked at most."""
PAGES = (("owner", "intro", "Half an hour with Olivia"), ("senior_ae", "discovery", "A discovery call with Simon"))
"""Whose booking pages there are, for what, and what stands above them."""


@dataclass(frozen=True, slots=True)
class Story:
    """One meeting: of what kind, so many days from today, and what became of it: an outcome, "no_show", "cancelled" or "" (planned)."""

    days: int
    kind: str
    ends: str = ""
    note: str = ""
    page: bool = False
    moved: bool = False


STORIES = (
    Story(0, "discovery"),
    Story(1, "intro", page=True),
    Story(-1, "executive", "Went well", "The CFO asks what a month of delay costs them."),
    Story(2, "technical", moved=True),
    Story(-3, "intro", "no_show", page=True),
    Story(-6, "discovery", "Follow up", "They want to see it on their own transfer data."),
    Story(7, "discovery"),
    Story(-9, "demo", "Went well", "Charge nurses asked for thresholds by unit."),
    Story(-13, "technical", "Follow up", "Open: who answers when the interface engine is down.", moved=True),
    Story(3, "executive"),
    Story(-17, "intro", "Went well", page=True),
    Story(-21, "discovery", "cancelled"),
    Story(8, "intro", page=True),
    Story(-26, "discovery", "No decision", "Their budget round ends first."),
    Story(-34, "intro", "Went well"),
    Story(-41, "executive", "Follow up", "They ask for a reference above 500 beds."),
    Story(-48, "discovery", "no_show"),
    Story(-60, "technical", "Went well"),
)  # fmt: skip
"""Eighteen, the nearest ones first among those a small demo takes. Each host is told from another place on."""
TOLD = (("owner", 18, 8), ("senior_ae", 10, 4), ("colleague", 9, 3), ("inside", 6, 3))
"""(host, how many meetings, how many in a small demo)."""


def tell_meetings(cast: Cast, *, at: datetime, small: bool = False) -> int:
    """Tell the meetings of those who sell; how many. There already: none. Sight is set here."""
    told = 0
    with sight(EVERYTHING), events.quietly(new_id()):
        if BookingPage.objects.exists():
            return 0
        pages = _pages(cast, at)
        for place, (name, many, few) in enumerate(TOLD):
            host: User = getattr(cast, name)
            stories = [STORIES[(number + place * 3) % len(STORIES)] if place else STORIES[number] for number in range(few if small else many)]
            guests = _guests(host, at, len(stories))
            told += sum(_tell(story, who, host, pages.get(name), at) for story, who in zip(stories, guests, strict=False))
    return told


def _pages(cast: Cast, at: datetime) -> dict[str, BookingPage]:
    """The pages of two who sell, and one whose host is whoever the router names."""
    booking.open_page("intro", user=None, title="Meet us for half an hour", by=cast.admin.actor, at=at - BEGAN)
    found = {}
    for name, kind, title in PAGES:
        host: User = getattr(cast, name)
        found[name] = booking.open_page(kind, user=host, title=title, by=host.actor, at=at - BEGAN)
    return found


def _guests(host: User, at: datetime, most: int) -> list[Opportunity | Contact | Lead]:
    """Whom `host` meets: their deals, people of their accounts and leads in turn, each once before anybody is met twice."""
    open_ = Opportunity.objects.filter(owner=host, closed_at=None, opened_at__lt=at - DAY * 12).select_related("account__buying_unit", "owner")
    deals = list({row.buying_unit_id or row.account_id: row for row in open_.order_by("name")}.values())[:most]  # one of each system
    people = Contact.objects.filter(account__owner=host, left_on=None, merged_into=None).exclude(email="").select_related("account__buying_unit", "owner")
    rows = {row.account_id: row for row in people.order_by("name", "id")[: most * 8]}  # one of each account
    leads = list(Lead.objects.filter(owner=host, merged_into=None, captured_at__lt=at - DAY * 12).exclude(email="").exclude(status__in=CLOSED)
                 .select_related("account__buying_unit", "owner").order_by("captured_at", "id")[: max(most // 4, 1)])  # fmt: skip
    turn = [*_in_turn(deals, list(rows.values())[:most], leads)]
    return [turn[number % len(turn)] for number in range(most)] if turn else []


def _in_turn(*lists: Sequence[Opportunity | Contact | Lead]) -> Iterator[Opportunity | Contact | Lead]:
    for number in range(max(map(len, lists))):
        for rows in lists:
            if number < len(rows):
                yield rows[number]


def _tell(story: Story, who: Opportunity | Contact | Lead, host: User, page: BookingPage | None, at: datetime) -> bool:
    """One meeting from its booking to its end; False where its host had no time or nobody to meet."""
    about = _about(who)
    booked = _before(at + DAY * min(story.days, 0) - DAY * (AHEAD - abs(story.days) % 5), at)
    if about is None or booked < _known_since(who) or not (free := _times(host, story, booked, at)):
        return False
    by_page = page is not None and story.page and page.kind == story.kind and isinstance(who, Contact | Lead)
    starts = free[abs(story.days) * 5 % len(free)]
    if by_page:
        row = booking.book_as_guest(page, who, starts_at=starts, by=booking.guest_of(page), at=booked)
    else:
        row = meetings.book(story.kind, about, host=host, starts_at=starts, platform="teams", by=host.actor, at=booked)
    _arrived(row, booked)
    if story.moved:
        _move(row, story, host, at)
    _end(row, story, at)
    return True


def _about(who: Opportunity | Contact | Lead) -> About | None:
    """Whom a meeting is with; of a deal its contact, or whoever of the customer decides."""
    if not isinstance(who, Opportunity):
        return booking.of(who)
    rows = Contact.objects.filter(buying_unit=who.buying_unit_id or who.account_id, left_on=None, merged_into=None).exclude(email="")
    person = who.contact if who.contact is not None and who.contact.email else rows.order_by("seniority", "name").first()
    return About(person.name, person.email, opportunity=who, account=who.account, contact=person) if person is not None else None


def _known_since(who: Opportunity | Contact | Lead) -> datetime:
    return who.opened_at if isinstance(who, Opportunity) else who.captured_at if isinstance(who, Lead) else who.created_at


def _before(moment: datetime, at: datetime) -> datetime:
    """That day in the middle of the working hours of the country, never later than now."""
    return min(moment.astimezone(UTC).replace(hour=16, minute=10, second=0, microsecond=0), at)


def _times(host: User, story: Story, booked: datetime, at: datetime) -> list[datetime]:
    """The free times of the first working day from the story's day on; of the past only those that are over."""
    morning = (at + DAY * story.days).astimezone(UTC).replace(hour=5, minute=0, second=0, microsecond=0)
    found = [one for one in hosts.times(host, story.kind, at=booked, since=morning, most=14) if not story.ends or one.ends < at]
    return [one.starts for one in found if one.starts.date() == found[0].starts.date()]


def _move(row: Meeting, story: Story, host: User, at: datetime) -> None:
    """Its guest takes another time of that day or the next; where none is left it stays."""
    when = min(row.at + DAY, at)
    for one in hosts.times(host, story.kind, at=when, since=row.starts_at + timedelta(minutes=30), but=row, most=3)[-1:]:
        if not story.ends or one.ends < at:
            meetings.move(row, one.starts, guest=True, by=booking.guest_by(row), at=when)
            _arrived(row, when)
    row.refresh_from_db()


def _end(row: Meeting, story: Story, at: datetime) -> None:
    after = min(row.ends_at + timedelta(minutes=12), at)
    if story.ends == "cancelled":
        after = max(row.starts_at - DAY, row.at)
        meetings.cancel(row, why="Their interface team is in an upgrade that week", by=row.host.actor, at=after)
    elif story.ends == "no_show":
        meeting_ends.no_show(row, by=row.host.actor, at=after)
        if story.days < -7:
            meetings.found_a_new_day(row, by=row.host.actor, at=min(after + DAY, at))
    elif story.ends:
        meeting_ends.hold(row, outcome=story.ends, note=story.note, by=row.host.actor, at=after)
    _arrived(row, after)


def _arrived(row: Meeting, when: datetime) -> None:
    """The mail server of the story takes what was written about it."""
    for letter in Delivery.objects.filter(idempotency_key__startswith=f"meeting:{row.pk}:", state="due"):
        sending.sent(letter, at=when)
