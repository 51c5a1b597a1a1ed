"""A level set by hand against what the facts say: with a reason and an end, taken back in one act."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.market import answers
from rounds.actions.trust import phi
from rounds.kit.actor import Actor
from rounds.kit.clock import sayable
from rounds.kit.refusal import Refusal
from rounds.models import Answer, Lead
from rounds.rules.scoring import Score


class OverrideRefused(Refusal):
    """A level cannot be set by hand like this."""

    status = 422


@phi.texts("reason", needed=("reason",))
def override(lead: Lead, criterion: str, level: str, *, reason: str, expires_at: datetime | None, by: Actor,
             at: datetime) -> tuple[Answer, Score]:  # fmt: skip
    """Set `criterion` to `level` until `expires_at`, whatever the facts say; it stands under the person's name.

    Effects: those of answers.answer. Taken back with answers.withdraw. Raises OverrideRefused (422) without a reason
    or with an end that lies in the past.
    """
    if not reason.strip():
        raise OverrideRefused("Say why you set it by hand: the reason is shown beside the points.", field="reason")
    if expires_at is None:
        raise OverrideRefused("Say until when it holds; the facts speak again after that day.", field="until")
    if expires_at <= at or not sayable(expires_at):
        raise OverrideRefused("The day until which it holds lies in the past; choose a later one.", field="until")
    return answers.answer(lead, criterion, level, by=by, at=at, reason=reason.strip()[:500], expires_at=expires_at)
