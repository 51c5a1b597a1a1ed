"""A verb: one deed an automation may use. Registered by name, told in a shape, answered with an outcome.

To add one: a function `(context, said, *, by, at) -> Outcome` in `actions/flow/verbs/<domain>.py` under
`@verb("task.create", shape=TaskSaid, says="create a task", emits=(…), needs="lead")`. It calls an action and nothing
else. It runs inside of the transaction that keeps its outcome: both stand or neither. A refusal of the action is its
outcome; any other error is kept and the deed tried again. What reaches the outside goes through a Delivery with
`context.key`, which is the same whenever the step is done again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from rounds.kit.actor import Actor
from rounds.models import Account, AutomationRun, AutomationStep, Lead, Opportunity
from rounds.models.flow.asked import payload_of
from rounds.playbook import Playbook
from rounds.playbook.happenings import Deed, know_deed
from rounds.playbook.shapes.automation import Automation

NOT_BUILT = "not built"


class Said(BaseModel):
    """What a verb is told refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Said):
    """A verb that is told nothing."""


class Anything(BaseModel):
    """A verb whose room does not exist yet: what it will be told is not known."""

    model_config = ConfigDict(extra="allow")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a deed came to, as a sentence; `result` the ids of what it made."""

    state: Literal["done", "refused", "waiting"]
    sentence: str
    result: dict[str, Any] = field(default_factory=dict)


def done(sentence: str, **result: Any) -> Outcome:
    return Outcome("done", sentence, {name: str(value) for name, value in result.items() if value is not None})


def refused(why: str) -> Outcome:
    return Outcome("refused", why)


def waiting(what: str) -> Outcome:
    return Outcome("waiting", what)


@dataclass(frozen=True, slots=True)
class Context:
    """What a verb works on: the record as it stands now, what the cause said, the run, the step and the playbook."""

    automation: Automation
    playbook: Playbook
    run: AutomationRun
    step: AutomationStep
    lead: Lead | None
    account: Account | None
    deal: Opportunity | None = None

    @property
    def record(self) -> Opportunity | Lead | Account | None:
        """What it is about."""
        return self.deal or self.lead or self.account

    @property
    def payload(self) -> Mapping[str, Any]:
        """What the cause said."""
        return payload_of(self.run)

    @property
    def key(self) -> str:
        """The same for every try of this step: what must not happen twice outside carries it."""
        return f"automation:{self.run.id}:{self.step.position}"


Does = Callable[..., Outcome]
VERBS: dict[str, tuple[type[BaseModel], Does]] = {}


def verb(name: str, *, shape: type[BaseModel] = Nothing, says: str = "", emits: tuple[str, ...] = (),
         needs: Literal["lead", "account", "opportunity", "record", ""] = "", room: bool = True) -> Callable[[Does], Does]:  # fmt: skip
    """Register the function under `name`; `says` is the deed in words, `emits` the kinds of event it may leave."""

    def keep(does: Does) -> Does:
        if name in VERBS:
            raise ValueError(f"The verb {name} is registered twice.")
        VERBS[name] = (shape, does)
        know_deed(Deed(name, shape, says or (does.__doc__ or name).strip().split("\n")[0].rstrip("."), emits, needs, room))
        return does

    return keep


def not_built(name: str, says: str, room: str, needs: Literal["lead", "account", "opportunity", "record", ""] = "") -> None:
    """A verb whose room does not exist yet: recorded as waiting, never as done."""

    def wait(context: Context, said: BaseModel, *, by: Actor, at: datetime) -> Outcome:
        return waiting(f"{NOT_BUILT}: {room}")

    wait.__doc__ = says
    verb(name, shape=Anything, says=says, needs=needs, room=False)(wait)
