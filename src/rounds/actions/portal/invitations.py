"""Invitations into the portal: those that routing prepared and held, and those of people at a customer (ROUTE-11, C-17)."""

from __future__ import annotations

from datetime import datetime

from rounds.access.roles import all_roles
from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.people import invitations, logins, mailing
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.mails import is_mail
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, PortalInvitation, User


class InvitationRefused(Refusal):
    """This person cannot be invited."""

    status = 422


class Settled(Refusal):
    """This invitation was sent or dropped already."""


def release(invitation: PortalInvitation, *, by: Actor, at: datetime) -> tuple[User, str]:
    """Send a held invitation: the person behind the lead may enter the portal of the lead's account; (person, token).

    The token is shown once, for a deployment without mail. Effects: those of invite, released_at. Raises Settled (409),
    InvitationRefused (422).
    """
    with deed(by):
        row = PortalInvitation.objects.select_for_update(of=("self",)).select_related("lead__account").get(pk=invitation.pk)
        if row.released_at or row.dropped_at:
            raise Settled
        lead = row.lead
        with whole_sight(lead):
            account = lead.account
        if account is None:
            raise InvitationRefused("Say which account the lead belongs to first; the portal shows one account’s own.")
        user, token = _invited(account, lead.email, lead.name, by=by, at=at)
        row.released_at, row.user = at, user
        row.save(update_fields=["released_at", "user"])
        _tell(account, user, by=by, at=at, lead=lead.id)
    return user, token


def drop(invitation: PortalInvitation, *, by: Actor, at: datetime) -> PortalInvitation:
    """Let a held invitation go unsent. Effects: dropped_at, an audit entry. Raises Settled (409)."""
    with deed(by):
        row = PortalInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if row.released_at or row.dropped_at:
            raise Settled
        row.dropped_at = at
        row.save(update_fields=["dropped_at"])
        audit.note("portal.invitation_drop", by=by, at=at, kind="lead", subject=row.lead_id)
    return row


def invite(account: Account, contact: Contact, *, by: Actor, at: datetime) -> tuple[User, str]:
    """Invite a contact of an account into its portal; (person, token). Who is there already gets a new link.

    Effects: User of the portal role, a LoginLink, its mail, portal.invited, audit entries. Raises InvitationRefused (422).
    """
    if contact.account_id != account.pk and contact.buying_unit_id != account.buying_unit_id:
        raise InvitationRefused(f"{contact.name} is not at {account.name}; the portal shows one account’s own.", field="contact")
    if contact.left_on is not None:
        raise InvitationRefused(f"{contact.name} has left; choose somebody who is there.", field="contact")
    with deed(by):
        user, token = _invited(account, contact.email, contact.name, by=by, at=at)
        _tell(account, user, by=by, at=at)
    return user, token


def _invited(account: Account, email: str, name: str, *, by: Actor, at: datetime) -> tuple[User, str]:
    if not is_mail(email):
        raise InvitationRefused("There is no e-mail address to invite them by; add one first.", field="email")
    there = User.objects.filter(email__iexact=email.strip()).first()
    if there is not None:
        if there.portal_account_id != account.pk:
            raise InvitationRefused("That address belongs to somebody else here; use another one.", field="email")
        if there.joined_at or not there.is_active:
            raise InvitationRefused(f"{there.name} has the portal already." if there.is_active else f"{there.name} was sent away; an admin lets them in again.")
        token = invitations.renew(there, by=by, at=at)
        mailing.mail_link(there, token, purpose=logins.INVITATION, by=by, at=at)
        return there, token
    role = next(code for code, one in all_roles().roles.items() if one.audience == "portal")
    user, token = invitations.invite(email, name, role=role, portal_account=account, by=by, at=at)
    mailing.mail_link(user, token, purpose=logins.INVITATION, by=by, at=at)
    return user, token


def _tell(account: Account, user: User, *, by: Actor, at: datetime, lead=None) -> None:
    said = {"person": user.name, "user": str(user.id)}
    events.record("portal.invited", said, by=by, at=at, account=account.pk, lead=lead, subject=user.id)
    audit.note("portal.invite", by=by, at=at, kind="account", subject=account.pk, detail={"user": str(user.id)})
