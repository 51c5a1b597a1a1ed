"""Activities: what happened with a lead or an account, logged once, withdrawable."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.scoring import rescore
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Lead, LeadActivity
from rounds.models.base import signature
from rounds.models.flow.active import active


class ActivityRefused(Refusal):
    """An activity that cannot be logged as it is."""

    status = 422


def log(
    kind: str,
    *,
    by: Actor,
    at: datetime,
    lead: Lead | None = None,
    account: Account | None = None,
    contact: Contact | None = None,
    happened_at: datetime | None = None,
    seniority: str = "",
    subject: str = "",
    body: str = "",
    direction: str = "in",
    external_id: str | None = None,
    quiet: bool = False,
) -> LeadActivity:
    """Log one activity of `kind` (a code of the playbook's events) and score the lead anew.

    The same `external_id` twice answers the activity that is there. Effects: LeadActivity, last touch, the event
    activity.logged, an audit entry, a new score and heat. Raises ActivityRefused (422).
    """
    book = active().playbook
    happened_at = happened_at or at
    if kind not in book.picklists.events.values:
        known = ", ".join(book.picklists.events.values)
        raise ActivityRefused(f"“{kind}” is not an activity the playbook knows; use one of: {known}.", field="kind")
    if happened_at > at + timedelta(minutes=5):
        raise ActivityRefused("An activity cannot lie in the future; log it when it has happened.", field="happened_at")
    if lead is None and account is None:
        raise ActivityRefused("Say which lead or account the activity belongs to.", field="lead")
    if not seniority:
        seniority = (contact.seniority if contact else "") or (lead.seniority if lead else "")
    with deed(by):
        if external_id:
            there = LeadActivity.objects.filter(external_id=external_id).first()
            if there:
                return there
        activity = LeadActivity.objects.create(
            lead=lead, account=account, contact=contact, kind=kind, direction=direction, seniority=seniority,
            subject=subject, body=body, happened_at=happened_at, external_id=external_id, **signature(by, at),
        )  # fmt: skip
        _touch(lead, account, happened_at)
        said = {"activity": str(activity.id), "kind": kind, "subject": subject, "seniority": seniority}
        event = events.record(
            "activity.logged", said, by=by, at=at, lead=lead.id if lead else None,
            account=account.id if account else (lead.account_id if lead else None), subject=activity.id, quiet=quiet,
        )  # fmt: skip
        audit.note("activity.log", by=by, at=at, kind="activity", subject=activity.id, detail={"kind": kind})
        if lead is not None:
            rescore(lead, by=by, at=at, cause=f"activity: {kind.replace('_', ' ')}", cause_event=event.id, quiet=quiet)
    return activity


def withdraw(activity: LeadActivity, *, reason: str, by: Actor, at: datetime) -> LeadActivity:
    """Take back an activity that never happened; its points go with it. Effects: withdrawn_at, an event, a new score."""
    if not reason.strip():
        raise ActivityRefused("Say why the activity is taken back.", field="reason")
    with deed(by):
        activity = LeadActivity.objects.select_for_update().get(pk=activity.pk)
        if activity.withdrawn_at:
            return activity
        activity.withdrawn_at = at
        activity.save(update_fields=["withdrawn_at"])
        said = {"activity": str(activity.id), "kind": activity.kind, "reason": reason}
        events.record("activity.withdrawn", said, by=by, at=at, lead=activity.lead_id, account=activity.account_id)
        audit.note("activity.withdraw", by=by, at=at, kind="activity", subject=activity.id, detail={"reason": reason})
        if activity.lead_id:
            rescore(activity.lead, by=by, at=at, cause=f"withdrawn: {activity.kind.replace('_', ' ')}")
    return activity


def _touch(lead: Lead | None, account: Account | None, happened_at: datetime) -> None:
    """Move the last touch forward on the lead, its account and the account's buying unit."""
    if lead is not None and (lead.last_touch_at is None or lead.last_touch_at < happened_at):
        lead.last_touch_at = happened_at
        lead.save(update_fields=["last_touch_at"])
    place, key = (account, account.id) if account else (lead, lead.account_id if lead else None)
    if key is None:
        return
    with whole_sight(place):
        found = Account.objects.filter(id__in={key, place.buying_unit_id or key})
        found.exclude(last_touch_at__gte=happened_at).update(last_touch_at=happened_at)


