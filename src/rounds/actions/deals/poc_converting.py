"""From a proof of concept to production: the draft of an implementation, checked by the customer (POC-08)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from rounds.actions.deals.below import tell
from rounds.actions.deals.poc_given import PocNotThere, locked, named, sign
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Contact, Poc, PocSigning
from rounds.models.deals.poc_standing import has_phi, stands
from rounds.models.flow.days import house_day

SIGNED = ("plan", "roi")
"""What the customer signs beside agreement, criteria and result."""


def draft(poc: Poc, *, by: Actor, at: datetime) -> Poc:
    """What the POC showed, as the draft of an implementation: the `conversion_plan` an implementation is made from. Drawn
    up anew it is a new version, and asks for the customer's word again.

    Effects: conversion_plan, poc.converted, an audit entry. Raises PocNotThere (409).
    """
    with deed(by):
        poc = locked(poc, "running", "readout", why="A draft is made of one that runs.")
        found = stands(poc)
        poc.conversion_plan = {
            "version": (poc.conversion_plan or {}).get("version", 0) + 1,
            "from_poc": str(poc.id),
            "name": f"Implementation at {poc.opportunity.account.name}",
            "use_case": poc.use_case,
            "site": str(poc.site_id or poc.opportunity.account_id),
            "kickoff_on": (house_day(at) + timedelta(days=14)).isoformat(),
            "phi": has_phi(poc),
            "contacts": {"executive": str(poc.executive_id or ""), "data_owner": str(poc.data_owner_id or "")},
            "metrics": [_metric(one) for one in found.measured],
            "done": list(poc.milestones.exclude(done_at=None).order_by("due_on").values_list("title", flat=True)),
            "open_issues": list(poc.issues.filter(closed_at=None).order_by("at").values_list("title", flat=True)),
            "terms": poc.conversion_terms,
        }
        poc.save(update_fields=["conversion_plan"])
        tell("poc.converted", poc, {"name": poc.name, "steps": len(poc.conversion_plan["done"]), "weeks": poc.weeks}, by=by, at=at)
        audit.note("poc.convert", by=by, at=at, kind="poc", subject=poc.id, detail={"version": poc.conversion_plan["version"]})
    return poc


def _metric(one) -> dict:
    row, last = one.criterion, one.last
    return {"code": row.code, "name": row.name, "category": row.category, "kind": row.kind, "unit": row.unit, "direction": row.direction,
            "baseline": row.baseline, "target": row.target, "measured": last.value if last else None, "verdict": one.standing.word}  # fmt: skip


@phi.texts("note")
def signed(poc: Poc, what: str, signer: Contact, *, signed_on: date | None = None, note: str = "", by: Actor, at: datetime):
    """The customer put their name to the roll-out plan or to the ROI sheet, as it stands.

    Effects: a PocSigning of that version, poc.signed, an audit entry. Raises PocRefused, NotOfThisDeal (422), PocNotThere (409).
    """
    with deed(by):
        poc = locked(poc, "running", "readout", "ended", why="It is signed once it is there.")
        version = version_of(poc, what)
        if not version:
            raise PocNotThere("There is nothing to sign yet: draw up the roll-out plan." if what == "plan" else "There is no ROI sheet yet: count it first.")
        row = sign(poc, what, signer, signed_on=signed_on, note=note, version=version, by=by, at=at)
        tell("poc.signed", poc, {"name": poc.name, "what": what, "version": version, "signed_by": named(signer)}, by=by, at=at)
        audit.note("poc.sign", by=by, at=at, kind="poc", subject=poc.id, detail={"what": what, "version": version})
    return row


def accepted(poc: Poc) -> bool:
    """Whether the customer put their name to the roll-out plan as it stands. One query."""
    version = version_of(poc, "plan")
    return bool(version) and PocSigning.objects.filter(poc=poc, what="plan", version=version).exists()


def version_of(poc: Poc, what: str) -> int:
    """Which version of the plan or of the ROI sheet stands; 0 where there is none."""
    if what == "plan":
        return (poc.conversion_plan or {}).get("version", 0)
    return poc.rois.order_by("-number").values_list("number", flat=True).first() or 0
