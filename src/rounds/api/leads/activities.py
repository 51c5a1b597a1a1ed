"""Activities: what a buyer or a seller did; logged once, taken back with a reason."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.actions.leads import activities
from rounds.actions.leads.machines import MailGiven
from rounds.api import records
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, Moment, below, once, one
from rounds.api.shapes import answer, several
from rounds.kit.clock import now
from rounds.models import Account, Contact, Lead, LeadActivity

of_leads, of_accounts = Router(tags=["leads"]), Router(tags=["accounts"])
ACTIVITY = records.ACTIVITY


class ActivityGiven(Input):
    """One act. `kind` is one of the playbook's events; an `external_id` that is there already is not logged again."""

    kind: str = Field(min_length=1, max_length=60)
    happened_at: Moment | None = None
    direction: Literal["in", "out"] = "in"
    seniority: Literal["", "executive", "manager", "individual"] = ""
    subject: str = Field("", max_length=300)
    body: str = Field("", max_length=20_000)
    contact: UUID | None = None
    external_id: str | None = Field(None, min_length=1, max_length=200)
    mail: MailGiven | None = None


class Withdrawal(Input):
    """Why an activity is taken back."""

    reason: str = Field(min_length=1, max_length=500)


def _log(request: HttpRequest, given: ActivityGiven, **subject: Lead | Account) -> HttpResponse:
    values = given.model_dump(exclude={"contact", "mail"}) | {"mail": given.mail.model_dump() if given.mail else None}
    contact = one(request, Contact, given.contact, to="read") if given.contact else None
    row = activities.log(by=request.actor, at=now(), contact=contact, **values, **subject)
    return answer(ACTIVITY.of(row), 201)


def _withdraw(request: HttpRequest, row: LeadActivity | None, given: Withdrawal) -> HttpResponse:
    return answer(ACTIVITY.of(activities.withdraw(row, reason=given.reason, by=request.actor, at=now())), 201)


@of_leads.get("/{lead}/activities", auth=Bearer("leads:read"), response=several(ACTIVITY))
def of_lead(request: HttpRequest, lead: UUID) -> HttpResponse:
    """What happened with a lead, the latest first (at most 200)."""
    row = one(request, Lead, lead)
    return answer({"data": ACTIVITY.rows(row.activities.order_by("-happened_at", "-id"))})


@of_leads.post("/{lead}/activities", auth=Bearer("leads:write"), response={201: ACTIVITY.schema},
               openapi_extra=ONCE_HELP)  # fmt: skip
@once
def log_for_lead(request: HttpRequest, lead: UUID, given: ActivityGiven) -> HttpResponse:
    """Log one activity of a lead; its score and heat follow."""
    return _log(request, given, lead=one(request, Lead, lead))


@of_leads.post("/{lead}/activities/{activity}/withdrawal", auth=Bearer("leads:write"),
               response={201: ACTIVITY.schema}, openapi_extra=ONCE_HELP)  # fmt: skip
@once
def withdraw_of_lead(request: HttpRequest, lead: UUID, activity: UUID, given: Withdrawal) -> HttpResponse:
    """Take back an activity of a lead that never happened; its points go with it."""
    return _withdraw(request, below(one(request, Lead, lead).activities, activity), given)


@of_accounts.get("/{account}/activities", auth=Bearer("accounts:read"), response=several(ACTIVITY))
def of_account(request: HttpRequest, account: UUID) -> HttpResponse:
    """What happened with an account itself, the latest first (at most 200)."""
    row = one(request, Account, account)
    return answer({"data": ACTIVITY.rows(row.activities.order_by("-happened_at", "-id"))})


@of_accounts.post("/{account}/activities", auth=Bearer("accounts:write"), response={201: ACTIVITY.schema},
                  openapi_extra=ONCE_HELP)  # fmt: skip
@once
def log_for_account(request: HttpRequest, account: UUID, given: ActivityGiven) -> HttpResponse:
    """Log one activity of an account."""
    return _log(request, given, account=one(request, Account, account))
