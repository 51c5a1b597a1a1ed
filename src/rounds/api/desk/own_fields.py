"""The company's own fields of a record: read, and set by their names; what fields.yaml does not name is refused."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, ConfigDict

from rounds.access import own_fields
from rounds.actions.desk.own_fields import set_own
from rounds.api.auth import Bearer
from rounds.api.doors import one
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models import Account, Contact, Lead
from rounds.rules import own_fields as rules


class OwnFields(BaseModel):
    """Name → value, in the form it is kept in: money in cents, days as 2026-11-20."""

    data: dict[str, Any]


class OwnFieldsGiven(BaseModel):
    """Names of fields.yaml and their values; null takes one away."""

    model_config = ConfigDict(extra="allow")


def _shown(request: HttpRequest, record: Any) -> HttpResponse:
    found = own_fields.shown(request.user, record._meta.model_name)
    return answer({"data": {code: record.custom.get(code) for code in found}})


def _router(model: type, plural: str) -> Router:
    router = Router(tags=[plural])

    @router.get("/{key}/fields", auth=Bearer(f"{plural}:read"), response=OwnFields, operation_id=f"{plural}_own_fields")
    def show(request: HttpRequest, key: UUID) -> HttpResponse:
        """The company's own fields of one record."""
        return _shown(request, one(request, model, key))

    @router.patch("/{key}/fields", auth=Bearer(f"{plural}:write"), response=OwnFields, operation_id=f"{plural}_own_fields_set")
    def change(request: HttpRequest, key: UUID, given: OwnFieldsGiven) -> HttpResponse:
        """Set some of them. A name that is none, or a value of another kind, changes nothing (422)."""
        record, said = one(request, model, key), dict(given.model_extra or {})
        own_fields.need_to_be_shown_own(request.user, model._meta.model_name, said)
        typed = {code: _typed(model, code, value) for code, value in said.items()}
        return _shown(request, set_own(record, typed, by=request.actor, at=now()))

    return router


def _typed(model: type, code: str, value: Any) -> Any:
    """Money comes in cents over the API, as it is kept."""
    from rounds.models.flow.active import active

    known = rules.own(active().playbook, model._meta.model_name).get(code)
    return value / 100 if known is not None and known.kind == "money" and isinstance(value, int) and not isinstance(value, bool) else value


of_accounts, of_contacts, of_leads = _router(Account, "accounts"), _router(Contact, "contacts"), _router(Lead, "leads")
