"""The demo's registers: who touches patient data and by which agreement, one of them about to end, one missing; and a
legal hold, on the one account that is invented even over the real hospital files."""

from __future__ import annotations

from datetime import datetime, timedelta

from rounds.actions.leads import forms
from rounds.actions.trust import agreements, baa_reading, holds, phi, subjects
from rounds.jobs.demo.abc import NAME as ABC
from rounds.jobs.demo.cast import Cast
from rounds.models import Account, Counterparty, Lead, LeadForm, LegalHold, Quarantine, SubjectRequest
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day

YEAR = timedelta(days=365)
VENDORS = (
    ("Harbourline Hosting", "Runs the servers and the encrypted backups", YEAR * 2),
    ("Quillmark Transcripts", "Writes down recorded calls", timedelta(days=20)),
    ("Tessel Analytics", "Reads usage of the pilots", None),
)
"""Name, what for, how long its agreement still runs (None: it has none)."""
MESSAGES = (
    ("Wendell Marsh", "w.marsh@fernbrook.example", "Can your alert be tried on this chart: patient Sample Onepatient, DOB 02/03/1951, MRN 00471193?"),
    ("Tova Lind", "t.lind@fernbrook.example", "Billing asks about member SSN 219-09-9999, whom may I send this to?"),
)
"""Who wrote what through the public form; the patients are invented."""


def keep_registers(cast: Cast, *, at: datetime) -> None:
    """Write the registers as of `at`, where they are missing. Sight is set by the caller."""
    by = cast.compliance.actor
    if not Counterparty.objects.filter(kind="vendor").exists():
        for name, why, left in VENDORS:
            party = agreements.add(name, "vendor", by=by, at=at, touches_phi=True, why=why)
            _sign(party, left, by, at)
        for account in Account.objects.filter(name=ABC, level="system", counterparty=None)[:1]:
            _sign(agreements.add("", "customer", account=account, by=by, at=at, why="A pilot with their data is planned"), YEAR, by, at)
        agreements.add("Plainfield Print", "vendor", by=by, at=at, touches_phi=False, why="Prints brochures")
    if not LegalHold.objects.exists():
        for account in Account.objects.filter(name=ABC, level="system")[:1]:
            holds.place("account", account.id, by=by, at=at,
                        reason="Dispute over a reference: counsel asked on the day to keep everything")  # fmt: skip


def wait_for_the_officer(cast: Cast, *, at: datetime) -> None:
    """What came in for the officer to decide: a message through the form with invented patient data, and two people who
    ask what is kept of them or to be forgotten. Sight is set by the caller."""
    form = LeadForm.objects.filter(closed_at=None).first()
    if form is not None and not Quarantine.objects.exists():
        with phi.door("form", outside=True):
            for nonce, (name, email, message) in enumerate(MESSAGES):
                sent = {"name": name, "email": email, "organization": "Fernbrook Clinic", "state": "NY", "message": message}
                forms.receive(form, sent, nonce=f"demo{nonce}", at=at)
    if not SubjectRequest.objects.exists():
        asking = Lead.objects.exclude(email="").order_by("captured_at", "id")[:2]
        for lead, kind, days in zip(asking, ("access", "erasure"), (9, 2), strict=False):
            subjects.begin(kind, lead.email, state=lead.state if lead.state in ("CA", "TX", "VA") else "",
                           asked_on=house_day(at - timedelta(days=days)), by=cast.compliance.actor, at=at)  # fmt: skip


def _sign(party: Counterparty, left: timedelta | None, by, at: datetime) -> None:
    if left is None:
        return
    today = agreements.day(at)
    ends = today + left
    baa = agreements.draft(party, f"{ends.year}-1", by=by, at=at, effective_on=ends - YEAR * 2, expires_on=ends,
                           scope="Everything in the agreement of services")  # fmt: skip
    agreements.sign(baa, min(today, ends - YEAR * 2), by=by, at=at)
    if left > YEAR / 2:  # the one about to end is still to be read
        baa_reading.read(baa, list(active().playbook.agreements.elements.titles), breach_hours=72, by=by, at=at)
