"""Tier overrides: by hand, with a reason, an approver and an end (ABM-11)."""

from __future__ import annotations

from datetime import datetime

from rounds.access.allowed import may
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.scoring import read_anew
from rounds.actions.market.scoring import rescore, standing_override
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.clock import sayable
from rounds.kit.refusal import Refusal
from rounds.models import Account, TierRecord, User
from rounds.models.base import signature
from rounds.models.flow.active import active


class OverrideRefused(Refusal):
    """A tier set by hand needs a reason, an approver and an end."""

    status = 422


@phi.texts("reason", needed=("reason",))
def override(
    account: Account, tier: int, *, reason: str, approver: User, expires_at: datetime, by: Actor, at: datetime
) -> TierRecord:
    """Set a buying unit's tier by hand until `expires_at`. Effects: TierRecord, tier columns, event, audit.

    Raises OverrideRefused (422), also for an account that is no buying unit: those have no tier of their own.
    """
    if not reason.strip():
        raise OverrideRefused("Say why the tier is set by hand.", field="reason")
    known = [entry.tier for entry in active().playbook.tiers.tiers]
    if tier not in (0, *known):
        said = ", ".join(map(str, known))
        raise OverrideRefused(f"The tier is one of {said}, or 0 for not in the program.", field="tier")
    if not account.is_unit:
        raise OverrideRefused("Only a buying unit has a tier; set that of the system it buys with.", field="tier")
    if expires_at <= at or not sayable(expires_at):
        raise OverrideRefused("An override needs an end that lies ahead.", field="expires_at")
    if not may(approver, "tier.override"):
        raise OverrideRefused("A manager or an admin has to approve it.", field="approver")
    with deed(by):
        read_anew(account, at=at)
        before = account.tier
        row = TierRecord.objects.create(
            account=account, tier=tier, stage="override", override=True, reason=reason.strip(), approver=approver,
            expires_at=expires_at, playbook_hash=active().hash, **signature(by, at),
        )  # fmt: skip
        account.tier, account.tier_stage, account.updated_at = tier, "override", at
        account.save(update_fields=["tier", "tier_stage", "updated_at"])
        said = {"before": before, "after": tier, "stage": "override", "reason": reason}
        events.record("account.tier_changed", said, by=by, at=at, account=account.id)
        audit.note("tier.override", by=by, at=at, kind="account", subject=account.id, detail=said)
    return row


@phi.texts("shows", needed=("shows",))
def evidence(account: Account, gate: str, *, met: bool, shows: str, by: Actor, at: datetime) -> Account:
    """Tick a qualitative gate with what shows it, or take the tick back (C-09).

    Effects: the tick with its day, account.fact_set, an audit entry, a new score and tier.
    Raises OverrideRefused (422) for a gate the playbook does not have, or a tick without evidence.
    """
    known = {code: says for entry in active().playbook.tiers.tiers for code, says in entry.qualitative.items()}
    if gate not in known:
        raise OverrideRefused(f"“{gate[:60]}” is not a gate one ticks; use one of: {', '.join(known)}.", field="gate")
    if met and not shows.strip():
        raise OverrideRefused("Say what shows it: a tick without evidence counts for nothing.", field="shows")
    with deed(by):
        account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        gates, days = dict(account.custom.get("gates", {})), dict(account.custom.get("gates_at", {}))
        before = gates.pop(gate, None)
        days.pop(gate, None)
        if met:
            gates[gate], days[gate] = True, at.isoformat()
        account.custom = {**account.custom, "gates": gates, "gates_at": days}
        account.updated_at = at
        account.save(update_fields=["custom", "updated_at"])
        said = {"key": gate, "before": before, "after": met or None, "source": shows.strip() or by.name}
        events.record("account.fact_set", said, by=by, at=at, account=account.id)
        audit.note("tier.evidence", by=by, at=at, kind="account", subject=account.id, detail=said)
        rescore(account, by=by, at=at, cause=f"gate: {known[gate].lower()}")
    return account


@phi.texts("reason", needed=("reason",))
def lift(account: Account, *, reason: str, by: Actor, at: datetime) -> Account:
    """End an override; the rule's verdict holds again. Effects: TierRecord (lifted), audit, a new score and tier.

    Raises OverrideRefused (422), also where no override stands.
    """
    if not reason.strip():
        raise OverrideRefused("Say why the override ends.", field="reason")
    with deed(by):
        read_anew(account, at=at)
        if standing_override(account, at=at) is None:
            raise OverrideRefused("No tier set by hand stands here; the rule's verdict holds already.")
        TierRecord.objects.create(
            account=account, tier=account.tier or 0, stage="lifted", override=True, reason=reason, **signature(by, at)
        )
        audit.note("tier.lift", by=by, at=at, kind="account", subject=account.id, detail={"reason": reason})
        rescore(account, by=by, at=at, cause="tier override lifted")
    return account
