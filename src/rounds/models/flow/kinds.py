"""The kinds of event and the shape of each payload (law 2)."""

from __future__ import annotations

from typing import Any

from rounds.models.flow.customer_kinds import CUSTOMERS
from rounds.models.flow.deal_kinds import DEALS
from rounds.models.flow.demo_kinds import DEMOS
from rounds.models.flow.desk_kinds import DESK
from rounds.models.flow.enablement_kinds import ENABLEMENT
from rounds.models.flow.given_kinds import GIVEN, Assigned
from rounds.models.flow.import_kinds import IMPORTS
from rounds.models.flow.life_kinds import LIFE
from rounds.models.flow.merge_kinds import MERGES
from rounds.models.flow.number_kinds import NUMBERS
from rounds.models.flow.paper_kinds import PAPER
from rounds.models.flow.payload import Payload
from rounds.models.flow.poc_kinds import POCS
from rounds.models.flow.price_kinds import PRICES
from rounds.models.flow.reach_kinds import REACH
from rounds.models.flow.room_kinds import ROOM
from rounds.playbook import happenings


class AccountAdded(Payload):
    name: str
    level: str


class AccountChanged(Payload):
    changed: dict[str, list[Any]]
    """Field → [before, after]."""


class AccountMoved(Payload):
    parent_before: str | None
    parent_after: str | None


class AccountClosed(Payload):
    reason: str


class Answered(Payload):
    criterion: str
    level: str
    before: str | None = None
    heard_from: str | None = None
    reason: str = ""


class AnswerWithdrawn(Payload):
    criterion: str
    level: str


class FactSet(Payload):
    key: str
    before: Any = None
    after: Any = None
    source: str


class Scored(Payload):
    model: str
    before: int | None
    after: int
    band_before: str | None
    band_after: str
    cause: str


class TierChanged(Payload):
    before: int | None
    after: int
    stage: str
    reason: str = ""


class ContactAdded(Payload):
    name: str
    role: str


class ContactChanged(Payload):
    name: str
    changed: dict[str, list[Any]]


class SeatFilled(Payload):
    contact: str
    role: str
    influence: int
    stance: str


class IntelligenceNoted(Payload):
    area: str
    topic: str
    source: str


class LeadCaptured(Payload):
    name: str
    organization: str
    source: str
    score: int
    band: str
    territory: str
    segment: str
    hops: list[dict[str, Any]]
    """The journey of the capture: [{"step", "outcome", "ms"}]."""


class LeadChanged(Payload):
    changed: dict[str, list[Any]]


class StatusChanged(Payload):
    before: str
    after: str
    reason: str = ""
    code: str = ""
    """A reason of the playbook's list."""


class ActivityLogged(Payload):
    activity: str
    kind: str
    subject: str = ""
    seniority: str = ""
    direction: str = ""


class ActivityWithdrawn(Payload):
    activity: str
    kind: str
    reason: str


class TextReleased(Payload):
    """A text that waited for a reviewer was let through. `text` only where no row of its own can take it."""

    what: str
    field: str
    on_behalf_of: str
    blacked_out: bool
    text: str = ""


class AutomationSwitched(Payload):
    automation: str
    on: bool
    reason: str = ""


class BatchReleased(Payload):
    """A quiet batch may start automations now: how many of its events somebody listens to."""

    events: int


class PlaybookPublished(Payload):
    number: int
    hash: str
    reason: str


class RetentionPurged(Payload):
    rule: str
    kind: str
    rows: int
    held: int


class UniverseLoaded(Payload):
    run: str
    created: int
    updated: int
    unchanged: int


KINDS: dict[str, type[Payload]] = {
    **MERGES,
    "account.added": AccountAdded,
    "account.changed": AccountChanged,
    "account.moved": AccountMoved,
    "account.closed": AccountClosed,
    "account.assigned": Assigned,
    "account.answered": Answered,
    "account.answer_withdrawn": AnswerWithdrawn,
    "account.fact_set": FactSet,
    "account.scored": Scored,
    "account.tier_changed": TierChanged,
    "contact.added": ContactAdded,
    "contact.changed": ContactChanged,
    "seat.filled": SeatFilled,
    "intelligence.noted": IntelligenceNoted,
    "lead.captured": LeadCaptured,
    "lead.changed": LeadChanged,
    **GIVEN,
    "lead.answered": Answered,
    "lead.answer_withdrawn": AnswerWithdrawn,
    "lead.scored": Scored,
    "lead.status_changed": StatusChanged,
    **LIFE,
    **DEALS,
    **DEMOS,
    **POCS,
    **PRICES,
    **ROOM,
    **REACH,
    "activity.logged": ActivityLogged,
    "activity.withdrawn": ActivityWithdrawn,
    **DESK, **IMPORTS, **CUSTOMERS,
    **PAPER,
    **NUMBERS,
    **ENABLEMENT,
    **DESK, **IMPORTS,
    "text.released": TextReleased,
    "automation.switched": AutomationSwitched,
    "batch.released": BatchReleased,
    "playbook.published": PlaybookPublished,
    "retention.purged": RetentionPurged,
    "universe.loaded": UniverseLoaded,
}


happenings.know_events(KINDS)


def shaped(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """`payload` checked against the shape of `kind`, as JSON. Raises KeyError for a kind nobody declared."""
    return KINDS[kind](**payload).model_dump(mode="json")


def shaped_text(kind: str, payload: dict[str, Any]) -> str:
    """The same as the text a column keeps, for thousands."""
    return KINDS[kind](**payload).model_dump_json()
