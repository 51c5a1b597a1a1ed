"""Activities: what happened with a lead or an account, logged once, withdrawable."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Max, QuerySet

from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import clocks, gate, machines
from rounds.actions.leads.scoring import rescore
from rounds.actions.market.knowing import know
from rounds.actions.market.warmth import warm
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.clock import sayable
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Lead, LeadActivity
from rounds.models.base import signature
from rounds.models.facts import acts_of
from rounds.models.flow.active import active


class ActivityRefused(Refusal):
    """An activity that cannot be logged as it is."""

    status = 422


class ActivityIdTaken(Refusal):
    """Another activity has this external_id; send the id of a new one."""

    field = "external_id"


@phi.texts("subject", "body", written="at")
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
    mail: dict[str, Any] | None = None,
    quiet: bool = False,
) -> LeadActivity:
    """Log one activity of `kind` (a code of the playbook's events) and score the lead anew. `mail` says of which mail an
    opening or a click was: one that was no person's is kept, says why, and counts for nothing (LEAD-30).

    The same `external_id` twice answers the activity that is there. Effects: LeadActivity, last touch, the event
    activity.logged, an audit entry, a new score and heat; promises it keeps are done. Raises ActivityRefused (422), and ActivityIdTaken where the
    activity that has the id is not seen.
    """
    book = active().playbook
    happened_at = happened_at or at
    if kind not in book.picklists.events.values:
        known = ", ".join(book.picklists.events.values)
        raise ActivityRefused(f"“{kind}” is not an activity the playbook knows; use one of: {known}.", field="kind")
    if happened_at > at + timedelta(minutes=5):
        raise ActivityRefused("An activity cannot lie in the future; log it when it has happened.", field="happened_at")
    if not sayable(happened_at):
        raise ActivityRefused("That is no day of a calendar; choose one from 1970 on.", field="happened_at")
    if lead is None and account is None:
        raise ActivityRefused("Say which lead or account the activity belongs to.", field="lead")
    if not seniority:
        seniority = (contact.seniority if contact else "") or (lead.seniority if lead else "")
    if there := _there(external_id):
        return there
    sent = machines.checked(mail)
    try:
        with deed(by):
            machine = machines.why(kind, happened_at, sent)
            activity = LeadActivity.objects.create(
                lead=lead, account=account, contact=contact, kind=kind, direction=direction, seniority=seniority,
                subject=subject, body=body, happened_at=happened_at, external_id=external_id, machine=machine,
                mail=sent.model_dump(mode="json") if sent else {}, **signature(by, at),
            )  # fmt: skip
            if not machine:
                _touch(lead, account, happened_at, at)
            said = {"activity": str(activity.id), "kind": kind, "subject": subject, "seniority": seniority,
                    "direction": direction}
            event = events.record(
                "activity.logged", said, by=by, at=at, lead=lead.id if lead else None,
                account=account.id if account else (lead.account_id if lead else None), subject=activity.id, quiet=quiet,
            )  # fmt: skip
            audit.note("activity.log", by=by, at=at, kind="activity", subject=activity.id, detail={"kind": kind})
            if contact is not None:
                with whole_sight(contact):
                    know([contact.id], at=at)
            if lead is not None:
                clocks.touched(activity, by=by, at=at)
                cause = f"activity: {kind.replace('_', ' ')}"
                rescore(lead, by=by, at=at, cause=cause, cause_event=event.id, quiet=quiet)
                gate.judge(lead, at=at)
    except IntegrityError as error:
        if "external_id" not in str(error):
            raise
        # It was delivered twice at once, or whoever looks may not see the record that has it.
        if (there := _there(external_id)) is None:
            raise ActivityIdTaken from error
        return there
    return activity


def _there(external_id: str | None) -> LeadActivity | None:
    return LeadActivity.objects.filter(external_id=external_id).first() if external_id else None


@phi.texts("reason", needed=("reason",))
def withdraw(activity: LeadActivity, *, reason: str, by: Actor, at: datetime) -> LeadActivity:
    """Take back an activity that never happened; its points go with it.

    Effects: withdrawn_at, the last touch before it, the event activity.withdrawn, an audit entry, a new score and heat;
    what it had fulfilled is open again.
    """
    if not reason.strip():
        raise ActivityRefused("Say why the activity is taken back.", field="reason")
    with deed(by):
        activity = LeadActivity.objects.select_for_update(of=("self",)).select_related("lead", "account").get(pk=activity.pk)
        if activity.withdrawn_at:
            return activity
        activity.withdrawn_at = at
        activity.save(update_fields=["withdrawn_at"])
        said = {"activity": str(activity.id), "kind": activity.kind, "reason": reason}
        events.record("activity.withdrawn", said, by=by, at=at, lead=activity.lead_id, account=activity.account_id)
        audit.note("activity.withdraw", by=by, at=at, kind="activity", subject=activity.id, detail={"kind": activity.kind})
        with whole_sight(activity):
            _untouch(activity, at)
            know([activity.contact_id] if activity.contact_id else [], at=at)
            clocks.taken_back(activity, by=by, at=at)
            if activity.lead_id:
                rescore(activity.lead, by=by, at=at, cause=f"withdrawn: {activity.kind.replace('_', ' ')}")
    return activity


def _touch(lead: Lead | None, account: Account | None, happened_at: datetime, at: datetime) -> None:
    """Move the last touch forward on the account, its buying unit and the lead, and count the accounts' heat.

    Accounts before leads: an answer locks them in this order too.
    """
    place = account or lead
    with whole_sight(place):
        found = _places(lead, account)
        found.exclude(last_touch_at__gte=happened_at).update(last_touch_at=happened_at)
        warm(list(found.values_list("id", flat=True)), at=at)
    if lead is not None:
        one = Lead.objects.filter(pk=lead.pk).exclude(last_touch_at__gte=happened_at)
        if one.update(last_touch_at=happened_at):
            lead.last_touch_at = happened_at


def _untouch(activity: LeadActivity, at: datetime) -> None:
    """Put the last touch back to the act before, where the one that is taken back was the last."""
    was, found = activity.happened_at, _places(activity.lead, activity.account)
    for place in found.filter(last_touch_at=was):
        Account.objects.filter(pk=place.pk, last_touch_at=was).update(last_touch_at=_last(acts_of(place)))
    warm(list(found.values_list("id", flat=True)), at=at)
    if activity.lead_id:
        before = _last(LeadActivity.objects.filter(lead_id=activity.lead_id))
        Lead.objects.filter(pk=activity.lead_id, last_touch_at=was).update(last_touch_at=before)


def _places(lead: Lead | None, account: Account | None) -> QuerySet[Account]:
    """The account of an act and its buying unit; none where nobody knows the account."""
    key = account.id if account else lead.account_id if lead else None
    unit = (account or lead).buying_unit_id
    return Account.objects.filter(id__in={key, unit or key} - {None}).order_by("id")


def _last(acts: QuerySet[LeadActivity]) -> datetime | None:
    return acts.filter(withdrawn_at=None).aggregate(last=Max("happened_at"))["last"]
