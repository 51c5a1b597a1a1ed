"""A file with patient data in it: the leads come in, the words wait for a reviewer, nothing prints them."""

from __future__ import annotations

import json

import pytest

from rounds.jobs import lead_import
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.scope import Scope
from rounds.models import Lead, Quarantine

FILE = """name,email,message,organization
Ida Lund,ida@mercy.example,Please call about a demo,Mercy
Otto Berg,otto@mercy.example,My MRN 00482913 does not show,Mercy
"""


@pytest.mark.req("COMM-14")
def test_a_line_with_patient_data_is_taken_in_without_it(cast, tmp_path):
    file = tmp_path / "leads.csv"
    file.write_text(FILE)
    report = lead_import.run(file, scope=Scope(everything=True), by=SYSTEM_ACTOR)
    again = lead_import.run(file, scope=Scope(everything=True), by=SYSTEM_ACTOR)
    assert (report.taken, report.held, report.refused) == (2, 1, [])
    assert (again.there, again.held) == (2, 0)
    assert Lead.objects.get(email="otto@mercy.example").message == ""
    assert (Quarantine.objects.get().door, Quarantine.objects.get().found) == ("import", ["mrn"])
    assert "00482913" not in json.dumps(report.__dict__)
