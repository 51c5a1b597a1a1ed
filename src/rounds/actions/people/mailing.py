"""Invitations and log-in links by mail: to the person alone, deleted as soon as they are sent, not sent once they are old."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings

from rounds.actions.flow import deliveries
from rounds.actions.people import logins
from rounds.documents.messages import Button, Message
from rounds.kit.actor import Actor
from rounds.kit.mails import is_mail
from rounds.models import Delivery, User


def mail_link(user: User, token: str, *, purpose: str, by: Actor, at: datetime) -> Delivery | None:
    """Mail the link of `token` to `user`; None where this deployment sends no mail. Effects: Delivery, sealed."""
    if not settings.MAIL or not token or not is_mail(user.email):
        return None
    house, invited = settings.CONFIG.company, purpose == logins.INVITATION
    until = (at + logins.lasts(purpose)).strftime("%d %b %Y %H:%M UTC")
    said = Message(
        subject=f"You are invited to {house}" if invited else f"Your log-in link for {house}", greeting=f"Hello {user.name}",
        lines=(f"{by.name} invited you. You choose a password and a second factor on the next page." if invited
               else f"{by.name} made this link for you. It logs you in without your password.",
               f"It works once, until {until}. Pass it on to nobody: whoever has it is you."),
        buttons=(Button("Accept the invitation" if invited else "Log in", f"{settings.CONFIG.public_url.rstrip('/')}/login/link/{token}/"),),
        why=f"You get this because {by.name} gave your address. If you know nothing of it, do nothing: unused it ends by itself.",
        event=f"people.{purpose}",
    )  # fmt: skip
    key = f"link:{hashlib.sha256(token.encode()).hexdigest()[:32]}"
    return deliveries.post("email", user.email, said, key=key, user=user, expires_at=at + logins.lasts(purpose), by=by, at=at)
