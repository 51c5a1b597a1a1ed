"""Agreements: everybody who touches patient data has a BAA in force that says what it must, none ends unnoticed, and
what was held under one that ended is given back or destroyed."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from rounds.analytics.trust.checks.finding import Finding, Look, failed, passed, unknown
from rounds.models import Baa, Counterparty
from rounds.rules import agreements

REGISTER = ("/trust/agreements/", "Open the register")


def _day(look: Look) -> date:
    return look.at.astimezone(ZoneInfo(look.playbook.agreements.zone)).date()


def _parties() -> list[Counterparty]:
    rows = Counterparty.objects.filter(touches_phi=True, ended_at=None)
    return list(rows.prefetch_related("baas__readings", "baas__phi_return").order_by("name"))


def coverage(look: Look) -> Finding:
    """Every counterparty with touches_phi has an effective BAA (COMPL-12)."""
    parties = _parties()
    bare = [party for party in parties if agreements.effective(party.baas.all(), _day(look)) is None]
    said = {"counterparties": len(parties), "covered": len(parties) - len(bare),
            "without": [{"id": str(party.id), "name": party.name} for party in bare]}  # fmt: skip
    if bare:
        others = f" and {len(bare) - 1} more have" if len(bare) > 1 else " has"
        return failed(f"{bare[0].name}{others} no BAA in force: {said['covered']} of {len(parties)} are covered.", *REGISTER, **said)
    if not Counterparty.objects.filter(ended_at=None).exists():
        return unknown("The register is empty: nobody has said who touches patient data.", *REGISTER, **said)
    return passed(f"{len(parties)} of {len(parties)} who touch patient data have a BAA in force.", **said)


def elements(look: Look) -> Finding:
    """Every BAA in force was read through and says what 45 CFR 164.504(e) asks for (PLUS-27)."""
    lacking, unread, all_ = [], [], 0
    for party in _parties():
        baa = agreements.effective(party.baas.all(), _day(look))
        if baa is None:
            continue
        all_ += 1
        found = _read(look, baa)
        if found.lacks:
            lacking.append(party.name)
        elif not found.complete:
            unread.append(party.name)
    said = {"lacking": lacking, "unread": unread, "agreements": all_}
    if lacking:
        return failed(f"The BAA with {lacking[0]} lacks what it must say{_more(lacking)}.", *REGISTER, **said)
    if unread:
        return unknown(f"Nobody has read the BAA with {unread[0]} through{_more(unread)}.", *REGISTER, **said)
    return passed(f"{all_} of {all_} agreements in force say what they must.", **said)


def _read(look: Look, baa: Baa) -> agreements.Read:
    last = max(baa.readings.all(), key=lambda one: (one.at, one.pk), default=None)
    return agreements.read(look.playbook.agreements.elements, last.present if last else None, last.missing if last else ())


def _more(names: list[str]) -> str:
    return f", nor those of {len(names) - 1} more" if len(names) > 1 else ""


def ending(look: Look) -> Finding:
    """No agreement in force ends within the shortest notice but one without another that goes on after it."""
    notice, on = sorted(look.playbook.agreements.baa_told_before.days)[:2][-1], _day(look)
    found = []
    for party in _parties():
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


def returned(look: Look) -> Finding:
    """Patient data of agreements that ended is returned or destroyed, with a certificate, in time (PLUS-27)."""
    on, late, waiting = _day(look), [], 0
    for party in Counterparty.objects.filter(touches_phi=True).prefetch_related("baas__phi_return"):
        baas = [baa for baa in party.baas.all() if baa.signed_on is not None]
        ends = [(last, baa) for baa in baas if (last := agreements.last_day(baa)) is not None and last < on]
        if not ends or any(agreements.holds(baa, on) for baa in baas):
            continue
        last, baa = max(ends, key=lambda pair: pair[0])
        if getattr(baa, "phi_return", None) is None:
            waiting += 1
            late += [party.name] if agreements.returned_by(look.playbook.agreements, last) < on else []
    if late:
        return failed(f"Data of {late[0]} should have been returned or destroyed by now{_more(late)}.", *REGISTER, late=late)
    return passed(f"{waiting} wait for return or destruction, none too long." if waiting else "Nothing waits for return or destruction.",
                  waiting=waiting)  # fmt: skip


CHECKS = {"baa_coverage": coverage, "baa_elements": elements, "baa_ending": ending, "phi_returned": returned}
