"""The customers' corner of the world: a project, a reading, an issue, an idea, a term, a survey."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rounds.actions.customers import customers, expansions, implementations, issues, outcomes, readings, surveys
from rounds.models import Account, Contact, Lead, PortalInvitation, SurveyInvitation, Term
from rounds.models.base import signature


def customers_of(system: Account, contact: Contact, lead: Lead, cast: Any, at: datetime) -> dict[str, Any]:
    """What stands there, by the names the addresses ask for."""
    by, day = cast.owner.actor, at.date()
    customer = customers.bring_in(system, since=day - timedelta(days=60), months=12, arr_cents=100, owner=cast.owner, by=by, at=at)
    project = implementations.begin(customer, "Stroke triage", signed_on=day - timedelta(days=60), by=by, at=at)
    reading = readings.keep(customer, "user_adoption", as_of=day, parts={"active_users": 1, "licensed_users": 2}, evidence="Log", by=by, at=at)
    outcome = outcomes.keep(customer, "report_turnaround", baseline="2", current="1", people=50, starts_on=day, ends_on=day, source="EHR report", by=by, at=at)
    person = Contact.objects.create(account=system, buying_unit=system, name="Kit Alder", email="kit@harbour.example", owner=cast.owner,
                                    created_at=at, updated_at=at)  # fmt: skip
    survey = surveys.send(customer, "nps", [person], by=by, at=at)
    PortalInvitation.objects.get_or_create(lead=lead, defaults=signature(by, at))
    idea, issue, term = expansions.note(customer, "upsell", "More seats", by=by, at=at), issues.open_issue(customer, "Slow", by=by, at=at), Term.objects.get(customer=customer)
    return {
        "reading": reading.id, "outcome": outcome.id, "expansion": idea.id, "customers issue": issue.id, "term": term.id,
        "customers key": customer.id, "customer": customer.id, "implementations key": project.id, "implementation": project.id,
        "readings row": reading.id, "issues row": issue.id, "outcomes row": outcome.id,
        "expansions row": idea.id, "terms row": term.id,
        "steps code": "resources", "code": "resources", "s token": surveys.path_of(SurveyInvitation.objects.get(survey=survey))[3:-1],
        "portal projects key": project.id, "portal pocs key": project.id, "portal proposals key": project.id, "portal place": "projects",
        "slug place key": project.id,
    }  # fmt: skip
