"""What the world has of meetings: the rep's, and the page on which people book with her."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rounds.actions.reach import booking, calendars, meeting_links, meetings
from rounds.jobs.demo.cast import Cast
from rounds.models import Lead


def met_by(cast: Cast, lead: Lead, at: datetime) -> dict[str, Any]:
    """A meeting of the rep's with her lead, and the page on which people book with her."""
    by, starts = cast.owner.actor, at + timedelta(days=3)
    page = booking.open_page("intro", user=cast.owner, by=by, at=at)
    row = meetings.book("intro", meetings.About("Ann Lee", "ann@harbour-east.example", lead=lead, account=lead.account), host=cast.owner, starts_at=starts, by=by, at=at)
    calendar = calendars.connect(cast.owner, address="https://dav.example/olivia/work/", login="olivia", secret="a pass word", by=by, at=at)
    return {"calendars key": calendar.id, "meetings key": row.id, "meetings name": "cancelling", "meetings pages key": page.id, "pages key": page.id, "meeting": row.id, "page": page.id,
            "book token": meeting_links.token_of(page.id, "page"), "own token": meeting_links.token_of(row.id)}  # fmt: skip
