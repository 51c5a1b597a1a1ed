"""Agreements: everybody who touches patient data has a BAA in force, and none ends unnoticed."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from rounds.analytics.trust.checks.finding import Finding, Look, failed, passed, unknown
from rounds.models import Counterparty
from rounds.rules import agreements

REGISTER = ("/trust/agreements/", "Open the register")


def _day(look: Look) -> date:
    return look.at.astimezone(ZoneInfo(look.playbook.agreements.zone)).date()


def coverage(look: Look) -> Finding:
    """Every counterparty with touches_phi has an effective BAA (COMPL-12)."""
    parties = list(Counterparty.objects.filter(touches_phi=True, ended_at=None).prefetch_related("baas").order_by("name"))
    bare = [party for party in parties if agreements.effective(party.baas.all(), _day(look)) is None]
    said = {"counterparties": len(parties), "covered": len(parties) - len(bare),
            "without": [{"id": str(party.id), "name": party.name} for party in bare]}  # fmt: skip
    if bare:
        others = f" and {len(bare) - 1} more have" if len(bare) > 1 else " has"
        return failed(f"{bare[0].name}{others} no BAA in force: {said['covered']} of {len(parties)} are covered.", *REGISTER, **said)
    if not Counterparty.objects.filter(ended_at=None).exists():
        return unknown("The register is empty: nobody has said who touches patient data.", *REGISTER, **said)
    return passed(f"{len(parties)} of {len(parties)} who touch patient data have a BAA in force.", **said)


def ending(look: Look) -> Finding:
    """No agreement in force ends within the shortest notice without another that goes on after it."""
    notice, on = min(look.playbook.agreements.told_before.days), _day(look)
    found = []
    for party in Counterparty.objects.filter(touches_phi=True, ended_at=None).prefetch_related("baas").order_by("name"):
        now = agreements.effective(party.baas.all(), on)
        last = agreements.last_day(now) if now else None
        if last and (last - on).days <= notice and not _goes_on(party, last):
            found.append({"id": str(party.id), "name": party.name, "on": last.isoformat(), "days": (last - on).days})
    if found:
        first = min(found, key=lambda one: one["days"])
        return failed(f"The BAA with {first['name']} ends in {first['days']} days and nothing follows it.", *REGISTER, ending=found)
    return passed(f"No agreement ends within {notice} days.", ending=[])


def _goes_on(party: Counterparty, last: date) -> bool:
    after = date.fromordinal(last.toordinal() + 1)
    return agreements.effective(party.baas.all(), after) is not None


CHECKS = {"baa_coverage": coverage, "baa_ending": ending}
