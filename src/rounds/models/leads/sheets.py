"""A lead's qualification sheet as it stands: what people said, what the data proves, and the verdict.

What is read here is read with whole sight by whoever asks: a verdict must not hang on who looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rounds.models.facts import facts_given
from rounds.models.leads.activities import LeadActivity
from rounds.models.leads.leads import Lead
from rounds.models.leads.qualification import QualificationAnswer
from rounds.models.market.contacts import CommitteeSeat, Contact
from rounds.playbook import Playbook
from rounds.rules import qualification
from rounds.rules.qualification import Holds, Said, StageGap, Verdict

SUPPORTS = ("champion", "supporter")
SPOKEN = ("call", "executive_meeting", "stakeholder_meeting", "demo_attendance")
"""Acts in which somebody was spoken with."""


@dataclass(frozen=True)
class Sheet:
    """`said`: the last answer of each item. `proved`: what the data says of it. `holds`: which of them holds."""

    said: dict[str, QualificationAnswer]
    proved: dict[str, str]
    holds: dict[str, Holds]
    verdict: Verdict
    facts: dict[str, Any]
    due_at: datetime | None

    @property
    def answers(self) -> dict[str, str | None]:
        """Item → yes, no or None: what the rules are given."""
        return {item: one.answer for item, one in self.holds.items()}

    def stage_1(self, book: Playbook) -> list[StageGap]:
        """What stage 1 asks for before a deal, met or not."""
        return qualification.before_stage_1(book, self.verdict, self.answers, self.facts["stakeholders"])


def sheet_of(lead: Lead, book: Playbook, *, at: datetime) -> Sheet:
    """The sheet of `lead` at `at`. At most five queries."""
    said = last_answers(QualificationAnswer.objects.filter(lead=lead, at__lte=at))
    facts = sheet_facts(lead, book, at=at)
    return judged(book, said, qualification.derived(book, facts), facts, at=at)


def judged(book: Playbook, said: dict[str, QualificationAnswer], proved: dict[str, str], facts: dict[str, Any], *, at: datetime) -> Sheet:
    """The verdict on what was said and proved."""
    words = {item: Said(row.answer, (at - row.at).days) for item, row in said.items() if item in book.qualification.items}
    holds = qualification.standing(book, words, proved)
    verdict = qualification.judged(book, {item: one.answer for item, one in holds.items()})
    fresh = timedelta(days=book.qualification.stale_days.value + 1)
    ends = [said[item].at + fresh for item, word in words.items() if word.answer in ("yes", "no")]
    return Sheet(said, proved, holds, verdict, facts, min((end for end in ends if end > at), default=None))


def last_answers(rows: Iterable[QualificationAnswer]) -> dict[str, QualificationAnswer]:
    """Item → its last answer."""
    return {row.item: row for row in sorted(rows, key=lambda row: (row.at, row.id))}


def sheet_facts(lead: Lead, book: Playbook, *, at: datetime) -> dict[str, Any]:
    """What a sheet derives from: the lead's facts, its account, and the people of its buying unit counted."""
    facts = {**facts_given(lead), "segment": lead.segment or None}
    account, unit_id = lead.account if lead.account_id else None, lead.buying_unit_id or lead.account_id
    if account is not None:
        unit = account.buying_unit if account.buying_unit_id else account
        status = next((one.hipaa_status for one in (account, unit) if one.hipaa_status not in ("", "Unknown")), None)
        facts |= {"hipaa_status": status, "fiscal_year_end": account.fye_month or unit.fye_month}
    people = list(Contact.objects.filter(buying_unit_id=unit_id, left_on=None).values_list("id", "role", "email")) if unit_id else []
    met = _met(unit_id, lead, at) if unit_id or lead.id else set()
    return facts | _counted(lead, book, people, met) | _committee(book, unit_id)


def _met(unit_id: UUID | None, lead: Lead, at: datetime) -> set[UUID | None]:
    """The contacts of the unit somebody spoke with; None stands for the lead itself."""
    spoken = LeadActivity.objects.filter(kind__in=SPOKEN, withdrawn_at=None, machine="", happened_at__lte=at)
    found: set[UUID | None] = set()
    if unit_id:
        found |= set(spoken.filter(contact__buying_unit_id=unit_id).values_list("contact_id", flat=True))
    if spoken.filter(lead=lead).exists():
        found.add(None)
    return found


def _counted(lead: Lead, book: Playbook, people: list[tuple[UUID, str, str]], met: set[UUID | None]) -> dict[str, int]:
    executive = book.picklists.contact_role.executive
    known = [(key, role) for key, role, _ in people]
    if not lead.email or lead.email.lower() not in {email.lower() for _, _, email in people}:
        known.append((None, lead.role))
    return {
        "stakeholders": len(known),
        "c_level_known": sum(role in executive for _, role in known),
        "c_level_met": sum(role in executive and key in met for key, role in known),
        "privacy_officers_met": sum(role == "Privacy Officer" and key in met for key, role in known),
    }


def _committee(book: Playbook, unit_id: UUID | None) -> dict[str, int]:
    roles = book.picklists.contact_role
    seats = CommitteeSeat.objects.filter(account_id=unit_id, ended_at=None) if unit_id else CommitteeSeat.objects.none()
    rows = list(seats.values_list("role", "stance", "contact__seniority", "contact__role_group"))
    it = {*roles.groups.get("Technical Stakeholders", ()), "CIO", "CTO", "CMIO"}
    return {
        "supporter_levels": len({level for _, stance, level, _ in rows if stance in SUPPORTS and level}),
        "clinical_champions": sum(stance == "champion" and group == "Clinical Stakeholders" for _, stance, _, group in rows),
        "it_blockers": sum(stance == "blocker" and role in it for role, stance, _, _ in rows),
    }
