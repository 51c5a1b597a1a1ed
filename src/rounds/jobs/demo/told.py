"""What the people of the demo were told: leads that came in while nobody looked, a load that is done, an invitation."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.desk import notifications
from rounds.actions.people import invitations, logins, mailing
from rounds.jobs.demo.cast import HOUSE, Cast
from rounds.models import Lead, User

LEADS = 3
INVITED = f"noa@{HOUSE}"


def tell(cast: Cast, *, at: datetime) -> None:
    """Tell the cast; who was told already is told nothing again."""
    by = cast.manager.actor
    if User.objects.filter(email=INVITED).exists():
        return
    mine = Lead.objects.filter(owner=cast.owner, status="New").order_by("-captured_at", "id")
    for lead in mine[:LEADS]:
        notifications.notify([cast.owner], kind="lead.assigned", title=f"{lead.name} is yours", url=f"/leads/{lead.pk}/",
                             body=f"Band {lead.band or 'not known yet'}", group="leads", lead=lead, by=by, at=at)  # fmt: skip
    for lead in mine.filter(band="Hot")[:1]:
        notifications.notify([cast.manager], kind="lead.hot", title=f"{lead.name} is Hot", url=f"/leads/{lead.pk}/", lead=lead,
                             by=cast.admin.actor, at=at)  # fmt: skip
    notifications.notify([cast.admin, cast.owner], kind="work.finished", title="The hospital files are loaded", url="/universe/", by=by, at=at)
    person, token = invitations.invite(INVITED, "Noa Field", role="inside_sales", by=cast.admin.actor, at=at)
    mailing.mail_link(person, token, purpose=logins.INVITATION, by=cast.admin.actor, at=at)
