"""Public forms: opened, closed, and what comes in through them."""

from __future__ import annotations

import secrets
import string
from datetime import datetime
from typing import Any

from rounds.actions.flow.deeds import deed
from rounds.actions.leads import leads
from rounds.actions.leads.given import LeadRefused, given
from rounds.actions.trust import audit, held, phi
from rounds.actions.trust.suppressions import AskedToBeErased
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Lead, LeadForm
from rounds.models.base import signature
from rounds.models.flow.active import active

ASKS = {"demo_request": "A demonstration", "price_request": "A price", "contact_request": "To be contacted",
        "content": "Something to read"}  # fmt: skip
HAND_RAISES = ("demo_request", "price_request", "contact_request")
"""What somebody asks for who wants to be called: a hand-raise (PLUS-20)."""
_LETTERS = string.ascii_lowercase + string.digits


class FormRefused(Refusal):
    """A form that cannot be opened like this."""

    status = 422


class FormClosed(Refusal):
    """This form is closed. Write to us instead."""

    status = 410


@phi.texts("name", "heading", hold=False)
def open_form(name: str, *, heading: str, source: str, asks_for: str, by: Actor, at: datetime) -> LeadForm:
    """A new public form with a key nobody guesses. Effects: LeadForm, an audit entry. Raises FormRefused (422)."""
    if not name.strip():
        raise FormRefused("Give the form a name; only your team sees it.", field="name")
    known = active().playbook.picklists.lead_source.values
    if source not in known:
        raise FormRefused(f"source must be one of: {', '.join(known)}.", field="source")
    if asks_for not in ASKS:
        raise FormRefused(f"asks_for must be one of: {', '.join(ASKS)}.", field="asks_for")
    with deed(by):
        form = LeadForm.objects.create(
            key="".join(secrets.choice(_LETTERS) for _ in range(16)), name=name.strip()[:120],
            heading=heading.strip()[:200], source=source, asks_for=asks_for, **signature(by, at),
        )  # fmt: skip
        audit.note("form.open", by=by, at=at, kind="form", subject=form.id, detail={"name": form.name})
    return form


def close_form(form: LeadForm, *, by: Actor, at: datetime) -> LeadForm:
    """Close a form; what came through it stays. Effects: closed_at, an audit entry."""
    with deed(by):
        form.closed_at = form.closed_at or at
        form.save(update_fields=["closed_at"])
        audit.note("form.close", by=by, at=at, kind="form", subject=form.id)
    return form


def receive(form: LeadForm, said: dict[str, Any], *, nonce: str, at: datetime) -> Lead | None:
    """What somebody sent through a form, as a lead; the same `nonce` twice is one lead. None: somebody who was erased came
    back by themselves, and a reviewer decides whether to let them in.

    Effects: those of leads.capture, by the form. Raises FormClosed (410) and LeadRefused (422) naming the field.
    """
    if form.closed_at:
        raise FormClosed
    known = active().playbook.picklists.lead_source.values
    lead = given(**said, source=form.source if form.source in known else "", hand_raise=form.asks_for in HAND_RAISES,
                 external_id=f"form:{form.key}:{nonce}")  # fmt: skip
    if not lead.email and not lead.phone:
        raise LeadRefused("Give an e-mail address or a phone number, so that we can answer.", field="email")
    by = Actor("form", form.id, form.name)
    try:
        return leads.capture(lead, by=by, at=at)
    except AskedToBeErased:
        held.keep_lead(lead.model_dump(), by=by, at=at)
        return None
