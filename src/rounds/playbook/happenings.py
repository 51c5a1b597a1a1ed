"""What automations may speak of: the events that happen, the fields that change, what may be asked, the deeds.

Events and deeds are declared where they live (`models/flow/kinds.py`, `actions/flow/verbs`), which stand above this
room; they make themselves known here, so that a playbook that names one nobody has is refused with its line. A
process that has loaded neither (a bare reader of playbooks) leaves those names unchecked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

EVENTS: dict[str, frozenset[str]] = {}
"""Kind → the fields of its payload."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb an automation may use: the shape of what is said, its words, the events it leaves, what it needs.
    `room` False: the part of the product that would do it does not exist yet."""

    verb: str
    shape: type[BaseModel]
    says: str
    emits: tuple[str, ...] = ()
    needs: Literal["lead", "account", "opportunity", "record", ""] = ""
    room: bool = True


DEEDS: dict[str, Deed] = {}


def know_events(kinds: Mapping[str, type[BaseModel]]) -> None:
    """The kinds of event there are, with the shapes of their payloads."""
    EVENTS.update({kind: frozenset(shape.model_fields) for kind, shape in kinds.items()})


def know_deed(deed: Deed) -> None:
    """One verb there is."""
    DEEDS[deed.verb] = deed


@dataclass(frozen=True, slots=True)
class Change:
    """The event that tells of a changed field, and where its payload says before and after."""

    event: str
    before: str
    after: str


CHANGES: Mapping[str, Change] = {
    "lead.status": Change("lead.status_changed", "before", "after"),
    "lead.owner": Change("lead.assigned", "owner_before", "owner_after"),
    "lead.band": Change("lead.scored", "band_before", "band_after"),
    "lead.score": Change("lead.scored", "before", "after"),
    "opportunity.stage": Change("opportunity.stage_changed", "before", "after"),
    "opportunity.owner": Change("opportunity.assigned", "owner_before", "owner_after"),
    "account.owner": Change("account.assigned", "owner_before", "owner_after"),
    "account.tier": Change("account.tier_changed", "before", "after"),
    "account.band": Change("account.scored", "band_before", "band_after"),
    "account.score": Change("account.scored", "before", "after"),
}
"""Fields with an event of their own. Any other field of a lead, an account or a contact is told by `….changed`."""


def event_of(field: str) -> str:
    """The kind of event that tells of a change of `field` (lead.status)."""
    return CHANGES[field].event if field in CHANGES else f"{field.partition('.')[0]}.changed"


Kind = Literal["text", "number", "flag"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing a condition may ask of a record: `column` is its place on the row."""

    kind: Kind
    label: str
    column: str


LABELS = {
    "opportunity.phi_involved": "that patient data is involved", "opportunity.lead": "that it came from a lead",
    "account.is_unit": "that the account buys for itself", "lead.hand_raise": "that somebody asked to be called",
    "lead.opted_out": "that the lead opted out", "lead.band_provisional": "that the band is provisional",
}  # fmt: skip
"""Questions whose column does not say what is asked."""


def _asks(noun: str, kind: Kind, words: Iterable[str]) -> dict[str, Ask]:
    found = {}
    for word in words:
        name, _, column = word.partition("=")
        label = LABELS.get(f"{noun}.{name}", f"the {noun}'s {name.replace('_', ' ')}")
        found[f"{noun}.{name}"] = Ask(kind, label, column or name)
    return found


ASKS: Mapping[str, Ask] = {
    **_asks("lead", "text", ("status", "band", "driving_band", "quick_band", "segment", "territory", "owner_role", "source",
                             "state", "role", "seniority", "title", "email", "organization", "fit_grade", "owner=owner_id",
                             "account=account_id")),
    **_asks("lead", "number", ("score=score_total", "quick_total", "heat", "completeness", "intent")),
    **_asks("lead", "flag", ("hand_raise", "opted_out", "band_provisional")),
    **_asks("account", "text", ("level", "status", "state", "ehr", "ehr_vendor", "org_type", "segment", "programme",
                                "territory", "band", "fit_grade", "tier_stage", "owner=owner_id")),
    **_asks("account", "number", ("tier", "beds", "hospitals", "score=score_total", "heat", "completeness")),
    **_asks("account", "flag", ("is_unit",)),
    **_asks("opportunity", "text", ("stage", "process", "kind", "source", "currency", "forecast_category", "territory", "lost_reason",
                                    "owner=owner_id", "account=account_id", "lead=lead_id")),
    **_asks("opportunity", "number", ("amount_cents=amount_company_cents", "term_months", "moved_back", "skipped", "reopened")),
    **_asks("opportunity", "flag", ("phi_involved",)),
}  # fmt: skip

STATES: Mapping[str, tuple[str, str]] = {
    "lead.status": ("lead", "a lead has been {is} for {span}"),
    "lead.band": ("lead", "a lead has been in the band {is} for {span}"),
    "account.untouched": ("account", "nobody has been in touch with an account for {span}"),
}
"""What a record can be in for a time: its noun, and the words. How they are found stands in models/flow/states.py."""

SCORES: Mapping[str, str] = {"lead.score": "lead.scored", "account.score": "account.scored"}
"""What can reach a threshold → the event that tells."""


def words_of(value: Any) -> str:
    """A value as it is said in a sentence."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "unknown" if value in (None, "") else str(value)
