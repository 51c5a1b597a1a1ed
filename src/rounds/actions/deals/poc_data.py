"""Patient data of a proof of concept: whether there is any, the gate before it, the clock after it (POC-10, PLUS-26, 27)."""

from __future__ import annotations

from datetime import date, datetime

from rounds.actions.deals import data_gate
from rounds.actions.deals.below import add_task, finish_tasks, of_the_deal, tell
from rounds.actions.deals.poc_given import PocNotThere, PocRefused, locked, moment
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.models import Contact, PhiDetermination, Poc, PocDataClock
from rounds.models.base import signature
from rounds.models.deals.poc_standing import has_phi
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.poc.data_clock import due_on

DOOR = "poc_data"
KEY = "poc_data:"
"""What the keys of the tasks of its clock begin with."""


@phi.texts("data_set", "why", needed=("data_set", "why"))
def determine(poc: Poc, *, involved: bool, data_set: str, why: str, by: Actor, at: datetime) -> PhiDetermination:
    """Compliance says whether the data set named holds patient data; the doors ask for the permission first.

    Effects: PhiDetermination, poc.phi_determined, an audit entry. Raises PocRefused (422), PocNotThere (409) once data is in.
    """
    if not by.is_human:
        raise PocRefused("Only a person of compliance says that there is no patient data.")
    for field, said in (("data_set", data_set), ("why", why)):
        if not said.strip():
            raise PocRefused("Name the data set." if field == "data_set" else "Say why.", field=field)
    with deed(by):
        poc = Poc.objects.select_related("opportunity").get(pk=poc.pk)
        if poc.data_since is not None and not involved:
            raise PocNotThere("Data came in already, as patient data; it stays that until it is returned or destroyed.")
        row = PhiDetermination.objects.create(opportunity=poc.opportunity, poc=poc, involved=involved, data_set=data_set.strip()[:500],
                                              why=why.strip()[:2000], **signature(by, at))  # fmt: skip
        tell("poc.phi_determined", poc, {"name": poc.name, "involved": involved, "data_set": row.data_set}, by=by, at=at)
        audit.note("poc.determine_phi", by=by, at=at, kind="poc", subject=poc.id, detail={"involved": involved})
    return row


def start(poc: Poc, *, by: Actor, at: datetime) -> Poc:
    """Data integration begins: with patient data only under a BAA that is in force today. Once.

    Effects: data_since, poc.data_started, an audit entry. Raises NoBaaInForce, PocNotThere (409).
    """
    with deed(by):
        poc = locked(poc, "running", why="Data comes in while it runs.")
        if poc.data_since is not None:
            return poc
        involved = has_phi(poc)
        cover = data_gate.need_baa(poc.opportunity.account, at, what=DOOR) if involved else None
        poc.data_since = at
        poc.save(update_fields=["data_since"])
        baa = getattr(cover, "baa", None)
        tell("poc.data_started", poc, {"name": poc.name, "phi": involved, "baa": str(baa.id) if baa else None}, by=by, at=at)
        audit.note("poc.start_data", by=by, at=at, kind="poc", subject=poc.id, detail={"phi": involved})
    return poc


def start_clock(poc: Poc, cause: str, ended_on: date, *, by: Actor, at: datetime) -> PocDataClock | None:
    """The POC or its BAA ended: patient data that came in must be returned or destroyed. Whichever ended first counts.

    Effects: PocDataClock, a task for the POC's lead, poc.data_clock_started, an audit entry. None where no patient data
    ever came in.
    """
    if poc.data_since is None or not has_phi(poc):
        return None
    there = PocDataClock.objects.filter(poc=poc).first()
    if there is not None:
        return there
    due = due_on(active().playbook.poc_terms.phi, [ended_on])
    with deed(by):
        row = PocDataClock.objects.create(opportunity=poc.opportunity, poc=poc, cause=cause, started_on=ended_on, due_on=due, **signature(by, at))
        add_task(poc.opportunity, f"Return or destroy the patient data: {poc.name}", key=_key(poc), due_at=moment(due),
                 owner=poc.lead, priority="high", by=by, at=at)  # fmt: skip
        tell("poc.data_clock_started", poc, {"name": poc.name, "cause": cause, "due_on": due.isoformat()}, by=by, at=at)
        audit.note("poc.data_clock", by=by, at=at, kind="poc", subject=poc.id, detail={"due_on": due.isoformat()})
    return row


@phi.texts("data_set", "certificate", needed=("data_set", "certificate"))
def certify(poc: Poc, *, method: str, data_set: str, certificate: str, done_on: date | None = None, certified_to: Contact | None = None,
            by: Actor, at: datetime) -> PocDataClock:  # fmt: skip
    """The patient data is back or gone, and this is the certificate; one that is there stays.

    Effects: the clock stops, its task is done, poc.data_certified, an audit entry. Raises PocRefused (422), PocNotThere (409).
    """
    book, on = active().playbook.poc_terms.phi, done_on or house_day(at)
    if method not in book.methods:
        raise PocRefused(f"Say how: {', '.join(book.methods)}.", field="method")
    for field, said in (("data_set", data_set), ("certificate", certificate)):
        if not said.strip():
            raise PocRefused("Name the data set." if field == "data_set" else "Say what the certificate is: number, place, method.", field=field)
    of_the_deal(poc.opportunity, certified_to, field="certified_to")
    with deed(by):
        clock = PocDataClock.objects.select_for_update(of=("self",)).select_related("poc__opportunity").filter(poc=poc).first()
        if clock is None:
            raise PocNotThere("No clock runs: no patient data came in, or the POC has not ended.")
        if clock.done_at:
            return clock
        if not house_day(poc.data_since) <= on <= house_day(at):
            raise PocRefused("Choose a day between the day data came in and today.", field="done_on")
        clock.method, clock.data_set, clock.certificate = method, data_set.strip()[:500], certificate.strip()[:4000]
        clock.done_on, clock.done_at, clock.certified_to, clock.certified_name = on, at, certified_to, by.name
        clock.save(update_fields=["method", "data_set", "certificate", "done_on", "done_at", "certified_to", "certified_name"])
        finish_tasks([_key(poc)], outcome=book.methods[method], by=by, at=at)
        said = {"name": poc.name, "method": method, "done_on": on.isoformat(), "late": on > clock.due_on}
        tell("poc.data_certified", clock.poc, said, by=by, at=at)
        audit.note("poc.certify_data", by=by, at=at, kind="poc", subject=poc.id, detail={"method": method, "late": said["late"]})
    return clock


def _key(poc: Poc) -> str:
    return f"{KEY}{poc.id}"
