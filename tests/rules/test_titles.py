"""What a job title says of somebody's part (ACCT-10, ACCT-11)."""

from __future__ import annotations

import pytest

from rounds.playbook import default
from rounds.rules.reach.saying import persona_of
from rounds.rules.titles import role_of

BOOK = default()


@pytest.mark.req("ACCT-11")
@pytest.mark.parametrize("title", [
    "Chief Nursing Officer", "CNO", "Chief Nurse Executive", "VP Nursing", "VP of Nursing", "Vice President of Nursing", "Vice President, Nursing Services",
    "SVP Patient Care Services & CNO", "Interim Chief Nursing Officer, RN, MSN", "Chief of Nursing", "System Chief Nurse"])  # fmt: skip
def test_who_leads_nursing_is_a_clinical_executive(title):
    placed = role_of(BOOK, title)
    assert (placed.role, placed.group, placed.seniority) == ("CNO", "Primary Decision Makers", "executive")
    assert persona_of(BOOK, placed.role) == "clinical"
    assert placed.role in BOOK.demos.suggestion.clinical_roles


@pytest.mark.req("ACCT-11")
@pytest.mark.parametrize(("title", "role"), [
    ("Director of Nursing", "Nurse Manager"), ("Nurse Manager, ICU", "Nurse Manager"), ("Chief Nursing Informatics Officer", "Clinical Informaticist"),
    ("CNIO", "Clinical Informaticist"), ("VP Nursing Informatics", "Clinical Informaticist"), ("Chief Medical Officer", "CMO"), ("Chief of Surgery", "Department Head"),
    ("Staff Nurse", None)])  # fmt: skip
def test_other_titles_keep_their_role(title, role):
    assert role_of(BOOK, title).role == role
